using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.Membership.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Faults;

/// <summary>
/// Another gateway of the cluster, in this process, for what cannot be done to a process from outside: a machine whose clock is wrong, a fold that stops
/// between reading and writing. It accepts, and folds what it is told to.
/// </summary>
internal sealed class InProcess : IAsyncDisposable
{
    private readonly WebApplication _app;

    private InProcess(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public FacetFolder Folder => _app.Services.GetRequiredService<FacetFolder>();

    /// <param name="cluster">Whose servers it uses, directly.</param>
    /// <param name="clock">Of its machine; default: this one's.</param>
    public static async Task<InProcess> StartAsync(Cluster cluster, TimeProvider? clock = null)
    {
        MassTransit.LogContext.ConfigureCurrentLogContext(Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        var folder = Directory.CreateDirectory(Path.Combine(cluster.Folder, "in-process")).FullName;
        // It folds nothing by itself, so that the others fold what a test wants them to.
        var settings = new Dictionary<string, string>(cluster.Settings()) { ["Gateway:Aggregation:Enabled"] = "false", ["Gateway:Simulator:Enabled"] = "false" };
        settings["Gateway:Bus:Transport"] = "memory";
        var app = await GatewayHost.BuildAsync(["--environment=Production", $"--contentRoot={folder}", .. settings.Select(s => $"--{s.Key}={s.Value}")], builder =>
        {
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            if (clock is not null) builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new StoreClock(clock)));
        }, CancellationToken.None);
        await app.StartAsync();
        return new InProcess(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>A machine whose clock is wrong by so much, and goes as fast as any.</summary>
internal sealed class WrongClock(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
}
