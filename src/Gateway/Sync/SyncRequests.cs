using System.Text.Json.Serialization;
using Gateway.Edge;
using Gateway.Sync.Upstream;
using Gateway.Sync.Views;

namespace Gateway.Sync;

/// <summary>Asks for a run.</summary>
/// <param name="DryRun">Computes and says what would happen; sends nothing, and lets a held run stand. Default false.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record StartSync(bool DryRun = false);

/// <summary>Pauses syncs.</summary>
/// <param name="Reason">For whoever wonders; up to 2,000 characters.</param>
/// <param name="Until">Ends by itself then. Absent: until somebody resumes.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PauseSyncs(string? Reason, DateTimeOffset? Until)
{
    internal Problem? Check(DateTimeOffset now)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(Reason)) errors["reason"] = ["A reason is needed, for whoever wonders why nothing is sent."];
        else if (Reason.Length > 2000) errors["reason"] = ["At most 2,000 characters."];
        if (Until <= now) errors["until"] = ["An instant in the future, or nothing to pause until somebody resumes."];
        return errors.Count == 0 ? null : Problem.Invalid(errors);
    }
}

/// <summary>Ends a pause.</summary>
/// <param name="Reason">Why; up to 2,000 characters, kept in the audit.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ResumeSyncs(string? Reason = null);

/// <summary>Approves a held run.</summary>
/// <param name="ContentHash">The hash of the content that was looked at, as on the run's page.</param>
/// <param name="Reason">Why; up to 2,000 characters.</param>
/// <param name="FirstSync">True is needed for the first snapshot ever sent: it takes the account over.</param>
/// <param name="BaseHash">The hash of the accepted content that it was compared with; absent: the one on the run's page.</param>
/// <param name="WithoutReading">After a restore: true is needed where the account could not be read.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ApproveRun(string? ContentHash, string? Reason, bool FirstSync = false, string? BaseHash = null, bool WithoutReading = false)
{
    internal Problem? Check()
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(ContentHash)) errors["contentHash"] = ["The contentHash of the run's page: what is approved is exactly that content."];
        if (Reason?.Length > 2000) errors["reason"] = ["At most 2,000 characters."];
        return errors.Count == 0 ? null : Problem.Invalid(errors);
    }
}

/// <summary>Rejects a held run.</summary>
/// <param name="Reason">Why; up to 2,000 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RejectRun(string? Reason)
{
    internal Problem? Check() => Reason?.Length > 2000 ? Problem.Invalid("reason", "At most 2,000 characters.") : null;
}

/// <summary>Says what became of a run in Workleap.</summary>
/// <param name="Outcome"><c>applied</c>; <c>rejected</c>: what it would take away, and its content as a whole, are not sent again; <c>not_applied</c>: it failed, or is gone, and a new run is made.</param>
/// <param name="Reason">Why; up to 2,000 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SettleRun(string? Outcome, string? Reason)
{
    internal Problem? Check() => UpstreamDecisions.CheckOutcome(Outcome) ?? (Reason?.Length > 2000 ? Problem.Invalid("reason", "At most 2,000 characters.") : null);
}

/// <summary>Whether syncs are paused.</summary>
/// <param name="Paused">Nothing is sent.</param>
/// <param name="Reason">Why.</param>
/// <param name="Until">Null: until somebody resumes.</param>
/// <param name="By">Who paused.</param>
/// <param name="At">Since when.</param>
public sealed record PauseView(bool Paused, string? Reason, DateTimeOffset? Until, string? By, DateTimeOffset? At);

/// <summary>A page of a list.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Next">For <c>after</c>; null: this was the last page.</param>
public sealed record RunPage(IReadOnlyList<RunView> Items, string? Next);
