using Gateway.Membership.Events;

namespace Gateway.Membership.Fold;

/// <summary>
/// The last word on a start (step 2): a hire that another hire followed before the day came, with no leave between the two dates,
/// takes the date of the one recorded last; and so on, to the end of the chain.
/// </summary>
internal sealed class Starts
{
    private readonly List<Hire> hires;
    private readonly DateTimeOffset[] own;

    /// <summary>For each hire the one that moved it; itself: none did.</summary>
    private readonly int[] next;

    /// <summary>For each hire the end of its chain.</summary>
    private readonly int[] last;

    /// <param name="hires">In the order in which they were recorded.</param>
    /// <param name="leaves">The instants of the leaves that may stand between two starts, ascending.</param>
    /// <param name="zone">Of the source.</param>
    public Starts(List<Hire> hires, List<DateTimeOffset> leaves, TimeZoneInfo zone)
    {
        this.hires = hires;
        own = new DateTimeOffset[hires.Count];
        next = new int[own.Length];
        last = new int[own.Length];
        LatestWord = DateTimeOffset.MinValue;
        for (var i = 0; i < own.Length; i++)
        {
            own[i] = hires[i].EffectiveIn(zone);
            if (own[i] > LatestWord) LatestWord = own[i];
        }

        for (var i = 0; i < own.Length; i++) next[i] = Mover(i, own.Length - 1, leaves);
        Dates = Follow();
    }

    /// <summary>The starts, each once, ascending.</summary>
    public DateTimeOffset[] Dates { get; private set; }

    /// <summary>No hire can be given a later date than this.</summary>
    public DateTimeOffset LatestWord { get; }

    public int Count => hires.Count;

    public Hire this[int index] => hires[index];

    /// <summary>When the hire is effective.</summary>
    public DateTimeOffset At(int index) => own[last[index]];

    /// <summary>The hire that gave it another date; null: it has its own.</summary>
    public Hire? MovedBy(int index) => own[last[index]] == own[index] ? null : hires[last[index]];

    /// <summary>Takes one more leave into account. It can only come between a hire and the one that moved it.</summary>
    /// <param name="leave">Its instant.</param>
    /// <param name="leaves">All of them, this one included, ascending.</param>
    /// <returns>Whether any start changed.</returns>
    public bool Part(DateTimeOffset leave, List<DateTimeOffset> leaves)
    {
        var parted = false;
        for (var i = 0; i < next.Length; i++)
        {
            if (next[i] == i || !IsBetween(leave, own[i], own[next[i]])) continue;
            next[i] = Mover(i, next[i] - 1, leaves);
            parted = true;
        }

        if (parted) Dates = Follow();
        return parted;
    }

    /// <summary>The index of the hire that <paramref name="e"/> waits for: the one effective first of those recorded before it and effective after it; -1: none.</summary>
    public int AwaitedBy(MembershipEvent e)
    {
        var awaited = -1;
        if (e.OccurredAt >= LatestWord) return awaited;
        for (var i = 0; i < hires.Count && e.IsAfter(hires[i]); i++)
            if (e.OccurredAt < At(i) && (awaited < 0 || At(i) < At(awaited))) awaited = i;
        return awaited;
    }

    /// <summary>The last of <see cref="Dates"/> at or before the instant; -1: none.</summary>
    public int LatestAt(DateTimeOffset instant)
    {
        var index = Array.BinarySearch(Dates, instant);
        return index >= 0 ? index : ~index - 1;
    }

    /// <summary>The one recorded last, up to an index, of those that followed before the hire was effective.</summary>
    private int Mover(int hire, int from, List<DateTimeOffset> leaves)
    {
        for (var j = from; j > hire; j--)
            if (hires[j].OccurredAt < own[hire] && !AnyBetween(leaves, own[hire], own[j])) return j;
        return hire;
    }

    private DateTimeOffset[] Follow()
    {
        var dates = new DateTimeOffset[own.Length];
        var count = 0;
        for (var i = own.Length - 1; i >= 0; i--)
        {
            last[i] = next[i] == i ? i : last[next[i]];
            if (last[i] == i) dates[count++] = own[i];
        }

        Array.Sort(dates, 0, count);
        var distinct = 0;
        for (var i = 0; i < count; i++)
            if (distinct == 0 || dates[i] != dates[distinct - 1]) dates[distinct++] = dates[i];
        return distinct == dates.Length ? dates : dates[..distinct];
    }

    private static bool AnyBetween(List<DateTimeOffset> leaves, DateTimeOffset one, DateTimeOffset other)
    {
        if (leaves.Count == 0) return false;
        var later = leaves.BinarySearch(one <= other ? one : other);
        if (later < 0) later = ~later;
        while (later < leaves.Count && leaves[later] <= one && leaves[later] <= other) later++;
        return later < leaves.Count && IsBetween(leaves[later], one, other);
    }

    /// <summary>After the earlier of the two and up to the later.</summary>
    private static bool IsBetween(DateTimeOffset instant, DateTimeOffset one, DateTimeOffset other) =>
        (instant > one && instant <= other) || (instant > other && instant <= one);
}
