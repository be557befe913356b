using System.Text.Json.Serialization;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Sync.Storing;
using Gateway.Sync.Views;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Restoring;

/// <summary>Asks for an earlier company to be sent again.</summary>
/// <param name="StructureOnly">Its teams and how they lie in each other, with today's people. Default false: all of it.</param>
/// <param name="Reason">Why; up to 2,000 characters, kept in the audit.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RestoreSync(bool StructureOnly = false, string? Reason = null);

/// <summary>Sending an earlier accepted company again: encoded anew, held for a person, and kept from being undone by the next run.</summary>
internal static class RestoreEndpoints
{
    public static void MapRestore(this RouteGroupBuilder runs) =>
        runs.MapPost("/{id}/restore", RestoreAsync).RequireAuthorization(Scopes.Operate).WithName("restoreSync")
            .WithSummary("Sends an earlier accepted company again, as a held run; automatic runs pause once it is accepted.").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(410);

    private static async Task<Results<Accepted<RunView>, Problem>> RestoreAsync(
        string id, RestoreSync? request, HttpContext context, LedgerWriter ledger, SyncSignal signal, TimeProvider time, CancellationToken cancellationToken)
    {
        if (request?.Reason?.Length > 2000) return Problem.Invalid("reason", "At most 2,000 characters.");
        if (RunView.ParseId(id) is not { } runId) return SyncEndpoints.NoRun(id);
        await using var write = await ledger.BeginAsync(cancellationToken);
        var (db, now) = (write.Db, time.GetUtcNow());
        if (await db.Set<RunRow>().SingleOrDefaultAsync(r => r.Id == runId, cancellationToken) is not { } earlier) return SyncEndpoints.NoRun(id);
        if (earlier.AcceptedAt is null) return new Problem(ProblemKind.Conflict, $"The run is {RunView.NameOf(earlier.State)}; only the company of an accepted one can be sent again.");
        if (!await db.Set<RunContent>().AnyAsync(c => c.RunId == runId && c.Part == RunPart.Sections, cancellationToken))
            return RunReading.Gone();
        if (await RunSteps.IsPausedAsync(db, now, cancellationToken)) return new Problem(ProblemKind.Conflict, "Syncs are paused. Resume them first.");

        var run = new RunRow
        {
            State = RunState.Queued, Trigger = RunTrigger.Restore, RequestedBy = SyncEndpoints.Actor(context), CreatedAt = now, RestoreOfRunId = runId, StructureOnly = request?.StructureOnly ?? false,
        };
        db.Add(run);
        await db.SaveChangesAsync(cancellationToken);
        db.Audit.Add(new AuditEntry
        {
            At = now, Actor = run.RequestedBy, Action = "sync.restore", Subject = RunView.IdOf(run.Id), Reason = request?.Reason?.Trim(),
            Detail = StoredContent.Text(new { of = RunView.IdOf(runId), run.StructureOnly }),
        });
        await write.CommitAsync(cancellationToken);
        signal.Wake();
        return TypedResults.Accepted($"/v1/syncs/{RunView.IdOf(run.Id)}", RunView.Of(run));
    }

    /// <summary>Events since the earlier company that are about what the run changes, in the order of the log, at most <see cref="DiffView.Most"/>.</summary>
    internal static async Task<IReadOnlyList<SaidSince>?> SaidSinceAsync(GatewayDb db, RunRow run, long earlier, CancellationToken cancellationToken)
    {
        if (await db.Set<RunRow>().Where(r => r.Id == earlier).Select(r => r.Head).SingleOrDefaultAsync(cancellationToken) is not { } head) return null;
        if (await db.RunPartOrNullAsync<SnapshotDiff>(run.Id, RunPart.Difference, cancellationToken) is not { } difference) return null;
        var subjects = Change.AllOf(difference).SelectMany(c => c.Kind is ChangeKind.SubGroup or ChangeKind.Manager or ChangeKind.Membership ? [c.Subject, c.Part!] : new[] { c.Subject })
            .Distinct(StringComparer.Ordinal).Take(DiffView.Most).ToList();
        var events = await db.EventsAfter(head).AsNoTracking().Where(e => e.Subject != null && subjects.Contains(e.Subject))
            .Select(e => new { e.Source, e.Id, e.Type, e.Subject, e.ReceivedAt }).Take(DiffView.Most).ToListAsync(cancellationToken);
        return [.. events.Select(e => new SaidSince(e.Source, e.Id, e.Type, e.Subject, Micros.ToInstant(e.ReceivedAt)))];
    }
}
