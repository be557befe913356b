using Gateway.Bus;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Rules;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Aggregation;

/// <summary>The station's parts.</summary>
public static class AggregationSetup
{
    public static void AddAggregation(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<AggregationOptions>().BindConfiguration(AggregationOptions.Section)
            .Validate(o => o.SweepInterval >= TimeSpan.FromMilliseconds(100), "Gateway:Aggregation:SweepInterval: at least 00:00:00.1.")
            .ValidateOnStart();
        services.AddSingleton<IProjectionStore>(s => s.GetRequiredService<ILogStore>() is PostgresStore postgres
            ? new PostgresProjection(postgres)
            : new ProjectionFile((LogFile)s.GetRequiredService<ILogStore>()));
        services.AddSingleton(OpenContexts);
        services.AddSingleton<SourceEpochs>();
        services.AddSingleton<FacetFolder>();
        services.AddSingleton<FoldQueue>();
        services.AddSingleton<FoldPace>();
        services.AddSingleton<CompanyReader>();
        services.AddSingleton<Rebuilder>();
        services.AddSingleton<Sweeper>();
        services.AddHostedService(s => s.GetRequiredService<Sweeper>());
        services.AddHostedService<CommitPump>();
        services.AddMassTransit(bus =>
        {
            // It would tell its makers about this installation, over the internet.
            bus.DisableUsageTelemetry();
            bus.AddConsumer<FoldConsumer, FoldConsumerDefinition>();
            if (builder.Configuration.GetSection(BusOptions.Section).Get<BusOptions>()?.Transport == BusTransport.RabbitMq) bus.UsingRabbitMq(OnRabbitMq);
            else bus.UsingInMemory((context, transport) => transport.ConfigureEndpoints(context));
        });
        // The gateway is ready when the log takes writes; the bus starts in the background and may come later.
        services.AddOptions<MassTransitHostOptions>().Configure(o => o.WaitUntilStarted = false);
    }

    private static void OnRabbitMq(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator transport)
    {
        transport.Host(context.GetRequiredService<BusAddress>().Broker!);
        transport.SendTopology.ConfigureErrorSettings = Bounded;
        transport.SendTopology.ConfigureDeadLetterSettings = Bounded;
        transport.ConfigureEndpoints(context);
    }

    private static void Bounded(IRabbitMqQueueBindingConfigurator queue)
    {
        foreach (var (name, value) in DeadLetterQueues.Arguments) queue.SetQueueArgument(name, value);
    }

    /// <summary>
    /// Brings the projection's schema up to date, throws away what belongs to another log, and notes the sources. After the log's own migration.
    /// </summary>
    public static async Task MigrateAggregationAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        using (services.GetRequiredService<IProjectionStore>().OpenReader())
        {
            // Opening makes a file and switches it to WAL, which lasts.
        }

        var store = services.GetRequiredService<ILogStore>();
        await using var alone = await store.LockStartAsync(cancellationToken);
        await using var log = await services.GetRequiredService<IDbContextFactory<GatewayDb>>().CreateDbContextAsync(cancellationToken);
        var logId = (await log.LogIdentity.SingleAsync(cancellationToken)).LogId;
        await using var db = await services.GetRequiredService<IDbContextFactory<ProjectionDb>>().CreateDbContextAsync(cancellationToken);
        await store.MigrateAsync(db, cancellationToken);
        var position = await db.Position.SingleOrDefaultAsync(cancellationToken);
        if (position is not null && position.LogId != logId)
        {
            await db.Facets.ExecuteDeleteAsync(cancellationToken);
            await db.Outcomes.ExecuteDeleteAsync(cancellationToken);
            await db.Changes.ExecuteDeleteAsync(cancellationToken);
            db.Remove(position);
            position = null;
        }

        if (position is null) db.Add(position = new ProjectionPosition { LogId = logId, QuietThrough = await log.HeadAsync(cancellationToken) });
        await db.SaveChangesAsync(cancellationToken);
        var (epochs, ledger) = (services.GetRequiredService<SourceEpochs>(), services.GetRequiredService<LedgerWriter>());
        await epochs.NoteAsync(ledger, services.GetRequiredService<RulesInForce>(), cancellationToken);

        // A log that is behind its projection was restored from a backup: its sequences and epochs will be given out again.
        var through = Math.Max(position.FoldedThrough, await db.Facets.MaxAsync(f => (long?)f.FoldedThrough, cancellationToken) ?? 0);
        var folded = await db.Facets.GroupBy(f => f.Source).Select(g => new { Source = g.Key, Epoch = g.Max(f => f.Epoch) }).ToListAsync(cancellationToken);
        // Read after what was folded: other gateways may be at work.
        var head = await log.HeadAsync(cancellationToken);
        if (through <= head && folded.TrueForAll(f => f.Epoch <= epochs.Of(f.Source))) return;
        await MarkRestoredAsync(ledger, services.GetRequiredService<TimeProvider>(), cancellationToken);
        await epochs.IncreaseAllAsync(ledger, above: folded.Max(f => f.Epoch), cancellationToken);
        position.FoldedThrough = 0;
        await db.SaveChangesAsync(cancellationToken);
    }

    private static async Task MarkRestoredAsync(LedgerWriter ledger, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var write = await ledger.BeginAsync(cancellationToken);
        await Restoration.MarkAsync(write.Db, time.GetUtcNow(), "An older file of the store was put back by hand.", null, cancellationToken);
        await write.CommitAsync(cancellationToken);
    }

    private static IDbContextFactory<ProjectionDb> OpenContexts(IServiceProvider services)
    {
        if (services.GetRequiredService<ILogStore>() is PostgresStore postgres)
        {
            var inPostgres = new DbContextOptionsBuilder<PostgresProjectionDb>()
                .UseNpgsql(postgres.Source, PostgresProjectionDb.Configure).UseApplicationServiceProvider(services).Options;
            return new Contexts<ProjectionDb>(() => new PostgresProjectionDb(inPostgres));
        }

        var inFile = new DbContextOptionsBuilder<ProjectionDb>()
            .UseSqlite(((ProjectionFile)services.GetRequiredService<IProjectionStore>()).ConnectionString).UseApplicationServiceProvider(services).Options;
        return new Contexts<ProjectionDb>(() => new ProjectionDb(inFile));
    }
}
