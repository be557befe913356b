using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Officevibe;
using Gateway.Sync;
using Gateway.Sync.Adoption;
using Gateway.Sync.Composing;
using Gateway.Sync.Readings;
using Gateway.Sync.Storing;
using Gateway.Sync.Views;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Gateway.Operations.Reading;

/// <summary>The company as Officevibe is to see it (http-contract, section 3).</summary>
internal static class SnapshotEndpoints
{
    /// <summary>The instant and the position of the log that an answer is about.</summary>
    private const string AtHeader = "Gateway-At";

    private const string KnownHeader = "Gateway-Known";

    public static void MapSnapshot(this IEndpointRouteBuilder app)
    {
        var snapshot = app.MapGroup("/v1/snapshot").RequireAuthorization(Scopes.Read).WithTags("Reading");
        snapshot.WithRequestTimeout(LimitsExtensions.LongTimeout);
        snapshot.MapGet("", GetAsync).WithName("getSnapshot").WithSummary("The body exactly as it would be sent; the ETag is its content hash.")
            .Produces(200, contentType: "application/json").Produces(304).ProducesProblem(400).ProducesProblem(429).ProducesProblem(503);
        snapshot.MapGet("/issues", IssuesAsync).WithName("listIssues").WithSummary("What is left out, or worth a look.").ProducesProblem(400).ProducesProblem(503);
        snapshot.MapSnapshotExport();
        snapshot.MapGet("/diff", DiffAsync).WithName("diffSnapshot")
            .WithSummary("Against a run, by default the last accepted one, now or for a coming instant; and what the guard would say.")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(410).ProducesProblem(429).ProducesProblem(503);
    }

    /// <param name="at">An instant or a date; default now.</param>
    /// <param name="known">A position of the log: what was known then.</param>
    /// <param name="dialect">Default: the configured one.</param>
    private static async Task<IResult> GetAsync(
        string? at, long? known, string? dialect, HttpContext context, CompanyReading reading, IOptions<OfficevibeOptions> wire, CancellationToken cancellationToken)
    {
        var named = Enum.GetValues<OfficevibeDialect>().Where(d => string.Equals(d.ToString(), dialect, StringComparison.OrdinalIgnoreCase)).ToList();
        if (dialect is not null && named.Count == 0) return Problem.Invalid("dialect", "officevibe or workleap.");
        var (company, refusal) = await reading.ReadAsync(at, known, cancellationToken);
        if (company is null) return refusal!;

        var file = SnapshotFile.Write(company.Composed.Snapshot, named.Count == 0 ? wire.Value : wire.Value.In(named[0]));
        Tell(context, company);
        // Sees to If-None-Match, and closes (which deletes) the file.
        return TypedResults.Stream(file.Stream, "application/json; charset=utf-8", entityTag: new EntityTagHeaderValue($"\"{file.Hash}\""));
    }

