using Gateway.OfficevibeSimulator;
using Gateway.OfficevibeSimulator.Account;
using Microsoft.Extensions.Options;

namespace Gateway.Officevibe;

/// <summary>
/// Hosts the simulated Officevibe beside the gateway (<c>Gateway:Simulator</c>), so that an integration can be rehearsed without an account.
/// It takes the key that the gateway sends with, and the declared catalogue as its properties, unless it is given others. On in Development by default, never by default elsewhere.
/// </summary>
public sealed partial class BuiltInSimulator(
    IConfiguration configuration, IHostEnvironment environment, IOptions<OfficevibeOptions> officevibe, TimeProvider time, ILogger<BuiltInSimulator> logger) : IHostedService, IAsyncDisposable
{
    private WebApplication? _simulator;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var section = configuration.GetSection("Gateway:Simulator");
        if (!section.GetValue("Enabled", environment.IsDevelopment())) return;

        var options = section.Get<SimulatorOptions>() ?? new SimulatorOptions();
        if (options.Keys.Count == 0 && officevibe.Value.ApiKey is { } key) options.Keys.Add(key);
        if (options.Properties.Count == 0) options.Properties.AddRange(officevibe.Value.Properties.Select(Property));
        _simulator = OfficevibeSimulatorHost.Build(options, time);
        try
        {
            await _simulator.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw new InvalidOperationException(
                $"Gateway:Simulator:Port: {options.Port} is in use. Choose another port, or switch the simulator off with Gateway:Simulator:Enabled = false.", e);
        }

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
