using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Adoption;
using Gateway.Membership.Drift;
using Gateway.Membership.Snapshots;
using Gateway.Officevibe;
using Gateway.Sync.Adoption;
using Gateway.Sync.Storing;
using Gateway.Sync.Views;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Readings;

/// <summary>The account as it is, beside what it accepted, over HTTP.</summary>
internal static class AccountEndpoints
{
    public static void MapAccount(this IEndpointRouteBuilder app)
    {
        var account = app.MapGroup("/v1/account").WithTags("Account");
        account.MapGet("", GetAsync).RequireAuthorization(Scopes.Read).WithName("getAccount")
            .WithSummary("What the account differed in from what it accepted, when it was last read.").ProducesProblem(404);
        account.MapPost("/readings", ReadAsync).RequireAuthorization(Scopes.Operate).WithName("readAccountBack")
            .WithSummary("Reads the account now, and compares it with what it accepted last.").ProducesProblem(404).ProducesProblem(409).ProducesProblem(503);
    }

    private static async Task<Results<Ok<AccountView>, Problem>> GetAsync(IDbContextFactory<GatewayDb> contexts, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await AccountReports.LastGoodAsync(db, cancellationToken) is { } report
            ? TypedResults.Ok(AccountView.Of(report))
            : Problem.NotFound("The account was not read since a sync was accepted: POST /v1/account/readings.");
    }

    private static async Task<Results<Ok<AccountView>, Problem>> ReadAsync(HttpContext context, AccountReadings readings, CancellationToken cancellationToken) =>
        await readings.ReadNowAsync(context.User.Actor ?? "unknown", cancellationToken) switch
        {
            ReadingAnswer.Shown shown => TypedResults.Ok(AccountView.Of(shown.Report)),
            ReadingAnswer.NothingAccepted => Problem.NotFound("No sync was accepted yet, so there is nothing to compare with. Before the first one: POST /v1/adoption."),
            ReadingAnswer.Moving => new Problem(ProblemKind.Conflict, "A run is being sent or worked off, so that the account is between two companies. Ask again when it has come to rest."),
            ReadingAnswer.Unreadable { Reading: AccountReading.Refused refused } => new Problem(ProblemKind.Unavailable, $"The account could not be read: {refused.Reason} {refused.WhatToDo}"),
            ReadingAnswer.Unreadable unreadable => new Problem(ProblemKind.Unavailable, $"The account could not be read: {AdoptionBook.Problem(unreadable.Reading)}"),
            _ => new Problem(ProblemKind.Unavailable),
        };
}

/// <summary>Somebody whom the account lists otherwise.</summary>
/// <param name="Field"><c>name</c> (first and last in one) or <c>jobTitle</c>.</param>
/// <param name="Here">As it was accepted.</param>
public sealed record FieldDriftView(string Id, string Field, string Here, string? There);

/// <summary>Somebody's place in a team.</summary>
/// <param name="Role"><c>member</c> or <c>manager</c>.</param>
/// <param name="Team">Its name; null: the account tells only whether somebody manages any.</param>
public sealed record RowDriftView(string Id, string Role, string? Team);

/// <summary>The account beside what it accepted last. Lists hold at most 1,000 and say how many there are.</summary>
public sealed record AccountView
{
    public required DateTimeOffset ReadAt { get; init; }

    /// <summary><c>request</c>, <c>beforeRun</c> or <c>afterRun</c>.</summary>
    public required ReadingOccasion Occasion { get; init; }

    /// <summary>The accepted run it was compared with.</summary>
    public required string Run { get; init; }

    /// <summary>As far as the account tells: see <c>notComparable</c>.</summary>
    public required bool Differs { get; init; }

    /// <summary>How many people and teams it lists.</summary>
    public required int People { get; init; }

    public required int Teams { get; init; }

    /// <summary>Accepted, and not listed.</summary>
    public required Counted<DriftPerson> PeopleMissing { get; init; }

    /// <summary>Listed, and never sent: the next sync deactivates them.</summary>
    public required Counted<PersonThere> PeopleMore { get; init; }

    /// <summary>How many are listed who were sent once and left: deactivated, as far as anybody can tell.</summary>
    public required int LeftAndListed { get; init; }

