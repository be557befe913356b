using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sources.Webhooks.Deliveries;

/// <summary>How the deliveries of a source stand.</summary>
/// <param name="Source">Its name.</param>
/// <param name="Received">Stored and not looked into yet.</param>
/// <param name="Waiting">To be tried again: something is away.</param>
/// <param name="Parked">They wait for a person.</param>
/// <param name="LastDelivery">When its last one came; null: none ever did.</param>
/// <param name="ClockProblem">Several came rightly signed and stale within the last hour: look at the clocks, there and here.</param>
public sealed record SourceDeliveries(string Source, int Received, int Waiting, int Parked, DateTimeOffset? LastDelivery, bool ClockProblem);

/// <summary>How the deliveries of all sources stand.</summary>
/// <param name="Received">Stored and not looked into yet.</param>
/// <param name="Waiting">To be tried again.</param>
/// <param name="Parked">They wait for a person.</param>
/// <param name="Reasons">How many are parked for what.</param>
/// <param name="Sources">Those that take deliveries, and those that have some left.</param>
public sealed record DeliveryCounts(int Received, int Waiting, int Parked, IReadOnlyDictionary<string, int> Reasons, IReadOnlyList<SourceDeliveries> Sources)
{
    /// <summary>So many stale ones are a series.</summary>
    private const int Series = 3;

    private static readonly TimeSpan SeriesWithin = TimeSpan.FromHours(1);

    public static async Task<DeliveryCounts> ReadAsync(GatewayDb db, WebhookSources webhooks, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var names = await db.Deliveries.Where(d => d.State < DeliveryState.Mapped).Select(d => d.Source).Distinct().ToListAsync(cancellationToken);
        var (sources, reasons) = (new List<SourceDeliveries>(), new SortedDictionary<string, int>(StringComparer.Ordinal));
        foreach (var name in names.Union(webhooks.ByName.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var ours = db.Deliveries.Where(d => d.Source == name);
            var parked = await ours.Where(d => d.State == DeliveryState.Parked).GroupBy(d => d.Reason).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
            foreach (var reason in parked) reasons[reason.Key ?? ""] = reasons.GetValueOrDefault(reason.Key ?? "") + reason.Count;
            var last = new List<long>();
            foreach (var state in Enum.GetValues<DeliveryState>())
                if (await ours.Where(d => d.State == state).OrderByDescending(d => d.Sequence).Select(d => (long?)d.Sequence).FirstOrDefaultAsync(cancellationToken) is { } sequence) last.Add(sequence);
            sources.Add(new SourceDeliveries(
                name,
                await ours.CountAsync(d => d.State == DeliveryState.Received, cancellationToken),
                await ours.CountAsync(d => d.State == DeliveryState.Waiting, cancellationToken),
                parked.Sum(p => p.Count),
                last.Count == 0 ? null : await LastAsync(db, last.Max(), cancellationToken),
                await IsClockProblemAsync(db, name, now, cancellationToken)));
        }

        return new DeliveryCounts(sources.Sum(s => s.Received), sources.Sum(s => s.Waiting), sources.Sum(s => s.Parked), reasons, sources);
    }

    /// <summary>A series of deliveries was signed rightly and too early or too late.</summary>
    public static async Task<bool> IsClockProblemAsync(GatewayDb db, string source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = now - SeriesWithin;
        return await db.Deliveries.CountAsync(d => d.Source == source && d.State == DeliveryState.Parked && d.Reason == ParkedFor.Stale && d.ReceivedAt > since, cancellationToken) >= Series;
    }

    private static async Task<DateTimeOffset?> LastAsync(GatewayDb db, long sequence, CancellationToken cancellationToken) =>
        await db.Deliveries.Where(d => d.Sequence == sequence).Select(d => (DateTimeOffset?)d.ReceivedAt).SingleAsync(cancellationToken);
}
