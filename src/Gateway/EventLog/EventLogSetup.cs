using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.EventLog;

/// <summary>The station's parts.</summary>
public static class EventLogSetup
{
    public static void AddEventLog(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<StorageOptions>().BindConfiguration(StorageOptions.Section)
            .Validate(o => o.Provider == "sqlite", "Gateway:Storage:Provider: only \"sqlite\" is supported by this version.")
            .Validate(o => o.AppendDeadline > TimeSpan.Zero, "Gateway:Storage:AppendDeadline: a time span above zero is needed, such as 00:00:10.")
            .Validate(o => o.MaxGroupSize is >= 1 and <= 100_000, "Gateway:Storage:MaxGroupSize: between 1 and 100,000.")
            .Validate(o => o.MaxWaiting >= 1, "Gateway:Storage:MaxWaiting: at least 1.")
            .ValidateOnStart();

        builder.Services.AddSingleton(s => LogFile.Take(s.GetRequiredService<IConfiguration>().GetConnectionString("Gateway") ?? "data/gateway.db"));
        builder.Services.AddSingleton<DurableConnections>();
        builder.Services.AddDbContextFactory<GatewayDb>((s, o) => o
            .UseSqlite(s.GetRequiredService<LogFile>().ConnectionString).AddInterceptors(s.GetRequiredService<DurableConnections>()));
        builder.Services.AddSingleton<CommitFeed>();
        builder.Services.AddSingleton<LedgerWriter>();
        builder.Services.AddSingleton<EventAppender>();
        builder.Services.AddHostedService(s => s.GetRequiredService<EventAppender>());
        builder.Services.AddHostedService<LogCheckpointer>();
    }

    /// <summary>Brings the schema up to date and gives the log its identity. Runs before anything else starts.</summary>
    public static async Task MigrateEventLogAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        var file = services.GetRequiredService<LogFile>();
        using (file.OpenWriter(TimeSpan.FromSeconds(30)))
        {
            // Opening makes the file and switches it to WAL, which lasts.
        }

        await using var db = await services.GetRequiredService<IDbContextFactory<GatewayDb>>().CreateDbContextAsync(cancellationToken);
        await db.MigrateAloneAsync(cancellationToken);
        services.GetRequiredService<CommitFeed>().StartAt(await db.Events.MaxAsync(e => (long?)e.Sequence, cancellationToken) ?? 0);
        if (await db.LogIdentity.AnyAsync(cancellationToken)) return;
        db.LogIdentity.Add(new LogIdentity { LogId = Guid.NewGuid().ToString("N"), CreatedAt = services.GetRequiredService<TimeProvider>().GetUtcNow() });
        await db.SaveChangesAsync(cancellationToken);
    }
}
