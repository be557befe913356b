using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Events;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sources.Webhooks.Deliveries;

/// <summary>
/// From when facts hold, for retractions with a date of their own: those take back what is effective from that date on, and leave alone what was true before. So an end is taken back
/// for as long as somebody is there this time, and the end of an earlier time stays.
/// </summary>
internal sealed class EffectiveDates
{
    private readonly Dictionary<(string Source, string Id), MembershipEvent> _events = [];

    /// <summary>Reads the events that a decision may depend on. One whose content was erased is left out.</summary>
    public async Task LoadAsync(GatewayDb db, IEnumerable<DeliveryEvent> wanted, CancellationToken cancellationToken)
    {
        foreach (var some in wanted.Select(e => EventKey.Of(e.Source, e.EventId)).Chunk(200))
        {
            foreach (var row in await db.Events.AsNoTracking().Where(e => some.Contains(e.Key) && e.Payload != null).Select(e => new { e.Source, e.Payload }).ToListAsync(cancellationToken))
                Add(EventCodec.Read(row.Source, row.Payload!));
        }
    }

    public void Add(MembershipEvent e) => _events[(e.Source, e.Id)] = e;

    /// <summary>The fact is of before the retraction's date, so that it is not meant. Where either is not known, it is meant.</summary>
    public bool IsSpared(string source, string factId, Retract undoing, TimeZoneInfo zone) =>
        _events.TryGetValue((source, factId), out var fact) && IsSpared(fact, undoing, zone);

    /// <summary>As above, of a retraction that is in the log.</summary>
    public bool IsSpared(MembershipEvent fact, string undoingId, TimeZoneInfo zone) =>
        _events.TryGetValue((fact.Source, undoingId), out var undoing) && undoing is Retract retract && IsSpared(fact, retract, zone);

    private static bool IsSpared(MembershipEvent fact, Retract undoing, TimeZoneInfo zone) => undoing.EffectiveAt is { } from && fact.EffectiveIn(zone) < from.In(zone);
}