    /// <param name="code">Only of this code.</param>
    /// <param name="subject">Only about this person or team.</param>
    /// <param name="leftOut">Only what keeps something out, or only warnings.</param>
    /// <param name="at">An instant or a date; default now.</param>
    /// <param name="limit">1 to 500; default 50.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    private static async Task<Results<Ok<Page<IssueView>>, Problem>> IssuesAsync(
        string? code, string? subject, bool? leftOut, string? at, int? limit, string? after, HttpContext context, CompanyReading reading, CancellationToken cancellationToken)
    {
        var (page, bad) = PageRequest.Read(limit, after);
        if (page is null) return bad!;
        var place = page.After is null ? null : IssuePlace.Read(page.After);
        if (page.After is not null && place is null) return PageRequest.BadCursor();
        if (code is not null && !IssueCodes.InOrder.Contains(code)) return Problem.Invalid("code", $"One of {string.Join(", ", IssueCodes.InOrder)}.");
        var (company, refusal) = await reading.ReadAsync(at, null, cancellationToken);
        if (company is null) return refusal!;

        var found = company.Composed.Issues.Order(Comparer<Issue>.Create(IssueOrder.Compare))
            .Where(i => (code is null || i.Code == code) && (subject is null || i.Subject == subject) && (leftOut is null || i.LeftOut == leftOut))
            .SkipWhile(i => place is not null && IssueOrder.Compare(i, place) <= 0)
            .Take(page.Limit + 1).ToList();
        Tell(context, company);
        return TypedResults.Ok(new Page<IssueView>(
            [.. found.Take(page.Limit).Select(IssueView.Of)], found.Count > page.Limit ? Cursor.Of(IssuePlace.Of(found[page.Limit - 1])) : null));
    }

    /// <param name="since">The id of a run whose content was kept; default: the last accepted one.</param>
    /// <param name="at">A coming instant or date; default now.</param>
    private static async Task<Results<Ok<DiffAnswer>, Problem>> DiffAsync(
        string? since, string? at, CompanyReading reading, CompanyJudge judge, GuardSettings guard, IDbContextFactory<GatewayDb> contexts, TimeProvider time,
        CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var history = await SyncHistory.LoadAsync(db, guard, time.GetUtcNow(), cancellationToken);
        var run = since is null ? history.LastAccepted : RunView.ParseId(since) is { } id ? await db.Set<RunRow>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken) : null;
        if (since is not null && run is null) return Problem.NotFound("There is no run of this id.");
        var before = run is null ? Snapshot.Empty : await db.RunPartOrNullAsync<Snapshot>(run.Id, RunPart.Sections, cancellationToken);
        if (run?.ContentGoneAt is not null && before is null) return RunReading.Gone();
        if (before is null) return Problem.NotFound("The content of this run is not kept; take one that was sent, held or observed.");
        var (company, refusal) = await reading.ReadAsync(at, null, cancellationToken);
        if (company is null) return refusal!;

        var difference = SnapshotDiff.Between(before, company.Composed.Snapshot);
        var judged = await judge.JudgeAsync(db, history, company.Composed, await AdoptionBook.AsReadAsync(db, company.Composed.Snapshot, cancellationToken), cancellationToken);
        var seen = await AccountWatch.LastSeenAsync(db, history, company.Composed.Snapshot, cancellationToken);
        var verdict = AccountForecast.With(judged, history, company.Composed.Snapshot, seen?.There, guard);
        return TypedResults.Ok(new DiffAnswer(
            company.Composed.At, company.Composed.Head, run is null ? null : RunView.IdOf(run.Id), difference.IsEmpty(), DiffView.Of(difference), GuardView.Of(StoredVerdict.Of(verdict)),
            DeletionView.Of(judged.Deletions), judged.Body.Hash, ReferenceEquals(verdict, judged.Verdict) ? judged.Planned?.PlanId : null, AccountForecast.Of(seen)));
    }

    internal static void Tell(HttpContext context, CompanyIndex company)
    {
        context.Response.Headers[AtHeader] = company.Composed.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        context.Response.Headers[KnownHeader] = company.Composed.Head.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}

/// <summary>What the company is, or will be, against what a run had.</summary>
/// <param name="At">The instant.</param>
/// <param name="Known">The position of the log.</param>
/// <param name="Since">The run it is compared with; null: nothing was ever accepted, so everything is added.</param>
/// <param name="Unchanged">There is no difference.</param>
/// <param name="Diff">Users, groups and mappings added, removed and changed.</param>
/// <param name="Deletions">Workleap only: whom a run would delete for good. Null: nobody.</param>
/// <param name="Guard">What the guard would say if this were to be sent now; always against the last accepted run.</param>
/// <param name="ContentHash">Of the body as it would be sent: what a planned change can name.</param>
/// <param name="Plan">The planned change that would let it through; null: none is needed, or none does.</param>
/// <param name="Account">What the account had alone when it was last read; the guard's verdict counts it. Null: it was not read since the last accepted run. A run that removes somebody reads it anew.</param>
public sealed record DiffAnswer(
    DateTimeOffset At, long Known, string? Since, bool Unchanged, DiffView Diff, GuardView Guard, DeletionView? Deletions, string ContentHash, string? Plan, AccountForecast? Account);
