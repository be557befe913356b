namespace Gateway.Membership.Resolve;

/// <summary>What must stop the start, because rules that contradict themselves would decide by accident.</summary>
public static class RulesCheck
{
    private static readonly HashSet<string> Fields = ["email", "firstName", "lastName", "jobTitle", "imageUrl", "language", "attributes", "teams"];

    /// <summary>One sentence for each problem, naming the settings; empty: the rules are sound.</summary>
    public static IReadOnlyList<string> Problems(MembershipRules rules)
    {
        var problems = new List<string>();
        var sources = rules.Sources.Values.Where(s => !s.Retired).OrderBy(s => s.Name, Ordinal.Comparer).ToList();
        if (sources.Count > 1 && sources.TrueForAll(s => s.MatchBy != MatchBy.Id))
            problems.Add("At least one source must have the company's employee numbers: set MatchBy to id for one of Gateway:Sources.");

        for (var i = 0; i < sources.Count; i++)
        {
            foreach (var field in sources[i].Owns.Order(Ordinal.Comparer))
            {
                if (!Fields.Contains(field) && !IsAttribute(field))
                    problems.Add($"Gateway:Sources:{sources[i].Name}:Owns names '{field}', which is no field. Use {string.Join(", ", Fields)} or attributes.NAME.");
                foreach (var other in sources.Skip(i + 1))
                    foreach (var theirs in other.Owns.Where(theirs => Overlap(field, theirs)).Order(Ordinal.Comparer))
                        problems.Add($"Two owners of one field: Gateway:Sources:{sources[i].Name}:Owns has '{field}' and Gateway:Sources:{other.Name}:Owns has '{theirs}'.");
            }
        }

        return problems;
    }

    private static bool Overlap(string x, string y) =>
        x == y || (x == "attributes" && IsAttribute(y)) || (y == "attributes" && IsAttribute(x));

    private static bool IsAttribute(string field) => field.StartsWith("attributes.", StringComparison.Ordinal) && field.Length > "attributes.".Length;
}
