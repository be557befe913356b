using Gateway.Aggregation;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Officevibe;
using Gateway.Sync.Approvals;
using Gateway.Sync.Composing;
using Gateway.Sync.Restoring;
using Gateway.Sync.Storing;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Sync.Views;

/// <summary>Runs, over HTTP: reading.</summary>
internal static class RunReading
{
    public static void MapRunReading(this RouteGroupBuilder runs)
    {
        var read = runs.MapGroup("").RequireAuthorization(Scopes.Read);
        read.MapGet("", ListAsync).WithName("listSyncs").WithSummary("Runs, newest first; those that touched a person or a team.").ProducesProblem(400);
        read.MapGet("/{id}", GetAsync).WithName("getSync").WithSummary("One run: state, reason, counts, difference, verdict, answer.").ProducesProblem(404);
        read.MapGet("/{id}/snapshot", SnapshotAsync).WithName("getSyncSnapshot").WithSummary("The exact bytes of the run.")
            .Produces(200, contentType: "application/json").ProducesProblem(404).ProducesProblem(410);
        read.MapGet("/{id}/export", ExportAsync).WithName("exportSync").WithSummary("Its three CSV files in a zip, verbatim or for a spreadsheet.")
            .Produces(200, contentType: "application/zip").ProducesProblem(400).ProducesProblem(404).ProducesProblem(410);
    }

    private static async Task<Results<Ok<RunPage>, Problem>> ListAsync(
        string? subject, string? state, int? limit, string? after, IDbContextFactory<GatewayDb> contexts, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > 500) return Problem.Invalid("limit", "Between 1 and 500.");
        var before = long.MaxValue;
        if (after is not null)
        {
            if (Cursor.Read(after) is not { } place || RunView.ParseId(place) is not { } id) return new Problem(ProblemKind.CursorInvalid, "Pass on the value of next as it came.");
            before = id;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var runs = db.Set<RunRow>().AsNoTracking().Where(r => r.Id < before);
        if (state is not null)
        {
            if (RunView.ParseState(state) is not { } wanted)
                return Problem.Invalid("state", $"One of {string.Join(", ", Enum.GetValues<RunState>().Select(RunView.NameOf))}.");
            runs = runs.Where(r => r.State == wanted);
        }

        if (subject is not null)
        {
            var whole = await TouchedWholeAsync(db, subject, cancellationToken);
            runs = runs.Where(r => db.Set<RunSubject>().Any(s => s.Subject == subject && s.RunId == r.Id) || whole.Contains(r.Id));
        }

        var most = limit ?? 50;
        var rows = await runs.OrderByDescending(r => r.Id).Take(most + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(new RunPage(
            [.. rows.Take(most).Select(RunView.Of)], rows.Count > most ? Cursor.Of(RunView.IdOf(rows[most - 1].Id)) : null));
    }

    private static async Task<Results<Ok<RunDetail>, Problem>> GetAsync(
        string id, IDbContextFactory<GatewayDb> contexts, CompanyComposer company, IOptions<SyncOptions> options, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(db, id, cancellationToken) is not { } run) return SyncEndpoints.NoRun(id);
        return TypedResults.Ok(RunDetail.Of(
            run,
            await db.RunPartOrNullAsync<SnapshotDiff>(run.Id, RunPart.Difference, cancellationToken),
            await db.RunPartOrNullAsync<StoredVerdict>(run.Id, RunPart.Verdict, cancellationToken),
            await db.RunPartOrNullAsync<IReadOnlyList<Change>>(run.Id, RunPart.Later, cancellationToken),
            run.RestoreOfRunId is { } earlier ? await RestoreEndpoints.SaidSinceAsync(db, run, earlier, cancellationToken) : null,
            run.State == RunState.Held ? await SinceAsync(db, run, company, cancellationToken) : null,
            await db.RunPartOrNullAsync<List<Deletion>>(run.Id, RunPart.Deletions, cancellationToken)) with
        {
            Rest = (await db.RunPartOrNullAsync<RestView>(run.Id, RunPart.Rest, cancellationToken))?.Shown(),
            ApprovalsNeeded = run.State == RunState.Held ? options.Value.Guard.Approvals : null,
        });
    }

