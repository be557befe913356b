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
    private readonly DateTimeOffset[] moved;
    private readonly int[] mover;

    /// <param name="hires">In the order in which they were recorded.</param>
    /// <param name="zone">Of the source.</param>
    public Starts(List<Hire> hires, TimeZoneInfo zone)
    {
        this.hires = hires;
        own = new DateTimeOffset[hires.Count];
        for (var i = 0; i < own.Length; i++) own[i] = hires[i].EffectiveIn(zone);
        moved = [.. own];
        mover = new int[own.Length];
        Dates = [];
        LatestWord = own.Length == 0 ? DateTimeOffset.MinValue : own.Max();
    }

    /// <summary>The starts, each once, ascending.</summary>
    public DateTimeOffset[] Dates { get; private set; }

    /// <summary>No hire can be given a later date than this.</summary>
    public DateTimeOffset LatestWord { get; }

    public int Count => hires.Count;

    public Hire this[int index] => hires[index];

    /// <summary>When the hire is effective.</summary>
    public DateTimeOffset At(int index) => moved[index];

    /// <summary>The hire that gave it another date; null: it has its own.</summary>
    public Hire? MovedBy(int index) => moved[index] == own[index] ? null : hires[mover[index]];

    /// <summary>Gives every hire its date.</summary>
    /// <param name="leaves">The instants of the leaves that stand between starts, ascending.</param>
    public void Move(List<DateTimeOffset> leaves)
    {
        for (var i = own.Length - 1; i >= 0; i--)
        {
            mover[i] = i;
            for (var j = own.Length - 1; j > i; j--)
            {
                if (hires[j].OccurredAt >= own[i] || LeaveBetween(leaves, own[i], own[j])) continue;
                mover[i] = mover[j];
                break;
            }

            moved[i] = own[mover[i]];
        }

        Dates = [.. moved.Distinct().Order()];
    }

    /// <summary>The index of the hire that <paramref name="e"/> waits for: the one effective first of those recorded before it and effective after it; -1: none.</summary>
    public int AwaitedBy(MembershipEvent e)
    {
        var awaited = -1;
        if (e.OccurredAt >= LatestWord) return awaited;
        for (var i = 0; i < hires.Count && e.IsAfter(hires[i]); i++)
            if (e.OccurredAt < moved[i] && (awaited < 0 || moved[i] < moved[awaited])) awaited = i;
        return awaited;
    }

    /// <summary>The last of <see cref="Dates"/> at or before the instant; -1: none.</summary>
    public int LatestAt(DateTimeOffset instant)
    {
        var index = Array.BinarySearch(Dates, instant);
        return index >= 0 ? index : ~index - 1;
    }

    /// <summary>After the earlier of the two and up to the later.</summary>
    private static bool LeaveBetween(List<DateTimeOffset> leaves, DateTimeOffset one, DateTimeOffset other)
    {
        var (earlier, later) = one <= other ? (one, other) : (other, one);
        var next = leaves.BinarySearch(earlier);
        if (next < 0) next = ~next;
        while (next < leaves.Count && leaves[next] <= earlier) next++;
        return next < leaves.Count && leaves[next] <= later;
    }
}
