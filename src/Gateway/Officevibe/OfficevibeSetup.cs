using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;

namespace Gateway.Officevibe;

/// <summary>Puts the client and its settings together.</summary>
public static class OfficevibeSetup
{
    /// <summary>A pause that Officevibe asks for is waited out within a reading up to this long; a longer one ends it.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddOfficevibe(this IServiceCollection services)
    {
        services.AddOptions<OfficevibeOptions>().BindConfiguration(OfficevibeOptions.Section).ValidateOnStart();
        services.AddSingleton<IPostConfigureOptions<OfficevibeOptions>, SimulatorInDevelopment>();
        services.AddSingleton<IValidateOptions<OfficevibeOptions>, OfficevibeOptionsValidator>();
        services.AddSingleton<OfficevibeClient>();
        services.AddSingleton<LanguageIssues>();
        services.AddHostedService<BuiltInSimulator>();

        Client(services, OfficevibeClient.Sending);
        Client(services, OfficevibeClient.Reading).AddResilienceHandler("read", pipeline => pipeline.AddRetry(new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = 3,
            Delay = TimeSpan.FromMilliseconds(500),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = attempt => ValueTask.FromResult(HttpClientResiliencePredicates.IsTransient(attempt.Outcome) && !AsksForLonger(attempt.Outcome)),
        }));
        return services;
    }

    private static bool AsksForLonger(Outcome<HttpResponseMessage> outcome) =>
        outcome.Result?.Headers.RetryAfter is { } asked && (asked.Delta is null || asked.Delta > LongestPause);

    private static IHttpClientBuilder Client(IServiceCollection services, string name) => services
        .AddHttpClient(name, client => client.Timeout = Timeout.InfiniteTimeSpan)
        .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            // A wrong key is answered with a redirect to a login page, which must be seen as such.
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        // The client says what is worth saying; the factory's loggers would repeat addresses and headers.
        .RemoveAllLoggers();

    /// <summary>In Development the built-in simulator stands in for Officevibe, unless an address is given.</summary>
    private sealed class SimulatorInDevelopment(IHostEnvironment environment) : IPostConfigureOptions<OfficevibeOptions>
    {
        public void PostConfigure(string? name, OfficevibeOptions options)
        {
            if (!environment.IsDevelopment() || options.BaseUrl is not null) return;
            options.BaseUrl = new Uri(options.Dialect == OfficevibeDialect.Workleap ? "http://localhost:8090/public" : "http://localhost:8090/api/v2");
            options.ApiKey ??= "simulator";
        }
    }
}
