using System.Security.Claims;
using Gateway.Edge;
using Gateway.Rules;

namespace Gateway.Intake;

/// <summary>In whose name a request speaks.</summary>
public static class CallerSource
{
    /// <summary>
    /// The source that <c>?source=</c> asks for, else the only one the key speaks for, else the only one there is. Or the refusal.
    /// </summary>
    public static (string? Source, Problem? Refusal) Of(ClaimsPrincipal user, string? asked, RulesInForce rules)
    {
        var source = asked ?? user.OnlySource ?? (rules.Sources.Count == 1 ? rules.Sources.Keys.Single() : null);
        if (source is null)
            return (null, Problem.Invalid("source", $"This key speaks for several sources: say which with ?source= ({string.Join(", ", rules.Sources.Keys)})."));
        if (!user.MaySpeakFor(source)) return (null, new Problem(ProblemKind.SourceForeign, "Use a key whose Source is the one that the events come from."));
        return rules.Sources.ContainsKey(source)
            ? (source, null)
            : (null, Problem.Invalid("source", "There is no such source: add it to the settings as Gateway:Sources:{name}."));
    }
}
