using Gateway.Membership.Events;

namespace Gateway.Membership.Fold;

/// <summary>
/// When a person starts and leaves, by the last word on each date (steps 2 and 3): where each hire and each leave falls, which
/// leaves belong together and which of them counts.
/// </summary>
internal sealed class Employment
{
    private readonly List<Leave> leaves;
    private readonly DateTimeOffset[] at;
    private readonly int[] startOf;

    /// <summary>Those that withdraw a start to come: they wait for it.</summary>
    private readonly bool[] withdraws;

    /// <summary>The leaves placed so far, by the instant at which they are effective, then as recorded.</summary>
    private readonly List<int> inTime;

    /// <summary>Of each start the leave that counts, which is the one recorded last; -1: none.</summary>
    private int[] counts = [];

    /// <summary>Both lists are put into the order in which they were recorded: indexes below are indexes into them.</summary>
    public Employment(List<Hire> hires, List<Leave> leaves, TimeZoneInfo zone)
    {
        if (hires.Count > 1) hires.Sort(Recorded.Compare);
        if (leaves.Count > 1) leaves.Sort(Recorded.Compare);
        this.leaves = leaves;
        at = new DateTimeOffset[leaves.Count];
        startOf = new int[leaves.Count];
        withdraws = new bool[leaves.Count];
        inTime = new List<int>(leaves.Count);
        var latest = DateTimeOffset.MinValue;
        foreach (var hire in hires)
            if (hire.EffectiveIn(zone) is var own && own > latest) latest = own;

        // A leave without a date of its own may be the withdrawal of a start to come. Whether it is depends on the other hires and
        // leaves: on those with a date, and on those recorded before it. Later ones without a date fall after it.
        var undecided = new List<int>();
        var dates = new List<DateTimeOffset>(leaves.Count);
        for (var i = 0; i < at.Length; i++)
        {
            at[i] = leaves[i].EffectiveIn(zone);
            if (leaves[i].EffectiveAt is null && at[i] < latest) undecided.Add(i);
            else
            {
                inTime.Add(i);
                dates.Add(at[i]);
            }
        }

        inTime.Sort(Compare);
        dates.Sort();
        Starts = new Starts(hires, dates, zone);
        Settle();
        foreach (var leave in undecided) Decide(leave, dates);
    }

    public Starts Starts { get; }

    public DateTimeOffset At(int leave) => at[leave];

    /// <summary>Whether the leave belongs to a start before the instant at which it is effective.</summary>
    public bool IsOfEarlierStart(int leave) => startOf[leave] >= 0 && Starts.Dates[startOf[leave]] < at[leave];

    /// <summary>The leave that counts in its stead; null: this one counts.</summary>
    public Leave? SupersededBy(int leave) => startOf[leave] >= 0 && counts[startOf[leave]] is var last && last != leave ? leaves[last] : null;

    /// <summary>By all hires and leaves that are effective at or before the instant.</summary>
    public bool EmployedAt(DateTimeOffset instant)
    {
        var start = Starts.LatestAt(instant);
        return start >= 0 && Employed(start, instant);
    }

    private void Decide(int leave, List<DateTimeOffset> dates)
    {
        var awaited = Starts.AwaitedBy(leaves[leave]);
        withdraws[leave] = awaited >= 0 && !EmployedAt(leaves[leave].OccurredAt);
        if (withdraws[leave])
        {
            at[leave] = Starts.At(awaited);
        }
        else
        {
            var place = dates.BinarySearch(at[leave]);
            dates.Insert(place < 0 ? ~place : place, at[leave]);
            if (Starts.Part(at[leave], dates)) FollowStarts();
        }

        inTime.Insert(~inTime.BinarySearch(leave, Comparer<int>.Create(Compare)), leave);
        Settle();
    }

    /// <summary>Withdrawals wait for the start wherever it goes; one that has lost its start falls on its own instant.</summary>
    private void FollowStarts()
    {
        foreach (var leave in inTime)
            if (withdraws[leave]) at[leave] = Starts.AwaitedBy(leaves[leave]) is >= 0 and var hire ? Starts.At(hire) : leaves[leave].OccurredAt;
        inTime.Sort(Compare);
    }

    private int Compare(int x, int y) => at[x] != at[y] ? at[x].CompareTo(at[y]) : x.CompareTo(y);

    /// <summary>Gives every leave to its start.</summary>
    private void Settle()
    {
        if (counts.Length != Starts.Dates.Length) counts = new int[Starts.Dates.Length];
        Array.Fill(counts, -1);
        for (var i = 0; i < inTime.Count;)
        {
            // All leaves of one instant are judged by what was before it.
            var instant = at[inTime[i]];
            var start = Starts.LatestAt(instant);
            var isTransfer = start > 0 && Starts.Dates[start] == instant && Employed(start - 1, instant);
            for (; i < inTime.Count && at[inTime[i]] == instant; i++)
            {
                var leave = inTime[i];
                startOf[leave] = isTransfer && !withdraws[leave] ? start - 1 : start;
                if (start >= 0) counts[startOf[leave]] = Math.Max(counts[startOf[leave]], leave);
            }
        }
    }

    /// <summary>Whether who started then is still employed at the instant, at which there is no later start.</summary>
    private bool Employed(int start, DateTimeOffset instant)
    {
        var leave = counts[start];
        if (leave < 0 || at[leave] > instant) return true;
        if (at[leave] > Starts.Dates[start]) return false;

        // A no-show, unless the person was hired again for the same day.
        for (var i = Starts.Count - 1; i >= 0 && Starts[i].OccurredAt > leaves[leave].OccurredAt; i--)
            if (Starts.At(i) == Starts.Dates[start]) return true;
        return false;
    }
}
