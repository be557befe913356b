using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Events;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sources.Webhooks.Deliveries;

/// <summary>
/// Which events a group of deliveries adds to the log, with their ids. Made inside the transaction that appends them, so that what a retraction
/// names is found whichever of the two was delivered first.
/// </summary>
internal sealed class EventPlan
{
    private readonly Dictionary<Decided, Decision> _changed = [];
    private readonly Index _index = new();
    private readonly Dictionary<UInt128, byte[]> _hashes;

    private EventPlan(IEnumerable<DeliveryEvent> known, Dictionary<UInt128, byte[]> hashes)
    {
        _hashes = hashes;
        foreach (var e in known) _index.Add(e);
    }

    public List<NewEvent> Append { get; } = [];

    public List<DeliveryEvent> Rows { get; } = [];

    /// <summary>What is to become of a delivery, now that its events have been looked up.</summary>
    public Decision Of(Decided decided) => _changed.GetValueOrDefault(decided, decided.Decision);

    public static async Task<EventPlan> MakeAsync(GatewayDb db, IReadOnlyList<Decided> group, CancellationToken cancellationToken)
    {
        var mapped = group.Where(d => d.Decision is Decision.Mapped { Events.Count: > 0 }).ToList();
        // Only those that were mapped before can have events; a script that gave some may now give none.
        var again = group.Where(d => d.Decision is Decision.Mapped && d.Row.DecidedAt is not null).Select(d => d.Row.Sequence).ToList();
        var (names, undone) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var e in mapped.Where(d => d.Decision is Decision.Mapped { Exact: false }).SelectMany(d => ((Decision.Mapped)d.Decision).Events))
        {
            names.Add(EventNames.Short(e.Name));
            if (Named(e.Event.Event) is not { } other) continue;
            names.Add(EventNames.Short(other));
            if (e.Event.Event is Retract) undone.Add(EventNames.Short(other));
        }

        var known = new List<DeliveryEvent>();
        var sources = mapped.Select(d => d.Row.Source).Distinct(StringComparer.Ordinal).ToList();
        foreach (var some in names.Chunk(200))
        {
            known.AddRange(await db.DeliveryEvents.AsNoTracking().Where(e => sources.Contains(e.Source) && some.Contains(e.Name)).ToListAsync(cancellationToken));
            known.AddRange(await db.DeliveryEvents.AsNoTracking().Where(e => sources.Contains(e.Source) && e.Undoes != null && some.Contains(e.Undoes)).ToListAsync(cancellationToken));
        }

        foreach (var some in again.Chunk(200)) known.AddRange(await db.DeliveryEvents.AsNoTracking().Where(e => some.Contains(e.Delivery)).ToListAsync(cancellationToken));
        // What may be taken back now may have been taken back before.
        foreach (var some in known.Where(e => undone.Contains(e.Name) || again.Contains(e.Delivery)).Select(e => e.EventId).OfType<string>().Distinct(StringComparer.Ordinal).ToList().Chunk(200))
            known.AddRange(await db.DeliveryEvents.AsNoTracking().Where(e => sources.Contains(e.Source) && e.Undoes != null && some.Contains(e.Undoes)).ToListAsync(cancellationToken));

        var hashes = new Dictionary<UInt128, byte[]>();
        foreach (var keys in mapped.Where(d => d.Decision is Decision.Mapped { Exact: true }).SelectMany(d => ((Decision.Mapped)d.Decision).Events).Select(e => e.Event.Key).Chunk(200))
        {
            foreach (var row in await db.Events.AsNoTracking().Where(e => keys.Contains(e.Key)).Select(e => new { e.Key, e.Hash }).ToListAsync(cancellationToken))
                hashes[KeyOf(row.Key)] = row.Hash;
        }