    /// <summary>Administrators who are not in the company; no sync touches them.</summary>
    public required Counted<PersonThere> Administrators { get; init; }

    public required Counted<SnapshotGroup> TeamsMissing { get; init; }

    /// <summary>Listed, and never sent under this name: the next sync removes them for good, or gives them their name back.</summary>
    public required Counted<TeamThere> TeamsMore { get; init; }

    /// <summary>How many teams are driven by rules; no sync touches them.</summary>
    public required int RuleBased { get; init; }

    public required Counted<FieldDriftView> Fields { get; init; }

    /// <summary>Accepted, and not there; in teams that both have.</summary>
    public required Counted<RowDriftView> RowsMissing { get; init; }

    /// <summary>There, and not accepted; in teams that both have.</summary>
    public required Counted<RowDriftView> RowsMore { get; init; }

    /// <summary>Of those missing: one of two roles in one team. Many of them: <c>Gateway:Officevibe:CombineRoles</c>.</summary>
    public required Counted<RowDriftView> RolesLost { get; init; }

    /// <summary>What the account does not tell, so that nothing is said about it: <c>ids</c>, <c>hierarchy</c>, <c>properties</c>, <c>status</c>, <c>names</c>, <c>jobTitles</c>, <c>memberships</c>, <c>administrators</c>.</summary>
    public required IReadOnlyList<string> NotComparable { get; init; }

    internal static AccountView Of(AccountReport report)
    {
        var drift = StoredContent.Unpack<AccountDrift>(report.Drift!);
        return new AccountView
        {
            ReadAt = report.At,
            Occasion = report.Occasion,
            Run = RunView.IdOf(report.RunId),
            Differs = !drift.IsNone(),
            People = report.People,
            Teams = report.Teams,
            PeopleMissing = List(drift.PeopleMissing, p => p),
            PeopleMore = List(drift.PeopleMore, There),
            LeftAndListed = drift.LeftAndListed,
            Administrators = List(drift.Administrators, There),
            TeamsMissing = List(drift.TeamsMissing, g => g),
            TeamsMore = List(drift.TeamsMore, t => new TeamThere(t.Name, t.People)),
            RuleBased = drift.RuleBased,
            Fields = List(drift.Fields, f => new FieldDriftView(f.Id, f.Field, f.Here, f.There)),
            RowsMissing = List(drift.RowsMissing, Row),
            RowsMore = List(drift.RowsMore, Row),
            RolesLost = List(drift.RolesLost, Row),
            NotComparable = drift.NotComparable,
        };

        static Counted<TView> List<T, TView>(IReadOnlyList<T> items, Func<T, TView> view) => new(items.Count, [.. items.Take(DiffView.Most).Select(view)]);
        static PersonThere There(AccountPerson p) => new(p.Email, p.FirstName, p.LastName);
        static RowDriftView Row(DriftRow r) => new(r.Id, r.Role, r.Team);
    }
}

/// <summary>The account in one look.</summary>
/// <param name="ReadAt">When it was last read; null: never since a sync was accepted.</param>
/// <param name="Run">The accepted run it was compared with.</param>
/// <param name="Differs">From what it accepted, as far as it tells.</param>
/// <param name="Differences">How many of each kind: see <c>/v1/account</c>.</param>
/// <param name="Problem">Why it could not be read after the last run; null: it was, or that is not due.</param>
public sealed record AccountStatus(DateTimeOffset? ReadAt, string? Run, bool? Differs, DriftCounts? Differences, string? Problem)
{
    /// <summary>Null: it was never read.</summary>
    internal static async Task<AccountStatus?> ReadAsync(GatewayDb db, CancellationToken cancellationToken)
    {
        var good = await db.Set<AccountReport>().Where(r => r.Drift != null).OrderByDescending(r => r.Id).Select(r => new { r.At, r.RunId, r.DriftKey, r.Counts }).FirstOrDefaultAsync(cancellationToken);
        var problem = await db.Set<AccountReport>().OrderByDescending(r => r.Id).Select(r => r.Problem).FirstOrDefaultAsync(cancellationToken);
        return good is null && problem is null ? null
            : new(good?.At, good is null ? null : RunView.IdOf(good.RunId), good is null ? null : good.DriftKey?.Length > 0, StoredContent.Parse<DriftCounts>(good?.Counts), problem);
    }
}
