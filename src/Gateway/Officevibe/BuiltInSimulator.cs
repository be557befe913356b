using Gateway.OfficevibeSimulator;
using Gateway.OfficevibeSimulator.Account;
using Gateway.Rules;
using Microsoft.Extensions.Options;

namespace Gateway.Officevibe;

/// <summary>
/// Hosts the simulated Officevibe beside the gateway (<c>Gateway:Simulator</c>), so that an integration can be rehearsed without an account.
/// It takes the key that the gateway sends with, and the declared catalogue as its properties, unless it is given others. On in Development by default, never by default elsewhere.
/// </summary>
public sealed partial class BuiltInSimulator(
    IConfiguration configuration, IHostEnvironment environment, IOptions<OfficevibeOptions> officevibe, TimeProvider time, ILogger<BuiltInSimulator> logger) : IHostedService, IAsyncDisposable
{
    private const string Section = "Gateway:Simulator";

    private WebApplication? _simulator;

    /// <summary>The account that the settings describe, not yet started.</summary>
    internal static WebApplication Build(IConfiguration configuration, OfficevibeOptions officevibe, TimeProvider time)
    {
        var options = configuration.GetSection(Section).Get<SimulatorOptions>() ?? new SimulatorOptions();
        var keys = officevibe.Dialect == OfficevibeDialect.Workleap ? options.Workleap.Keys : options.Keys;
        if (keys.Count == 0 && officevibe.ApiKey is { } key) keys.Add(key);
        if (options.Properties.Count == 0) options.Properties.AddRange(officevibe.Properties.Select(Property));
        return OfficevibeSimulatorHost.Build(options, time);
    }

    /// <exception cref="SettingsException">The port is taken.</exception>
    internal static async Task OpenAsync(WebApplication simulator, IConfiguration configuration, CancellationToken cancellationToken)
    {
        try
        {
            await simulator.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw new SettingsException(
                $"{Section}:Port: {configuration[$"{Section}:Port"] ?? "8090"} is in use. Choose another port, or switch the simulator off with {Section}:Enabled = false.", e);
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var section = configuration.GetSection(Section);
        if (!section.GetValue("Enabled", environment.IsDevelopment())) return;

        _simulator = Build(configuration, officevibe.Value, time);
        await OpenAsync(_simulator, configuration, cancellationToken);
        Log.Started(logger, string.Join(", ", _simulator.Urls));
    }

    public Task StopAsync(CancellationToken cancellationToken) => _simulator?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_simulator is not null) await _simulator.DisposeAsync();
    }

    private static PropertyDefinition Property(OfficevibeProperty declared) => new()
    {
        Name = declared.Name,
        Type = declared.Type switch
        {
            Membership.Resolve.PropertyType.Choice when declared.Options.Count > 0 => PropertyType.Choice,
            Membership.Resolve.PropertyType.Date => PropertyType.Date,
            Membership.Resolve.PropertyType.Number => PropertyType.Number,
            _ => PropertyType.Text,
        },
        Options = [.. declared.Options],
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "A simulated Officevibe account listens on {Address}; nothing leaves this machine")]
        public static partial void Started(ILogger logger, string address);
    }
}
