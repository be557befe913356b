using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Edge;
using Gateway.Operations.Http;
using Gateway.Operations.OpenApi;
using Gateway.Operations.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gateway.Operations;

/// <summary>What every request passes: who asks, how much at once, how long; and how failures leave.</summary>
public static class EdgeSetup
{
    public static WebApplicationBuilder AddEdge(this WebApplicationBuilder builder)
    {
        LogDefaults.Add(builder);
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<LimitsOptions>().BindConfiguration(LimitsOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<LimitsOptions>, LimitsOptionsValidator>();
        services.AddExceptionHandler<ExceptionAnswers>();
        // In Development too a bad parameter is a problem, not a stack trace.
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase)));
        services.AddOptions<FormOptions>().Configure<IOptions<LimitsOptions>>((form, limits) => form.MultipartBodyLengthLimit = limits.Value.Baseline);
        services.AddAccess();
        services.AddSingleton<RateLimits>();
        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<LimitsOptions>>((timeouts, limits) =>
        {
            timeouts.DefaultPolicy = Timeout(limits.Value.RequestTimeout);
            timeouts.AddPolicy(LimitsExtensions.LongTimeout, Timeout(limits.Value.RequestTimeout * 10));
        });
        Observability.Add(builder);
        services.AddOpenApiDocument();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        return builder;
    }

    /// <summary>The middleware, in order. Call it before any endpoint is mapped.</summary>
    public static WebApplication UseEdge(this WebApplication app)
    {
        // Wrong keys stop the start here, not the first caller.
        app.Services.GetRequiredService<KeyRing>();

        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(pages => new Problem(ProblemKind.Of(pages.HttpContext.Response.StatusCode)).ExecuteAsync(pages.HttpContext));
        app.Use((context, next) =>
        {
            // Answers hold people's data: no cache keeps them, no browser guesses at them.
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return next(context);
        });
        Observability.Use(app);
        app.UseOpenApiPage();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<RateLimits>();
        app.UseMiddleware<BodyGuard>();
        app.UseRequestTimeouts();
        return app;
    }

    public static WebApplication MapEdge(this WebApplication app)
    {
        Observability.Map(app);
        app.MapOpenApiDocument();
        return app;
    }

    private static void AddAccess(this IServiceCollection services)
    {
        services.AddOptions<Security.AuthenticationOptions>().BindConfiguration(Security.AuthenticationOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<Security.AuthenticationOptions>, AuthenticationOptionsValidator>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<FindCaller>(s => s.GetRequiredService<KeyRing>().FindRemote);
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessAnswers>();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, OpenIdConnect>();
        services.AddAuthentication(ApiKeyHandler.Scheme)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.Scheme, _ => { })
            .AddJwtBearer();
        services.AddOptions<AuthenticationSchemeOptions>(ApiKeyHandler.Scheme).Configure<IOptions<Security.AuthenticationOptions>>((scheme, settings) =>
        {
            if (settings.Value.Authority is null) return;
            scheme.ForwardDefaultSelector = context =>
                !context.Request.Headers.ContainsKey(ApiKeyHandler.Header)
                && ApiKeyHandler.BearerToken(context.Request) is { } token && !token.StartsWith(ApiKey.Prefix, StringComparison.Ordinal)
                    ? JwtBearerDefaults.AuthenticationScheme
                    : null;
        });

        var authorization = services.AddAuthorizationBuilder();
        foreach (var scope in Scopes.All) authorization.AddPolicy(scope, policy => policy.RequireClaim(Caller.ScopeClaim, scope));
        // What forgets to say who may use it is not open to everyone.
        authorization.SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    private static RequestTimeoutPolicy Timeout(TimeSpan after) => new()
    {
        Timeout = after,
        TimeoutStatusCode = StatusCodes.Status504GatewayTimeout,
        WriteTimeoutResponse = context => new Problem(ProblemKind.Timeout, "Ask again later, or for less.").ExecuteAsync(context),
    };
}
