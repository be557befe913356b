using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.OfficevibeSimulator.Account;
using Gateway.OfficevibeSimulator.Control;
using Gateway.OfficevibeSimulator.Faults;
using Gateway.OfficevibeSimulator.Legacy;
using Gateway.OfficevibeSimulator.Requests;
using Gateway.OfficevibeSimulator.Workleap;

namespace Gateway.OfficevibeSimulator;

/// <summary>Builds the simulator as a web application of its own, to be started and stopped by whoever hosts it.</summary>
public static class OfficevibeSimulatorHost
{
    /// <summary>
    /// The application, not yet started; after the start <see cref="WebApplication.Urls"/> has the address. It reads no configuration, so that
    /// it can live in the process of another application.
    /// </summary>
    /// <param name="options">The account and the address.</param>
    /// <param name="time">Clock of the log and the reports; the system's by default.</param>
    /// <param name="loggers">Where its web server logs; nowhere by default.</param>
    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
    public static WebApplication Build(SimulatorOptions options, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        var clock = time ?? TimeProvider.System;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Gateway.OfficevibeSimulator" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = options.MaximumBodyBytes;
            kestrel.AddServerHeader = false;

            // A caller on a busy machine is slow, not hostile.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(options.ListenOnAnyAddress ? IPAddress.Any : IPAddress.Loopback, options.Port);
        });
        if (loggers is not null)
        {
            builder.Services.AddSingleton(loggers);
        }

        builder.Services.AddRouting();
        builder.Services.AddSingleton(new SimulatedAccount(options, clock));
        builder.Services.AddSingleton(new RequestLog(options.RequestLogLength, clock));
        builder.Services.AddSingleton<FaultSwitches>();
        builder.Services.AddSingleton<ApiPipeline>();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        });

        var app = builder.Build();
        Guard(app, "/api/v2", LegacyAuthentication.HandleAsync);
        Guard(app, "/public", WorkleapAuthentication.HandleAsync);
        Guard(app, WorkleapApi.Officevibe, WorkleapAuthentication.HandleAsync);
        LegacyApi.Map(app);
        WorkleapApi.Map(app);
        ControlApi.Map(app);
        return app;
    }

    /// <summary>An API: its calls are logged, meet faults, and want a key.</summary>
    private static void Guard(WebApplication app, PathString root, Func<HttpContext, SimulatedAccount, RequestDelegate, Task> authenticate) => app.UseWhen(
        context => context.Request.Path.StartsWithSegments(root, StringComparison.OrdinalIgnoreCase),
        api =>
        {
            var pipeline = app.Services.GetRequiredService<ApiPipeline>();
            var account = app.Services.GetRequiredService<SimulatedAccount>();
            api.Use((context, next) => pipeline.HandleAsync(context, next));
            api.Use((context, next) => authenticate(context, account, next));
        });
}
