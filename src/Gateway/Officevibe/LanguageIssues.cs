using System.Text.RegularExpressions;
using Gateway.Membership;
using Gateway.Membership.Events;
using Gateway.Membership.Snapshots;
using Microsoft.Extensions.Options;

namespace Gateway.Officevibe;

/// <summary>
/// Finds people whose language Officevibe will hardly understand: no code such as <c>fr</c> or <c>fr-CA</c>, and not named in <c>Gateway:Officevibe:Languages</c>.
/// A warning: it is sent as it is.
/// </summary>
public sealed partial class LanguageIssues(IOptions<OfficevibeOptions> settings)
{
    private readonly HashSet<string> mapped = settings.Value.Languages.SelectMany(l => new[] { l.Key.Trim(), l.Value.Trim() }).ToHashSet(AsciiCaseInsensitive.Comparer);

    public IEnumerable<Issue> Find(Snapshot snapshot)
    {
        var judged = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var user in snapshot.Users)
        {
            if (user.Language is not { Length: > 0 } language) continue;
            if (!judged.TryGetValue(language, out var understood)) judged.Add(language, understood = IsUnderstood(language.Trim()));
            if (!understood) yield return new Issue(IssueCodes.MemberLanguageUnmapped, SubjectKind.Member, user.Id, LeftOut: false, Message);
        }
    }

    private const string Message = "The language is no code such as fr or en-US, and is sent as it is. Name it in "
        + $"{OfficevibeOptions.Section}:Languages, with the code that Officevibe has for it.";

    private bool IsUnderstood(string language) => mapped.Contains(language) || Code().IsMatch(language);

    [GeneratedRegex("^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();
}
