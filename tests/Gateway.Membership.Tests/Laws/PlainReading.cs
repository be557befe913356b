using Gateway.Membership.Events;

namespace Gateway.Membership.Tests.Laws;

/// <summary>
/// semantics.md, section 3, read word for word and with no thought of speed: written apart from the fold, so that each checks the other.
/// One person's events of one source; events of teams are passed over.
/// </summary>
internal sealed class PlainReading
{
    private readonly TimeZoneInfo zone;
    private readonly List<MemberEvent> standing;
    private readonly List<Leave> settled;
    private readonly List<Leave> withdrawals = [];

    private PlainReading(MembershipEvent[] events, TimeZoneInfo zone)
    {
        this.zone = zone;
        standing = Standing(events);
        settled = [.. Leaves.Where(l => l.EffectiveAt is not null)];
        foreach (var leave in Leaves.Where(l => l.EffectiveAt is null).OrderBy(l => l.OccurredAt).ThenBy(l => l.Id, Ordinal.Comparer))
            (Awaits(leave) ? withdrawals : settled).Add(leave);
    }

    public bool Employed { get; private set; }

    public bool Absent { get; private set; }

    public string? JobTitle { get; private set; }

    public IReadOnlyList<string> Assignments { get; private set; } = [];

    public IReadOnlyList<string> Applied { get; private set; } = [];

    private IEnumerable<Hire> Hires => standing.OfType<Hire>();

    private IEnumerable<Leave> Leaves => standing.OfType<Leave>();

    private IEnumerable<DateTimeOffset> Starts => Hires.Select(Start).Distinct().Order();

    public static PlainReading Of(MembershipEvent[] events, DateTimeOffset at, TimeZoneInfo zone)
    {
        var reading = new PlainReading(events, zone);
        reading.Apply(at);
        return reading;
    }

    private static bool After(MembershipEvent x, MembershipEvent y) => x.OccurredAt > y.OccurredAt || (x.OccurredAt == y.OccurredAt && Ordinal.Compare(x.Id, y.Id) > 0);

    private static T Last<T>(IEnumerable<T> events) where T : MembershipEvent => events.Aggregate((x, y) => After(x, y) ? x : y);

    // 1. Take away what never happened.
    private static List<MemberEvent> Standing(MembershipEvent[] events)
    {
        var left = events.OfType<MemberEvent>().Where(e => !events.OfType<Retract>().Any(r => r.EventId == e.Id)).ToList();
        List<MemberEvent> StandInsFor(MemberEvent e) => left.FindAll(other => other.Replaces == e.Id && other != e);
        HashSet<MemberEvent> AllStandInsFor(MemberEvent e)
        {
            var all = new HashSet<MemberEvent>();
            var next = new Queue<MemberEvent>(StandInsFor(e));
            while (next.TryDequeue(out var one))
                if (all.Add(one)) StandInsFor(one).ForEach(next.Enqueue);
            return all;
        }

        bool Stands(MemberEvent e)
        {
            var before = AllStandInsFor(e);
            if (before.Count == 0) return true;
            // In a loop all stand in for each other, and nothing else does.
            return before.Contains(e) && before.All(one => AllStandInsFor(one).Contains(e) && AllStandInsFor(e).Contains(one) && AllStandInsFor(one).SetEquals(before))
                && Last(before) == e;
        }

        return left.FindAll(Stands);
    }

    // 2. The last word on a date counts.
    private DateTimeOffset Start(Hire hire)
    {
        var own = hire.EffectiveIn(zone);
        var later = Hires.Where(h => After(h, hire) && h.OccurredAt < own && !settled.Exists(l =>
        {
            var (date, other) = (l.EffectiveIn(zone), h.EffectiveIn(zone));
            return date > (own < other ? own : other) && date <= (own < other ? other : own);
        })).ToList();
        return later.Count == 0 ? own : Start(Last(later));
    }

    private DateTimeOffset At(Leave leave) => withdrawals.Contains(leave) ? FirstDayFor(leave) : leave.EffectiveIn(zone);

    private DateTimeOffset? StartOf(Leave leave)
    {
        var at = At(leave);
        var before = Starts.Where(s => s < at).ToList();
        if (!Starts.Contains(at)) return before.Count == 0 ? null : before[^1];
        return withdrawals.Contains(leave) || before.Count == 0 || !EmployedUpTo(at) ? at : before[^1];
    }