        var plan = new EventPlan(known.DistinctBy(e => (e.Delivery, e.Number)).OrderBy(e => e.Delivery).ThenBy(e => e.Number), hashes);
        foreach (var decided in group)
            if (decided.Decision is Decision.Mapped m) plan.Add(decided, m);
        return plan;
    }

    private void Add(Decided decided, Decision.Mapped mapped)
    {
        if (mapped.Exact) AddExact(decided, mapped);
        else AddNamed(decided.Row, mapped.Events);
    }

    /// <summary>As over HTTP the first of an id stands; but here nothing of a delivery is stored where one of its events cannot be.</summary>
    private void AddExact(Decided decided, Decision.Mapped mapped)
    {
        foreach (var e in mapped.Events)
        {
            if (!_hashes.TryGetValue(KeyOf(e.Event.Key), out var there) || there.AsSpan().SequenceEqual(e.Event.Hash)) continue;
            _changed[decided] = new Decision.Parked(ParkedFor.Conflict, $"An event of the id {e.Event.Event.Id} and other content is there already, and stands. To correct it, a new event with replaces is needed, or its retraction.");
            return;
        }

        var number = NextNumber(decided.Row);
        foreach (var e in mapped.Events)
        {
            _hashes[KeyOf(e.Event.Key)] = e.Event.Hash;
            if (!_index.Of(decided.Row.Sequence).Any(k => k.EventId == e.Event.Event.Id)) Put(decided.Row, number++, e.Event, e.Name, undoes: null, e.RecordedAt, e.EffectiveAt);
        }
    }

    private void AddNamed(DeliveryRow row, IReadOnlyList<NamedEvent> events)
    {
        var before = Before(row).ToList();
        var number = NextNumber(row);
        var said = new HashSet<string>(StringComparer.Ordinal);
        foreach (var e in events)
        {
            var (name, id) = (EventNames.Short(e.Name), EventNames.IdOf(e));
            if (!said.Add(id)) continue;
            var last = before.LastOrDefault(b => b.Name == name && b.Undoes is null);
            if (e.Event.Event is Retract retract)
            {
                number = TakeBack(row, number, e, retract, id);
                continue;
            }

            if (last is not null && (last.EventId == id || last.EventId!.StartsWith(id + ":", StringComparison.Ordinal))) continue;
            // Mapped otherwise before: what it says now stands in for what it said then.
            if (before.Any(b => b.EventId == id)) id = $"{id}:{number}";
            if (_index.Named(row.Source, name).Any(k => k.EventId == id))
            {
                // Another delivery said the very same.
                Note(row, number++, id, name, undoes: null, e.RecordedAt, e.EffectiveAt);
                continue;
            }

            var replaces = e.Event.Event.Replaces is { } named ? Facts(row.Source, named).LastOrDefault()?.EventId ?? named : last?.EventId;
            Put(row, number++, EventNames.Renamed(e, id, replaces), name, undoes: null, e.RecordedAt, e.EffectiveAt);
            if (_index.Undoing(row.Source, name).Any(u => Covers(u.RecordedAt, u.EffectiveAt, e.RecordedAt, e.EffectiveAt))) Undo(row, number++, id, row.ReceivedAt);
        }

        // What it no longer says never happened.
        foreach (var gone in before.Where(b => b.Undoes is null && !events.Any(e => EventNames.Short(e.Name) == b.Name)).DistinctBy(b => b.Name))
        {
            var latest = before.Last(b => b.Name == gone.Name && b.Undoes is null);
            if (!IsUndone(latest)) Undo(row, number++, latest.EventId!, row.ReceivedAt);
        }
    }

    /// <summary>
    /// Takes back what is there, each event once however often it is said; what comes later finds that it was said. So that somebody of whom an
    /// end is denied with every change has no retraction in the log for each of them.
    /// </summary>
    private int TakeBack(DeliveryRow row, int number, NamedEvent e, Retract retract, string id)
    {
        var (name, of) = (EventNames.Short(e.Name), EventNames.Short(retract.EventId));
        var isNews = !Before(row).Any(b => b.Name == name && b.Undoes == of && b.RecordedAt == e.RecordedAt && b.EffectiveAt == e.EffectiveAt);
        var facts = Facts(row.Source, retract.EventId);
        if (facts.Count == 0 && e.EffectiveAt is null && !_index.Undoing(row.Source, of).Any(u => u.EventId is not null))
            // Nobody has called an event so yet, and somebody else may have an event of this very id.
            Put(row, number++, EventNames.Renamed(e, id, replaces: null), name, of, e.RecordedAt, null);
        else if (isNews) Note(row, number++, null, name, of, e.RecordedAt, e.EffectiveAt);
        foreach (var fact in facts.Where(f => Covers(e.RecordedAt, e.EffectiveAt, f.RecordedAt, f.EffectiveAt) && !IsUndone(f)).DistinctBy(f => f.EventId).ToList())
            Undo(row, number++, fact.EventId!, retract.OccurredAt);
        return number;
    }

    private void Undo(DeliveryRow row, int number, string id, DateTimeOffset occurredAt) => Put(
        row, number, NewEvent.From(new Retract { Source = row.Source, Id = UndoingOf(id), OccurredAt = occurredAt, EventId = id }, occurredAtSupplied: true, row.ReceivedAt),
        UndoingOf(id), undoes: id, recordedAt: null, effectiveAt: null);

    private bool IsUndone(DeliveryEvent fact) => _index.Undoing(fact.Source, fact.EventId!).Count > 0;

    private static string UndoingOf(string id) => id + ":undone";

    /// <summary>The events that a script's name stands for.</summary>
    private List<DeliveryEvent> Facts(string source, string name) => _index.Named(source, EventNames.Short(name)).Where(e => e.Undoes is null).ToList();

    /// <summary>What the source recorded after it was taken back is a new fact; and who is hired again keeps the end of the time before.</summary>
    private static bool Covers(DateTimeOffset? undoneAt, DateTimeOffset? undoneFrom, DateTimeOffset? recordedAt, DateTimeOffset? effectiveAt) =>
        (undoneAt is null || recordedAt is null || recordedAt <= undoneAt) && (undoneFrom is null || effectiveAt is null || effectiveAt >= undoneFrom);

    private List<DeliveryEvent> Before(DeliveryRow row) => _index.Of(row.Sequence);

    private int NextNumber(DeliveryRow row) => Before(row).Select(b => b.Number).DefaultIfEmpty(0).Max() + 1;

    private void Put(DeliveryRow row, int number, NewEvent e, string name, string? undoes, DateTimeOffset? recordedAt, DateTimeOffset? effectiveAt)
    {
        Append.Add(e);
        Note(row, number, e.Event.Id, name, undoes, recordedAt, effectiveAt);
    }

    private void Note(DeliveryRow row, int number, string? id, string name, string? undoes, DateTimeOffset? recordedAt, DateTimeOffset? effectiveAt)
    {
        var noted = new DeliveryEvent
        {
            Delivery = row.Sequence, Number = number, Source = row.Source, EventId = id, Name = name, Undoes = undoes,
            RecordedAt = recordedAt, EffectiveAt = effectiveAt,
        };
        Rows.Add(noted);
        _index.Add(noted);
    }

    /// <summary>The event that this one names.</summary>
    private static string? Named(MembershipEvent e) => e is Retract retract ? retract.EventId : e.Replaces;

    private static UInt128 KeyOf(ReadOnlySpan<byte> key) => System.Runtime.InteropServices.MemoryMarshal.Read<UInt128>(key);

    /// <summary>Events of deliveries, by whatever they are looked for.</summary>
    private sealed class Index
    {
        private readonly Dictionary<(string, string), List<DeliveryEvent>> _byName = [];
        private readonly Dictionary<(string, string), List<DeliveryEvent>> _undoing = [];
        private readonly Dictionary<long, List<DeliveryEvent>> _byDelivery = [];

        public void Add(DeliveryEvent e)
        {
            Put(_byName, (e.Source, e.Name), e);
            if (e.Undoes is { } undone) Put(_undoing, (e.Source, undone), e);
            Put(_byDelivery, e.Delivery, e);
        }

        public List<DeliveryEvent> Named(string source, string name) => _byName.GetValueOrDefault((source, name)) ?? [];

        public List<DeliveryEvent> Undoing(string source, string name) => _undoing.GetValueOrDefault((source, name)) ?? [];

        public List<DeliveryEvent> Of(long delivery) => _byDelivery.GetValueOrDefault(delivery) ?? [];

        private static void Put<TKey>(Dictionary<TKey, List<DeliveryEvent>> lists, TKey key, DeliveryEvent e)
            where TKey : notnull
        {
            if (!lists.TryGetValue(key, out var list)) lists[key] = list = [];
            list.Add(e);
        }
    }
}
