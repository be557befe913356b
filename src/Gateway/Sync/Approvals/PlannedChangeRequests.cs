using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Gateway.Edge;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Sync;
using Gateway.Sync.Adoption;

namespace Gateway.Sync.Approvals;

/// <summary>Approves beforehand. Either <c>contentHash</c> or <c>limits</c>.</summary>
/// <param name="Reason">Why; 1 to 2,000 characters.</param>
/// <param name="Until">The window's end; at most 14 days after its beginning.</param>
/// <param name="From">Its beginning, at most 90 days ahead. Absent: now.</param>
/// <param name="ContentHash">Of exactly the content that is let through, once: the ETag of <c>GET /v1/snapshot?at=</c>, or of a dry run.</param>
/// <param name="Also">With a content: <c>IdChange</c> or <c>Deletions</c>, where it is to do that too.</param>
/// <param name="Limits">Numbers by the guard's rules, which stand in for the usual limits: for the whole window together.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed partial record PlanChange(
    string? Reason, DateTimeOffset? Until, DateTimeOffset? From = null, string? ContentHash = null, IReadOnlyList<string>? Also = null, IReadOnlyDictionary<string, int>? Limits = null)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(14);
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(90);
    private static readonly IReadOnlyList<string> Rules = [.. PlannedChanges.Counted, .. PlannedChanges.Named];

    internal Problem? Check(DateTimeOffset now)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var from = From ?? now;
        if (string.IsNullOrWhiteSpace(Reason)) errors["reason"] = ["Say why: whoever wonders reads it on the run's page, and in the audit."];
        else if (Reason.Length > 2000) errors["reason"] = ["At most 2,000 characters."];
        if (From < now) errors["from"] = ["In the future, or absent to begin now."];
        else if (from > now + Furthest) errors["from"] = [$"At most {Furthest.Days} days ahead."];
        if (Until is not { } until) errors["until"] = ["When the window ends."];
        else if (until <= from) errors["until"] = ["After the window begins, and in the future."];
        else if (until > from + Longest) errors["until"] = [$"At most {Longest.Days} days after the window begins."];

        if (ContentHash is null == Limits is null) errors["contentHash"] = ["Either a contentHash or limits."];
        else if (ContentHash is not null && !HashPattern.IsMatch(ContentHash)) errors["contentHash"] = ["A SHA-256 in lower-case hex, as GET /v1/snapshot?at= gives it in its ETag."];
        if (Limits is { Count: 0 }) errors["limits"] = ["At least one rule with its number."];
        foreach (var (rule, number) in Limits ?? new Dictionary<string, int>())
        {
            if (Limits!.Keys.Count(k => Canonical(k) == (Canonical(rule) ?? "")) > 1) errors[$"limits.{rule}"] = ["Named twice."];
            else if (Canonical(rule) is null) errors[$"limits.{(rule.Length > 40 ? "*" : rule)}"] = [$"No such rule with a limit. There are {string.Join(", ", Rules)}."];
            else if (number is < 0 or > 10_000_000) errors[$"limits.{rule}"] = ["Between 0 and 10,000,000."];
        }

        // Settings, where the same names stand, do not mind their case either.
        if (Also is { Count: > 0 } && ContentHash is null) errors["also"] = ["With a contentHash only; limits name their rules."];
        else if (Also?.Any(a => !PlannedChanges.Named.Contains(a, StringComparer.OrdinalIgnoreCase)) == true) errors["also"] = [$"Some of {string.Join(", ", PlannedChanges.Named)}."];
        return errors.Count == 0 ? null : Problem.Invalid(errors);
    }

    /// <summary>The names as the guard has them; of a request that was checked.</summary>
    internal IReadOnlyDictionary<string, int>? LimitsByRule => Limits?.ToDictionary(l => Canonical(l.Key)!, l => l.Value, StringComparer.Ordinal);

    internal IReadOnlyList<string>? AlsoRules => Also is { Count: > 0 } ? [.. Also.Select(a => Canonical(a)!).Distinct(StringComparer.Ordinal)] : null;

    private static string? Canonical(string rule) => Rules.FirstOrDefault(r => r.Equals(rule, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"^[0-9a-f]{64}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HashPattern { get; }
}

/// <summary>The second key's word on a planned change.</summary>
/// <param name="Reason">Why; up to 2,000 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ApprovePlan(string? Reason);

/// <summary>A limit of a planned change.</summary>
/// <param name="Rule">As in the guard's settings.</param>
/// <param name="Limit">The greatest number that passes, all runs of the window together.</param>
/// <param name="Used">How many of them accepted runs have made. Null in lists, and before the window opens.</param>
public sealed record PlannedLimit(string Rule, int Limit, int? Used);

/// <summary>What was approved beforehand.</summary>
/// <param name="State"><c>waiting</c> (for a second key), <c>planned</c>, <c>open</c>, <c>used</c> (the content was accepted), <c>over</c> or <c>cancelled</c>.</param>
/// <param name="Approvals">Who, when and why.</param>
/// <param name="Runs">Ids of runs that it let through, newest first; at most 100, and none in lists.</param>
public sealed record PlannedChangeView(
    string Id, string State, DateTimeOffset From, DateTimeOffset Until, string? ContentHash, IReadOnlyList<string>? Also, IReadOnlyList<PlannedLimit>? Limits, string Reason,
    IReadOnlyList<ApprovalView> Approvals, ApprovalView? Cancelled, IReadOnlyList<string> Runs)
{
    internal static PlannedChangeView Of(PlannedChangeRow row, DateTimeOffset now, bool contentAccepted, IReadOnlyDictionary<string, int>? used = null, IReadOnlyList<string>? runs = null)
    {
        var state = row switch
        {
            { CancelledAt: not null } => "cancelled",
            _ when contentAccepted && row.ContentHash is not null => "used",
            _ when row.Until <= now => "over",
            { ApprovedAt: null } => "waiting",
            _ => row.From > now ? "planned" : "open",
        };
        return new PlannedChangeView(
            PlannedChangeBook.IdOf(row.Id), state, row.From, row.Until, row.ContentHash, row.Also is null ? null : PlannedChangeBook.AlsoOf(row),
            row.Limits is null ? null : [.. PlannedChangeBook.LimitsOf(row).Select(l => new PlannedLimit(l.Key, l.Value, used?.TryGetValue(l.Key, out var number) == true ? number : null))],
            row.Reason,
            row.ApprovedBy is null ? [new(row.MadeBy, row.MadeAt, row.Reason)] : [new(row.MadeBy, row.MadeAt, row.Reason), new(row.ApprovedBy, row.ApprovedAt!.Value, row.ApprovalReason)],
            row.CancelledAt is { } at ? new(row.CancelledBy!, at, row.CancelReason) : null, runs ?? []);
    }
}
