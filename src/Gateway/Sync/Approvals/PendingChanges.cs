using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Approvals;

/// <summary>The changes that no run has seen: when the first and the last of them came.</summary>
internal sealed record PendingChanges(DateTimeOffset? First, DateTimeOffset? Last)
{
    /// <param name="db">The log and the ledger.</param>
    /// <param name="last">The last run that looked at the company; null: none did.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    public static async Task<PendingChanges> LoadAsync(GatewayDb db, RunRow? last, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (head, at) = (last?.Head ?? 0, last?.At ?? DateTimeOffset.MinValue);
        var instants = new List<DateTimeOffset>();

        var events = db.EventsAfter(head).Select(e => (long?)e.ReceivedAt);
        if (await events.FirstOrDefaultAsync(cancellationToken) is { } first)
        {
            instants.Add(Micros.ToInstant(first));
            instants.Add(Micros.ToInstant((await events.LastAsync(cancellationToken))!.Value));
        }

        // A date that comes due is a change, and so is an operator's word.
        if (last?.NextDue is { } due && due <= now) instants.Add(due);
        if (last is not null)
        {
            var exclusions = await db.Exclusions.AsNoTracking()
                .Where(e => e.From > at || e.Until > at || e.TakenBackAt > at).ToListAsync(cancellationToken);
            instants.AddRange(exclusions.SelectMany(e => new[] { e.From, e.Until, e.TakenBackAt }).OfType<DateTimeOffset>().Where(i => i > at && i <= now));
        }

        return instants.Count == 0 ? new(null, null) : new(instants.Min(), instants.Max());
    }
}