    /// <summary>Up to a start, by what is effective before it.</summary>
    private bool EmployedUpTo(DateTimeOffset start) =>
        Starts.LastOrDefault(s => s < start) is var before && Employs(before, start, settled.Concat(withdrawals).Where(l => At(l) < start && StartOf(l) == before));

    private bool EmployedAt(DateTimeOffset instant) =>
        Starts.Any(s => s <= instant) && Starts.Last(s => s <= instant) is var start
        && Employs(start, instant, settled.Concat(withdrawals).Where(l => StartOf(l) == start));

    private bool Employs(DateTimeOffset start, DateTimeOffset instant, IEnumerable<Leave> ends)
    {
        if (!ends.Any()) return true;
        var end = Last(ends);
        return At(end) > instant || (At(end) == start && Hires.Any(h => Start(h) == start && h.OccurredAt > end.OccurredAt));
    }

    private bool Counts(Leave leave) => StartOf(leave) is not { } start || Last(Leaves.Where(l => StartOf(l) == start)) == leave;

    // 3. What is recorded before the first day, without a date of its own, waits for it.
    private IEnumerable<DateTimeOffset> FirstDays(MemberEvent e) => Hires.Where(h => After(e, h) && e.OccurredAt < Start(h)).Select(Start);

    private bool Awaits(MemberEvent e) =>
        e is Update or Move or Assign or Unassign or Leave && e.EffectiveAt is null && FirstDays(e).Any() && !EmployedAt(e.OccurredAt);

    private DateTimeOffset FirstDayFor(MemberEvent e) => FirstDays(e).DefaultIfEmpty(e.OccurredAt).Min();

    // 4. Keep what is effective and apply it in order.
    private void Apply(DateTimeOffset at)
    {
        var due = standing.Where(e => e is not Leave leave || Counts(leave))
            .Select(e => (Event: e, At: e switch
            {
                Hire h => Start(h),
                Leave l => At(l),
                _ => Awaits(e) ? FirstDayFor(e) : e.EffectiveIn(zone),
            }))
            .Where(x => x.At <= at)
            .OrderBy(x => x.At)
            .ThenBy(x => x.Event is Leave l && StartOf(l) < x.At ? 0 : 1)
            .ThenBy(x => x.Event.OccurredAt)
            .ThenBy(x => x.Event is Hire ? 1 : x.Event is Leave ? 3 : 2)
            .ThenBy(x => x.Event.Id, Ordinal.Comparer)
            .ToList();

        var teams = new SortedSet<(string Team, AssignmentRole Role)>(
            Comparer<(string Team, AssignmentRole Role)>.Create((x, y) => Ordinal.Compare(x.Team, y.Team) is var o && o != 0 ? o : x.Role.CompareTo(y.Role)));
        void Exactly(IEnumerable<Assignment> list)
        {
            teams.Clear();
            teams.UnionWith(list.Select(a => (a.TeamId, a.Role)));
        }

        foreach (var (e, _) in due)
        {
            if ((e as Hire)?.Member.JobTitle is { Given: true } hired) JobTitle = hired.Value;
            if ((e as Update)?.Member.JobTitle is { Given: true } title) JobTitle = title.Value;
            if (e is Hire or Leave or Return) Absent = false;
            if (e is Absence absence) Absent = absence.Until is null || absence.Until.In(zone) > at;
            if (e is Hire { Teams: { } list }) Exactly(list);
            if (e is Hire { Teams: null } && !Employed) teams.Clear();
            if (e is Leave) teams.Clear();
            if (e is Move { Teams: { } moved }) Exactly(moved);
            if (e is Move { Teams: null } move)
            {
                teams.RemoveWhere(t => t.Role == move.Role && (move.From ?? t.Team) == t.Team);
                if (move.To is not null) teams.Add((move.To, move.Role));
            }

            if (e is Assign assign) teams.Add((assign.TeamId, assign.Role));
            if (e is Unassign unassign) teams.Remove((unassign.TeamId, unassign.Role));
            if (e is Hire or Leave) Employed = e is Hire;
        }

        Assignments = [.. teams.Select(t => $"{t.Team} {t.Role}")];
        Applied = [.. due.Select(x => x.Event.Id).Order(Ordinal.Comparer)];
    }
}
