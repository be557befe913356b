using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Membership;
using Gateway.Membership.Resolve;

namespace Gateway.Rules;

/// <summary>The rules this process was started with, and their fingerprint, which every run keeps.</summary>
public sealed class RulesInForce(MembershipRules rules, IReadOnlyDictionary<string, SourceOptions> sources)
{
    /// <summary>
    /// The version of fold, resolve and assemble. Raise it when the same events and settings may give another snapshot; facets folded by
    /// another version are folded again.
    /// </summary>
    public const int Version = 1;

    public MembershipRules Rules => rules;

    /// <summary>By source name: the settings beyond the rules (baseline, silence).</summary>
    public IReadOnlyDictionary<string, SourceOptions> Sources => sources;

    /// <summary>64 hex digits: equal settings that shape membership, equal fingerprint.</summary>
    public string Fingerprint { get; } = FingerprintOf(rules);

    public TimeZoneInfo ZoneOf(string source) => rules.Sources.TryGetValue(source, out var s) ? s.TimeZone : TimeZoneInfo.Utc;

    private static string FingerprintOf(MembershipRules rules)
    {
        var text = new StringBuilder();
        Line(text, "version", Version.ToString(CultureInfo.InvariantCulture));
        Line(text, "employed", rules.Employed.ToString());
        Line(text, "teams", rules.Teams.ToString());
        Line(text, "absence", rules.OnAbsence.ToString());
        Line(text, "undeclared", rules.SendUndeclaredProperties.ToString());
        foreach (var s in rules.Sources.Values.OrderBy(s => s.Name, Ordinal.Comparer))
        {
            Line(text, "source", s.Name, s.Priority.ToString(CultureInfo.InvariantCulture), s.TimeZone.Id, s.MatchBy.ToString(), s.Unmatched.ToString(), s.Retired.ToString());
            Line(text, ["owns", .. s.Owns.Order(Ordinal.Comparer)]);
        }

        foreach (var a in rules.Scope.ExcludeAttributes.OrderBy(a => a.Key, Ordinal.Comparer))
            Line(text, ["scope-attribute", a.Key, .. a.Value.Order(Ordinal.Comparer)]);
        Line(text, ["scope-teams", .. rules.Scope.ExcludeTeams.Order(Ordinal.Comparer)]);
        Line(text, ["scope-sources", .. rules.Scope.ExcludeSources.Order(Ordinal.Comparer)]);
        Line(text, ["scope-domains", .. rules.Scope.ExcludeEmailDomains.Order(Ordinal.Comparer)]);
        foreach (var p in rules.Properties.Values.OrderBy(p => p.Name, Ordinal.Comparer))
            Line(text, ["property", p.Name, p.Type.ToString(), p.DateFormat ?? "", p.Clear ? "clear" : "", .. (p.Options ?? new HashSet<string>()).Order(Ordinal.Comparer)]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>Length-prefixed, so that no value can look like two.</summary>
    private static void Line(StringBuilder text, params string[] values)
    {
        foreach (var v in values) text.Append(CultureInfo.InvariantCulture, $"{v.Length}:{v},");
        text.Append('\n');
    }
}
