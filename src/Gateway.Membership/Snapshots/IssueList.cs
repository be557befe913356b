namespace Gateway.Membership.Snapshots;

/// <summary>Collects issues by code: most are found in the order of their subjects, so that little is left to sort.</summary>
internal sealed class IssueList
{
    private readonly List<Issue>?[] byCode = new List<Issue>?[IssueCodes.InOrder.Count];

    public void Add(Issue issue) => (byCode[IssueOrder.RankOf(issue.Code)] ??= []).Add(issue);

    public void AddRange(IEnumerable<Issue> issues)
    {
        foreach (var issue in issues) Add(issue);
    }

    public IReadOnlyList<Issue> InOrder()
    {
        var all = new List<Issue>(byCode.Sum(list => list?.Count ?? 0));
        foreach (var list in byCode)
        {
            if (list is null) continue;
            if (!IsSorted(list)) list.Sort(IssueOrder.Compare);
            all.AddRange(list);
        }

        return all;
    }

    private static bool IsSorted(List<Issue> list)
    {
        for (var i = 1; i < list.Count; i++)
            if (IssueOrder.Compare(list[i - 1], list[i]) > 0) return false;
        return true;
    }
}
