using Gateway.Edge;
using Gateway.EventLog.Ledger;
using Gateway.Sync.Storing;

namespace Gateway.Sync.Approvals;

/// <summary>One key's approval of a run. A storage format.</summary>
/// <param name="At">When.</param>
/// <param name="By">The name of the key or the user, for people.</param>
/// <param name="Voice">Whose word it is (<see cref="Edge.Caller.VoiceClaim"/>).</param>
/// <param name="Reason">Why.</param>
public sealed record RunApproval(DateTimeOffset At, string By, string Voice, string? Reason)
{
    public static IReadOnlyList<RunApproval> Of(RunRow run) => StoredContent.Parse<IReadOnlyList<RunApproval>>(run.Approvals) ?? [];
}

/// <summary>Who approved a run.</summary>
public sealed record ApprovalView(string By, DateTimeOffset At, string? Reason)
{
    /// <summary>Null: nobody.</summary>
    public static IReadOnlyList<ApprovalView>? Of(RunRow run) =>
        run.Approvals is null ? null : [.. RunApproval.Of(run).Select(a => new ApprovalView(a.By, a.At, a.Reason))];
}

/// <summary>Whose word a decision is.</summary>
/// <param name="Actor">For people.</param>
/// <param name="Key">For comparing: the same for two names of one key.</param>
public sealed record Voice(string Actor, string Key)
{
    public static Voice Of(HttpContext context) => new(SyncEndpoints.Actor(context), context.User.Voice ?? SyncEndpoints.Actor(context));
}
