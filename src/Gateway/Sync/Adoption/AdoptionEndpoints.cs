using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Adoption;
using Gateway.Membership.Snapshots;
using Gateway.Sync.Views;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Adoption;

/// <summary>Adopting an account that has data, over HTTP.</summary>
internal static class AdoptionEndpoints
{
    public static void MapAdoption(this IEndpointRouteBuilder app)
    {
        var adoption = app.MapGroup("/v1/adoption").WithTags("Adoption");
        adoption.MapPost("", ReadAsync).RequireAuthorization(Scopes.Operate).WithName("readAccount")
            .WithSummary("Reads the account, and compares it with the company as it is here.").ProducesProblem(503);
        adoption.MapGet("", GetAsync).RequireAuthorization(Scopes.Read).WithName("getAdoption")
            .WithSummary("The account as it was read last, compared with the company as it is here, and what is not decided yet.").ProducesProblem(404).ProducesProblem(503);
        adoption.MapPost("/decisions", DecideAsync).RequireAuthorization(Scopes.Approve).WithName("decideAdoption")
            .WithSummary("Says which team or person there is which one here, or that the first sync may remove it.").ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);
        adoption.MapPost("/import", ImportAsync).RequireAuthorization(Scopes.Operate).WithName("importAdoption")
            .WithSummary("Makes events of the source manual of teams and people that are only there.").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(503);
        adoption.MapPost("/waive", WaiveAsync).RequireAuthorization(Scopes.Approve).WithName("waiveAdoption")
            .WithSummary("Lets the first sync go without an adoption.").ProducesProblem(400);
    }

    private static async Task<Results<Ok<AdoptionView>, Problem>> ReadAsync(HttpContext context, AdoptionDesk desk, CancellationToken cancellationToken) =>
        Answer(await desk.ReadAsync(Actor(context), cancellationToken));

    private static async Task<Results<Ok<AdoptionView>, Problem>> GetAsync(AdoptionDesk desk, CancellationToken cancellationToken) => Answer(await desk.ShowAsync(cancellationToken));

    private static async Task<Results<Ok<AdoptionView>, Problem>> DecideAsync(DecideAdoption request, HttpContext context, AdoptionDesk desk, CancellationToken cancellationToken) =>
        request.Check() is { } invalid ? invalid : Answer(await desk.DecideAsync(request, Actor(context), cancellationToken));

    private static async Task<Results<Ok<AdoptionView>, Problem>> ImportAsync(ImportAdoption request, HttpContext context, AdoptionDesk desk, CancellationToken cancellationToken) =>
        request.Check() is { } invalid ? invalid : Answer(await desk.ImportAsync(request, Actor(context), cancellationToken));

    private static async Task<Results<NoContent, Problem>> WaiveAsync(WaiveAdoption request, HttpContext context, LedgerWriter ledger, TimeProvider time, CancellationToken cancellationToken)
    {
        if (request.Check() is { } invalid) return invalid;
        await using var write = await ledger.BeginAsync(cancellationToken);
        var (state, now) = (await write.Db.Set<SyncState>().SingleAsync(cancellationToken), time.GetUtcNow());
        (state.AdoptionWaivedAt, state.AdoptionWaivedBy, state.AdoptionWaivedReason) = (now, Actor(context), request.Reason!.Trim());
        write.Db.Audit.Add(new AuditEntry { At = now, Actor = Actor(context), Action = "adoption.waive", Reason = request.Reason.Trim() });
        await write.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static string Actor(HttpContext context) => context.User.Actor ?? "unknown";

    private static Results<Ok<AdoptionView>, Problem> Answer(AdoptionAnswer answer) => answer switch
    {
        AdoptionAnswer.Shown shown => TypedResults.Ok(shown.View),
        AdoptionAnswer.NotRead => Problem.NotFound("The account was not read yet: POST /v1/adoption."),
        AdoptionAnswer.Invalid invalid => Problem.Invalid(invalid.Errors),
        AdoptionAnswer.NoSource => new Problem(ProblemKind.Conflict,
            "What is imported belongs to the source manual, which the settings do not have. Add Gateway:Sources:manual with a Priority behind the others, and \"MatchBy\": \"email\" where there are others."),
        AdoptionAnswer.Unreadable unreadable => new Problem(ProblemKind.Unavailable, $"The account could not be read: {unreadable.Reason}"),
        _ => new Problem(ProblemKind.Unavailable, "Today's company cannot be read: a record cannot be worked out. See the gateway's log."),
    };
}

/// <summary>A decision on one team or one person of the account.</summary>
/// <param name="Kind"><c>team</c> or <c>person</c>.</param>
/// <param name="There">The team's name there, or the person's e-mail.</param>
/// <param name="Action"><c>same</c>: it is the one named by <c>here</c>; it is sent under its name or address there first, and under the true one in the next run, so that its history stays.
/// <c>letGo</c>: the first sync may remove a team, deactivate a person.</param>
/// <param name="Here">The team's id, or the person's id in a snapshot, for <c>same</c>.</param>
public sealed record AdoptionWord(AdoptionKind? Kind, string? There, AdoptionAction? Action, string? Here);

