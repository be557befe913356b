namespace Gateway.Membership.Snapshots;

/// <summary>The one order of issues: by code as in the table of semantics.md, section 5, then by what they are about (ordinal).</summary>
public static class IssueOrder
{
    private static readonly Dictionary<string, int> Ranks = IssueCodes.InOrder.Select((code, rank) => (code, rank)).ToDictionary(x => x.code, x => x.rank);

    /// <summary>0 is the first code of the table.</summary>
    public static int RankOf(string code) => Ranks[code];

    public static int Compare(Issue x, Issue y)
    {
        var order = ReferenceEquals(x.Code, y.Code) ? 0 : RankOf(x.Code).CompareTo(RankOf(y.Code));
        if (order == 0) order = x.Kind.CompareTo(y.Kind);
        if (order == 0) order = Ordinal.Compare(x.Subject, y.Subject);
        if (order == 0) order = Ordinal.Compare(x.TeamId, y.TeamId);
        if (order == 0) order = Ordinal.Compare(x.Attribute, y.Attribute);
        if (order == 0) order = Ordinal.Compare(x.Source, y.Source);
        if (order == 0) order = Ordinal.Compare(x.EventId, y.EventId);
        return order != 0 ? order : Ordinal.Compare(x.Message, y.Message);
    }
}
