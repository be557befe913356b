using System.Text.RegularExpressions;
using Gateway.Membership;
using Gateway.Membership.Snapshots;

namespace Gateway.Officevibe;

/// <summary>Finds the members, teams and attributes of a sent company in a text: by id, e-mail (any case), team name and attribute name (exact).</summary>
internal sealed partial class ReportSubjects
{
    private const int MostWords = 12;

    /// <summary>Words of the reports themselves: a team or property of such a name is meant only where it stands in quotes.</summary>
    private static readonly HashSet<string> ReportWords = new(
        [
            "skipped", "user", "users", "attribute", "attributes", "option", "not", "found", "group", "groups", "sub-group", "subgroup", "relation", "team", "teams", "member",
            "members", "row", "rows", "externalid", "id", "email", "name", "property", "value", "attribut", "non", "trouvé", "groupe", "équipe", "utilisateur", "membre",
        ],
        StringComparer.OrdinalIgnoreCase);

    private readonly HashSet<string> members = [];
    private readonly Dictionary<string, string> emails = new(AsciiCaseInsensitive.Comparer);
    private readonly HashSet<string> teams = [];
    private readonly Dictionary<string, string> teamNames = [];
    private readonly HashSet<string> attributes = [];

    public ReportSubjects(Snapshot sent)
    {
        foreach (var user in sent.Users)
        {
            members.Add(user.Id);
            emails.TryAdd(user.Email, user.Id);
            foreach (var attribute in user.Attributes) attributes.Add(attribute.Name);
        }

        foreach (var group in sent.Groups)
        {
            teams.Add(group.Id);
            teamNames.TryAdd(group.Name, group.Id);
        }
    }

    public (IReadOnlyList<string> Members, IReadOnlyList<string> Teams, IReadOnlyList<string> Attributes) NamedIn(string text, ReportedKind kind)
    {
        var (people, groups, names) = (new List<string>(), new List<string>(), new List<string>());
        var words = Word().Matches(text);
        for (var i = 0; i < words.Count;)
        {
            var taken = 0;
            // The longest name first: "Data Platform" is not "Data".
            for (var count = Math.Min(MostWords, words.Count - i); count > 0 && taken == 0; count--)
            {
                var start = words[i].Index;
                var end = words[i + count - 1].Index + words[i + count - 1].Length;
                if (Take(text, start, end, count, kind, people, groups, names)) taken = count;
            }

            i += Math.Max(1, taken);
        }

        return (people, groups, names);
    }

    private bool Take(string text, int start, int end, int words, ReportedKind kind, List<string> people, List<string> groups, List<string> names)
    {
        var pointedAt = text.AsSpan(0, start).TrimEnd() is [.., var pointer] && "\"'“«(:=#>".Contains(pointer, StringComparison.Ordinal);
        foreach (var candidate in Candidates(text, start, end))
        {
            // "2 rows", "Group": not an id, unless it is pointed at.
            if (words == 1 && !pointedAt && ReportWords.Contains(candidate)) continue;
            if (words == 1 && !pointedAt && candidate.Length < 3 && candidate.All(char.IsAsciiDigit) && !AfterReportWord(text, start)) continue;

            var member = members.Contains(candidate) ? candidate : emails.GetValueOrDefault(candidate);
            var team = teams.Contains(candidate) ? candidate : teamNames.GetValueOrDefault(candidate);
            if (member is not null && team is not null && IsTeam(text, start, kind)) member = null;
            else if (member is not null) team = null;

            if (attributes.Contains(candidate) && kind is ReportedKind.AttributeNotFound or ReportedKind.AttributeOptionNotFound) (member, team) = (null, null);
            else if (member is null && team is null && !attributes.Contains(candidate)) continue;

            if (member is not null && !people.Contains(member)) people.Add(member);
            else if (team is not null && !groups.Contains(team)) groups.Add(team);
            else if (member is null && team is null && !names.Contains(candidate)) names.Add(candidate);
            return true;
        }

        return false;
    }

    /// <summary>As it stands, with the bracket that closes it, without the punctuation behind it, and what follows a colon.</summary>
    private static IEnumerable<string> Candidates(string text, int start, int end)
    {
        var whole = text[start..end];
        yield return whole;
        if (end < text.Length && text[end] is ')' or ']') yield return text[start..(end + 1)];
        var trimmed = whole.TrimEnd('.', ':', '!', '?');
        if (trimmed.Length is > 0 && trimmed.Length < whole.Length) yield return trimmed;
        if (trimmed.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && colon + 1 < trimmed.Length) yield return trimmed[(colon + 1)..];
    }

    /// <summary>One id can be a person's and a team's: the word before tells, else what the text is about.</summary>
    private static bool IsTeam(string text, int start, ReportedKind kind)
    {
        var before = Before(text, start);
        if (before.Contains("user", StringComparison.OrdinalIgnoreCase) || before.Contains("utilisateur", StringComparison.OrdinalIgnoreCase)
            || before.Contains("memb", StringComparison.OrdinalIgnoreCase)) return false;
        if (before.Contains("group", StringComparison.OrdinalIgnoreCase) || before.Contains("team", StringComparison.OrdinalIgnoreCase)
            || before.Contains("quipe", StringComparison.OrdinalIgnoreCase)) return true;
        return kind is ReportedKind.GroupNotFound or ReportedKind.SubGroupNotFound;
    }

    private static bool AfterReportWord(string text, int start) => ReportWords.Contains(Before(text, start));

    /// <summary>The word before a place; empty: none.</summary>
    private static string Before(string text, int start)
    {
        var end = start;
        while (end > 0 && !char.IsLetterOrDigit(text[end - 1])) end--;
        var begin = end;
        while (begin > 0 && (char.IsLetterOrDigit(text[begin - 1]) || text[begin - 1] == '-')) begin--;
        return text[begin..end];
    }

    [GeneratedRegex("""[^\s"'“”«»()\[\]{}<>,;=#]+""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
