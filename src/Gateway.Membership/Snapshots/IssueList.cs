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
        var all = new List<Issue>();
        foreach (var list in byCode)
        {
            if (list is null) continue;
            list.Sort(IssueOrder.Compare);
            all.AddRange(list);
        }

        return all;
    }
}