/// <param name="Decisions">1 to 1,000.</param>
/// <param name="Reason">Kept in the audit; at most 500 characters.</param>
public sealed record DecideAdoption(IReadOnlyList<AdoptionWord>? Decisions, string? Reason)
{
    internal Problem? Check()
    {
        if (Decisions is not { Count: > 0 and <= 1000 }) return Problem.Invalid("decisions", "Between 1 and 1,000.");
        if (Reason is { Length: > 500 }) return Problem.Invalid("reason", "At most 500 characters.");
        for (var i = 0; i < Decisions.Count; i++)
        {
            if (Decisions[i] is not { } word) return Problem.Invalid($"decisions[{i}]", "Must not be null.");
            if (word.Kind is null) return Problem.Invalid($"decisions[{i}].kind", "team or person.");
            if (word.Action is null) return Problem.Invalid($"decisions[{i}].action", "same or letGo.");
            if (string.IsNullOrWhiteSpace(word.There) || word.There.Length > 500) return Problem.Invalid($"decisions[{i}].there", "The team's name, or the person's e-mail.");
            if (word.Action == AdoptionAction.Same == string.IsNullOrWhiteSpace(word.Here))
                return Problem.Invalid($"decisions[{i}].here", word.Action == AdoptionAction.Same ? "The id here that it is the same as." : "Only with same.");
        }

        return null;
    }
}

/// <summary>What is to be taken over into the source <c>manual</c>.</summary>
/// <param name="Teams">Names of teams that are only there.</param>
/// <param name="People">E-mails of people who are only there.</param>
public sealed record ImportAdoption(IReadOnlyList<string>? Teams, IReadOnlyList<string>? People)
{
    internal Problem? Check() => (Teams?.Count ?? 0) + (People?.Count ?? 0) is 0 or > 5000 ? Problem.Invalid("teams", "Between 1 and 5,000 teams and people.") : null;
}

/// <param name="Reason">1 to 500 characters; kept in the audit.</param>
public sealed record WaiveAdoption(string? Reason)
{
    internal Problem? Check() => string.IsNullOrWhiteSpace(Reason) || Reason.Length > 500 ? Problem.Invalid("reason", "1 to 500 characters.") : null;
}

/// <summary>What is open.</summary>
/// <param name="Why"><c>onlyThere</c>, <c>near</c> or <c>sharedName</c>.</param>
public sealed record OpenView(AdoptionKind Kind, string There, OpenReason Why);

/// <summary>A person there.</summary>
public sealed record PersonThere(string Email, string? FirstName, string? LastName);

/// <summary>A person here.</summary>
public sealed record PersonHere(string Id, string Email, string? FirstName, string? LastName);

/// <summary>Two people of one name, with other addresses.</summary>
public sealed record NearPersonView(PersonThere There, PersonHere Here);

/// <summary>Two names that are nearly the same.</summary>
/// <param name="Differs">In what: accents, case, spaces or punctuation; the order of words; a word more or less; a letter.</param>
public sealed record NearTeamView(string There, string Id, string Name, string Differs);

/// <summary>A team there.</summary>
public sealed record TeamThere(string Name, int? People);

/// <summary>A list of at most 1,000, and how many there are.</summary>
public sealed record Counted<T>(int Count, IReadOnlyList<T> Items);

/// <summary>An account beside the company.</summary>
public sealed record AdoptionView
{
    /// <summary><c>open</c>, <c>complete</c>, <c>waived</c>, or <c>over</c>: a sync was accepted.</summary>
    public required string State { get; init; }

    /// <summary>When the account was read.</summary>
    public required DateTimeOffset ReadAt { get; init; }

    public required Counted<OpenView> Open { get; init; }

    public required int PeopleMatched { get; init; }

    /// <summary>Would be deactivated.</summary>
    public required Counted<PersonThere> PeopleOnlyThere { get; init; }

    /// <summary>Would be created.</summary>
    public required Counted<PersonHere> PeopleOnlyHere { get; init; }

    public required Counted<NearPersonView> PeopleNear { get; init; }

    /// <summary>Only there, and no sync deactivates them.</summary>
    public required Counted<PersonThere> Administrators { get; init; }

    public required int TeamsMatched { get; init; }

    /// <summary>Would be removed, with their history.</summary>
    public required Counted<TeamThere> TeamsOnlyThere { get; init; }

    /// <summary>Would be created.</summary>
    public required Counted<SnapshotGroup> TeamsOnlyHere { get; init; }

    public required Counted<NearTeamView> TeamsNear { get; init; }

    /// <summary>Driven by rules; no sync touches them.</summary>
    public required Counted<TeamThere> RuleBased { get; init; }

    /// <summary>Names that several teams there have.</summary>
    public required Counted<string> SharedNames { get; init; }

    internal static AdoptionView Of(AdoptionReport report, DateTimeOffset readAt, string state)
    {
        return new AdoptionView
        {
            State = state,
            ReadAt = readAt,
            Open = List(report.Open, o => new OpenView(o.Kind, o.There, o.Why)),
            PeopleMatched = report.PeopleMatched,
            PeopleOnlyThere = List(report.PeopleOnlyThere, There),
            PeopleOnlyHere = List(report.PeopleOnlyHere, Here),
            PeopleNear = List(report.PeopleNear, p => new NearPersonView(There(p.There), Here(p.Here))),
            Administrators = List(report.Administrators, There),
            TeamsMatched = report.TeamsMatched,
            TeamsOnlyThere = List(report.TeamsOnlyThere, t => new TeamThere(t.Name, t.People)),
            TeamsOnlyHere = List(report.TeamsOnlyHere, g => g),
            TeamsNear = List(report.TeamsNear, t => new NearTeamView(t.There.Name, t.Here.Id, t.Here.Name, t.Why)),
            RuleBased = List(report.RuleBased, t => new TeamThere(t.Name, t.People)),
            SharedNames = List(report.SharedNames, n => n),
        };

        static Counted<TView> List<T, TView>(IReadOnlyList<T> items, Func<T, TView> view) => new(items.Count, [.. items.Take(DiffView.Most).Select(view)]);
        static PersonThere There(AccountPerson p) => new(p.Email, p.FirstName, p.LastName);
        static PersonHere Here(SnapshotUser u) => new(u.Id, u.Email, u.FirstName, u.LastName);
    }
}
