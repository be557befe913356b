using Gateway.Membership.Events;

namespace Gateway.Membership.Fold;

/// <summary>
/// When a person starts and leaves, by the last word on each date (steps 2 and 3): where each hire and each leave falls, which
/// leaves belong together and which of them counts.
/// </summary>
internal sealed class Employment
{
    private enum Word
    {
        OnItsDate,
        Undecided,
        Withdraws,
    }

    private readonly List<Leave> leaves;
    private readonly Word[] words;
    private readonly DateTimeOffset[] at;
    private readonly int[] startOf;
    private int[] counts = [];

    /// <summary>Both lists are put into the order in which they were recorded: indexes below are indexes into them.</summary>
    public Employment(List<Hire> hires, List<Leave> leaves, TimeZoneInfo zone)
    {
        hires.Sort(Recorded.Compare);
        leaves.Sort(Recorded.Compare);
        this.leaves = leaves;
        Starts = new Starts(hires, zone);
        words = new Word[leaves.Count];
        at = new DateTimeOffset[leaves.Count];
        startOf = new int[leaves.Count];

        // A leave without a date of its own may be the withdrawal of a start to come. Whether it is depends on the other hires and
        // leaves: on those with a date, and on those recorded before it. Later ones without a date fall after it.
        for (var i = 0; i < words.Length; i++)
        {
            at[i] = leaves[i].EffectiveIn(zone);
            if (leaves[i].EffectiveAt is null && at[i] < Starts.LatestWord) words[i] = Word.Undecided;
        }

        Settle(move: true);
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] != Word.Undecided) continue;
            words[i] = Starts.AwaitedBy(leaves[i]) >= 0 && !EmployedAt(leaves[i].OccurredAt) ? Word.Withdraws : Word.OnItsDate;
            Settle(move: words[i] == Word.OnItsDate);
        }
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

    private void Settle(bool move)
    {
        if (move) Starts.Move(OwnDates());

        counts = new int[Starts.Dates.Length];
        Array.Fill(counts, -1);
        var inTime = new List<int>(words.Length);
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] == Word.Undecided) continue;
            if (words[i] == Word.Withdraws) at[i] = Starts.AwaitedBy(leaves[i]) is >= 0 and var hire ? Starts.At(hire) : leaves[i].OccurredAt;
            inTime.Add(i);
        }

        inTime.Sort((x, y) => at[x] != at[y] ? at[x].CompareTo(at[y]) : x.CompareTo(y));
        for (var i = 0; i < inTime.Count;)
        {
            // All leaves of one instant are judged by what was before it.
            var instant = at[inTime[i]];
            var start = Starts.LatestAt(instant);
            var isTransfer = start > 0 && Starts.Dates[start] == instant && Employed(start - 1, instant);
            for (; i < inTime.Count && at[inTime[i]] == instant; i++)
            {
                var leave = inTime[i];
                startOf[leave] = isTransfer && words[leave] != Word.Withdraws ? start - 1 : start;
                if (start >= 0) counts[startOf[leave]] = Math.Max(counts[startOf[leave]], leave);
            }
        }
    }

    private List<DateTimeOffset> OwnDates()
    {
        var dates = new List<DateTimeOffset>(words.Length);
        for (var i = 0; i < words.Length; i++)
            if (words[i] == Word.OnItsDate) dates.Add(at[i]);
        dates.Sort();
        return dates;
    }

    /// <summary>Whether who started then is still employed at the instant, at which there is no later start.</summary>
    private bool Employed(int start, DateTimeOffset instant)
    {
        var leave = counts[start];
        if (leave < 0 || at[leave] > instant) return true;
        if (at[leave] > Starts.Dates[start]) return false;

        // A no-show, unless the person was hired again for the same day.
        for (var i = Starts.Count - 1; i >= 0; i--)
            if (Starts.At(i) == Starts.Dates[start]) return Starts[i].OccurredAt > leaves[leave].OccurredAt;
        return false;
    }
}
