using Gateway.Officevibe;
using Gateway.OfficevibeSimulator;
using Gateway.OfficevibeSimulator.Account;
using Gateway.Rules;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Gateway.Operations;

/// <summary>
/// Runs the simulated Officevibe beside the gateway when <c>Gateway:Simulator:Enabled</c> is true (default: in Development only). The other settings of
/// <c>Gateway:Simulator</c> are those of <see cref="SimulatorOptions"/>; the account's properties are the declared catalogue unless they are given.
/// </summary>
public sealed partial class BuiltInSimulator(
    IConfiguration configuration, IHostEnvironment environment, IOptions<OfficevibeOptions> officevibe, TimeProvider time, ILoggerFactory loggers)
    : IHostedService, IAsyncDisposable
{
    public const string Section = "Gateway:Simulator";

    private WebApplication? _app;

    /// <exception cref="SettingsException">The port is taken, or the settings contradict themselves; the message names the key.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var section = configuration.GetSection(Section);
        if (!section.GetValue("Enabled", environment.IsDevelopment())) return;

        var options = section.Get<SimulatorOptions>() ?? new SimulatorOptions();
        if (options.Keys.Count == 0) options.Keys.Add(officevibe.Value.ApiKey ?? "simulator");
        if (options.Properties.Count == 0) options.Properties.AddRange(officevibe.Value.Properties.Select(Property));
        try
        {
            _app = OfficevibeSimulatorHost.Build(options, time, loggers);
            await _app.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new SettingsException(
                $"{Section}:Port: {options.Port} is taken. End what listens there, choose another port, or set {Section}:Enabled to false.", e);
        }
        catch (ArgumentException e)
        {
            throw new SettingsException($"{Section}: {e.Message}", e);
        }

        Log.Started(loggers.CreateLogger<BuiltInSimulator>(), _app.Urls.First());
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

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
        [LoggerMessage(EventId = 5900, Level = LogLevel.Information, Message = "The simulated Officevibe account is at {Address}")]
        public static partial void Started(ILogger logger, string address);
    }
}
