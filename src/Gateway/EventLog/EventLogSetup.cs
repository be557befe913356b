using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gateway.EventLog;

/// <summary>The station's parts.</summary>
public static class EventLogSetup
{
    public static void AddEventLog(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<StorageOptions>().BindConfiguration(StorageOptions.Section)
            .Validate(o => o.Provider is "sqlite" or "postgres", "Gateway:Storage:Provider: one of sqlite, postgres is needed.")
            .Validate(o => o.AppendDeadline > TimeSpan.Zero, "Gateway:Storage:AppendDeadline: a time span above zero is needed, such as 00:00:10.")
            .Validate(o => o.MaxGroupSize is >= 1 and <= 100_000, "Gateway:Storage:MaxGroupSize: between 1 and 100,000.")
            .Validate(o => o.MaxWaiting >= 1, "Gateway:Storage:MaxWaiting: at least 1.")
            .ValidateOnStart();

        builder.Services.AddSingleton(OpenStore);
        builder.Services.AddSingleton(OpenContexts);
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(
            s => s.GetRequiredService<IOptions<StorageOptions>>().Value.IsPostgres ? new StoreClock(TimeProvider.System) : TimeProvider.System));
        builder.Services.AddSingleton<CommitFeed>();
        builder.Services.AddSingleton<LedgerWriter>();
        builder.Services.AddSingleton<EventAppender>();
        builder.Services.AddHostedService(s => s.GetRequiredService<EventAppender>());
        builder.Services.AddSingleton<DeliveryKeeper>();
        builder.Services.AddHostedService(s => s.GetRequiredService<DeliveryKeeper>());
        builder.Services.AddSingleton(s =>
        {
            var (appender, keeper) = (s.GetRequiredService<EventAppender>(), s.GetRequiredService<DeliveryKeeper>());
            return new GivingWay(() => appender.Waiting + keeper.Waiting, s.GetRequiredService<TimeProvider>());
        });
        builder.Services.AddHostedService<LogCheckpointer>();
        builder.Services.AddHostedService<StoreClockKeeper>();
    }

    /// <summary>Brings the schema up to date and gives the log its identity. Runs before anything else starts.</summary>
    public static async Task MigrateEventLogAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        var (store, time) = (services.GetRequiredService<ILogStore>(), services.GetRequiredService<TimeProvider>());
        await using var alone = await store.LockStartAsync(cancellationToken);
        await using var db = await services.GetRequiredService<IDbContextFactory<GatewayDb>>().CreateDbContextAsync(cancellationToken);
        await store.MigrateAsync(db, cancellationToken);
        if (store is PostgresStore postgres && time is StoreClock clock) await clock.AskAsync(postgres.Source, cancellationToken);
        services.GetRequiredService<CommitFeed>().StartAt(await db.HeadAsync(cancellationToken));
        if (await db.LogIdentity.AnyAsync(cancellationToken)) return;
        db.LogIdentity.Add(new LogIdentity { LogId = Guid.NewGuid().ToString("N"), CreatedAt = time.GetUtcNow() });
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Opened when it is first needed, since the settings are complete only then.</summary>
    private static ILogStore OpenStore(IServiceProvider services)
    {
        var connectionString = services.GetRequiredService<IConfiguration>().GetConnectionString("Gateway");
        return services.GetRequiredService<IOptions<StorageOptions>>().Value.IsPostgres
            ? PostgresStore.Of(connectionString)
            : LogFile.Take(connectionString ?? "data/gateway.db");
    }

    private static IDbContextFactory<GatewayDb> OpenContexts(IServiceProvider services)
    {
        if (services.GetRequiredService<ILogStore>() is PostgresStore postgres)
        {
            var inPostgres = new DbContextOptionsBuilder<PostgresGatewayDb>()
                .UseNpgsql(postgres.Source, PostgresGatewayDb.Configure).UseApplicationServiceProvider(services).Options;
            return new Contexts<GatewayDb>(() => new PostgresGatewayDb(inPostgres));
        }

        var inFile = new DbContextOptionsBuilder<GatewayDb>()
            .UseSqlite(((LogFile)services.GetRequiredService<ILogStore>()).ConnectionString).AddInterceptors(new DurableConnections()).UseApplicationServiceProvider(services).Options;
        return new Contexts<GatewayDb>(() => new GatewayDb(inFile));
    }
}

/// <summary>Makes contexts of the provider that is in use, under the type that everybody asks for.</summary>
internal sealed class Contexts<T>(Func<T> create) : IDbContextFactory<T>
    where T : DbContext
{
    public T CreateDbContext() => create();
}