    private static async Task<IResult> SnapshotAsync(string id, HttpContext context, IDbContextFactory<GatewayDb> contexts, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(db, id, cancellationToken) is not { } run) return SyncEndpoints.NoRun(id);
        // What is unchanged is, byte for byte, what was accepted before.
        var of = run.State == RunState.Unchanged && run.ContentHash == run.BaseHash ? run.BaseRunId!.Value : run.Id;
        if (await db.RunBytesAsync(of, RunPart.Body, cancellationToken) is not { } body) return await NotKeptAsync(db, run, of, cancellationToken);
        context.Response.Headers.ETag = $"\"{run.ContentHash}\"";
        return Results.Stream(async answer =>
        {
            await using var bytes = StoredContent.Open(body);
            await bytes.CopyToAsync(answer, cancellationToken);
        }, "application/json; charset=utf-8");
    }

    /// <param name="id">The run.</param>
    /// <param name="purpose">sync (default): verbatim, for the Enterprise Sync Tool; spreadsheet: for people, marked, and refused as a baseline.</param>
    /// <param name="names">officevibe (users.csv, groups.csv, groups-mapping.csv) or workleap (members.csv, teams.csv, teams-mappings.csv); default: the dialect of the run.</param>
    private static async Task<IResult> ExportAsync(
        string id, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "for")] string? purpose, string? names, IDbContextFactory<GatewayDb> contexts, IOptions<OfficevibeOptions> wire,
        CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await FindAsync(db, id, cancellationToken);
        var (files, bad) = FilesRequest.Read(purpose, names, Enum.TryParse<OfficevibeDialect>(run?.Dialect, ignoreCase: true, out var sent) ? sent : wire.Value.Dialect);
        if (files is null) return bad!;
        if (run is null) return SyncEndpoints.NoRun(id);
        var of = run.State == RunState.Unchanged ? run.BaseRunId ?? run.Id : run.Id;
        return await db.RunPartOrNullAsync<Snapshot>(of, RunPart.Sections, cancellationToken) is { } sections
            ? files.Answer(sections, wire.Value, $"sync-{run.Id}")
            : await NotKeptAsync(db, run, of, cancellationToken);
    }

    private static Task<RunRow?> FindAsync(GatewayDb db, string id, CancellationToken cancellationToken) =>
        RunView.ParseId(id) is { } number
            ? db.Set<RunRow>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == number, cancellationToken)
            : Task.FromResult<RunRow?>(null);

    private static async Task<SinceHeld?> SinceAsync(GatewayDb db, RunRow run, CompanyComposer company, CancellationToken cancellationToken)
    {
        var last = await SyncHistory.LastAcceptedAsync(db, cancellationToken);
        var accepted = last is null ? null : await db.RunPartAsync<Snapshot>(last.Id, RunPart.Sections, cancellationToken);
        try
        {
            var today = await company.ComposeAsync(new(null, null, accepted) { ForARun = true }, cancellationToken);
            var held = await db.RunPartAsync<Snapshot>(run.Id, RunPart.Sections, cancellationToken);
            return new SinceHeld(DiffView.Of(SnapshotDiff.Between(held, today.Snapshot)), today.At, last?.AcceptedAt);
        }
        catch (CutFailedException)
        {
            // The page of the run is worth showing all the same; /v1/status says that today's company cannot be read.
            return null;
        }
    }

    /// <summary>First runs touch everybody in them, and list nobody.</summary>
    private static async Task<List<long>> TouchedWholeAsync(GatewayDb db, string subject, CancellationToken cancellationToken)
    {
        var ids = await db.Set<RunRow>().Where(r => r.TouchesAll && r.Head != null).Select(r => r.Id).ToListAsync(cancellationToken);
        var touched = new List<long>();
        foreach (var id in ids)
        {
            var difference = await db.RunPartOrNullAsync<SnapshotDiff>(id, RunPart.Difference, cancellationToken);
            if (difference is not null && Change.AllOf(difference).Any(c => c.Subject == subject || c.Part == subject)) touched.Add(id);
        }

        return touched;
    }

    private static async Task<Problem> NotKeptAsync(GatewayDb db, RunRow run, long of, CancellationToken cancellationToken) =>
        await db.Set<RunRow>().AnyAsync(r => r.Id == of && r.ContentGoneAt != null, cancellationToken) ? Gone() : Problem.NotFound($"The bytes of this run are not kept: it is {RunView.NameOf(run.State)}. Its difference is.");

    internal static Problem Gone() => new(ProblemKind.ContentGone, "They are older than they are kept for (Gateway:Sync:Content). The run's difference, verdict and answer are there; GET /v1/snapshot?at=&known= composes the company of that time from the log.");
}
