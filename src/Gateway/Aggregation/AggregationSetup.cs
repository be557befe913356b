using Gateway.EventLog;
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
        services.AddSingleton<ProjectionFile>();
        services.AddDbContextFactory<ProjectionDb>((s, o) => o.UseSqlite(s.GetRequiredService<ProjectionFile>().ConnectionString));
        services.AddSingleton<SourceEpochs>();
        services.AddSingleton<FacetFolder>();
        services.AddSingleton<FoldQueue>();
        services.AddSingleton<CompanyReader>();
        services.AddSingleton<Rebuilder>();
        services.AddSingleton<Sweeper>();
        if (builder.Configuration.GetValue($"{AggregationOptions.Section}:{nameof(AggregationOptions.Enabled)}", defaultValue: true))
        {
            services.AddHostedService(s => s.GetRequiredService<Sweeper>());
            services.AddHostedService<CommitPump>();
        }

        services.AddMassTransit(bus =>
        {
            bus.AddConsumer<FoldConsumer, FoldConsumerDefinition>();
            bus.UsingInMemory((context, transport) => transport.ConfigureEndpoints(context));
        });
        // The gateway is ready when the log takes writes; the bus starts in the background and may come later.
        services.AddOptions<MassTransitHostOptions>().Configure(o => o.WaitUntilStarted = false);
    }

    /// <summary>
    /// Brings the projection's schema up to date, throws away what belongs to another log, and notes the sources. After the log's own migration.
    /// </summary>
    public static async Task MigrateAggregationAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        using (services.GetRequiredService<ProjectionFile>().Open())
        {
            // Opening makes the file and switches it to WAL, which lasts.
        }

        await using var log = await services.GetRequiredService<IDbContextFactory<GatewayDb>>().CreateDbContextAsync(cancellationToken);
        var logId = (await log.LogIdentity.SingleAsync(cancellationToken)).LogId;
        await using var db = await services.GetRequiredService<IDbContextFactory<ProjectionDb>>().CreateDbContextAsync(cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
        var position = await db.Position.SingleOrDefaultAsync(cancellationToken);
        if (position is not null && position.LogId != logId)
        {
            await db.Facets.ExecuteDeleteAsync(cancellationToken);
            await db.Outcomes.ExecuteDeleteAsync(cancellationToken);
            await db.Changes.ExecuteDeleteAsync(cancellationToken);
            db.Remove(position);
            position = null;
        }

        if (position is null) db.Add(new ProjectionPosition { LogId = logId });
        await db.SaveChangesAsync(cancellationToken);
        await services.GetRequiredService<SourceEpochs>()
            .NoteAsync(services.GetRequiredService<LedgerWriter>(), services.GetRequiredService<RulesInForce>(), cancellationToken);
    }
}
