using Gateway.Edge;
using Gateway.Membership;
using Gateway.Membership.Events;
using Gateway.Membership.Resolve;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gateway.Operations.Reading;

/// <summary>A team across all sources.</summary>
public sealed record TeamView
{
    public required string Id { get; init; }

    public string? Name { get; init; }

    /// <summary>False: it was closed.</summary>
    public required bool Exists { get; init; }

    /// <summary>Null: top level.</summary>
    public string? ParentId { get; init; }

    /// <summary>Ids of employed people.</summary>
    public required IReadOnlyList<string> Managers { get; init; }

    public required int MemberCount { get; init; }

    /// <summary>Ids of employed people; only with one team.</summary>
    public IReadOnlyList<string>? Members { get; init; }

    /// <summary>Ids of the existing teams right below; only with one team.</summary>
    public IReadOnlyList<string>? SubTeams { get; init; }

    public required bool InSnapshot { get; init; }

    /// <summary>Which source's event, by which rule, gave the name; only with one team.</summary>
    public OriginView? NameFrom { get; init; }

    /// <summary>Which source's event, by which rule, gave the parent; only with one team.</summary>
    public OriginView? ParentFrom { get; init; }

    public required IReadOnlyList<IssueView> Issues { get; init; }
}

/// <summary>One team, with the instant and the position that it is read at.</summary>
public sealed record TeamAnswer(DateTimeOffset At, long Known, TeamView Team);

/// <summary>Teams as they stand (http-contract, section 3).</summary>
internal static class TeamEndpoints
{
    public static void MapTeams(this IEndpointRouteBuilder app)
    {
        var teams = app.MapGroup("/v1/teams").RequireAuthorization(Scopes.Read).WithTags("Reading");
        teams.MapGet("", ListAsync).WithName("listTeams").WithSummary("Existing teams as they stand now, by id; closed ones too with exists=false.").ProducesProblem(400).ProducesProblem(503);
        teams.MapGet("/{teamId}", GetAsync).WithName("getTeam").WithSummary("One team with parent, managers and members, now or at an instant.")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(503).WithRequestTimeout(LimitsExtensions.LongTimeout);
    }

    /// <param name="exists">true (default): existing teams; false: closed ones.</param>
    /// <param name="limit">1 to 500; default 50.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    private static async Task<Results<Ok<Page<TeamView>>, Problem>> ListAsync(
        bool? exists, int? limit, string? after, CompanyReading reading, CancellationToken cancellationToken)
    {
        var (page, bad) = PageRequest.Read(limit, after);
        if (page is null) return bad!;
        var (company, refusal) = await reading.ReadAsync(null, null, cancellationToken);
        if (company is null) return refusal!;
        var found = company.Composed.Company.Teams
            .Where(t => page.After is null || Ordinal.Compare(page.After, t.Id) < 0)
            .Where(t => t.Exists == (exists ?? true))
            .Take(page.Limit + 1).ToList();
        return TypedResults.Ok(new Page<TeamView>(
            [.. found.Take(page.Limit).Select(t => View(t, company))], found.Count > page.Limit ? Cursor.Of(found[page.Limit - 1].Id) : null));
    }

    /// <param name="teamId">Its id.</param>
    /// <param name="at">An instant or a date; default now.</param>
    /// <param name="known">A position of the log: what was known then.</param>
    private static async Task<Results<Ok<TeamAnswer>, Problem>> GetAsync(
        string teamId, string? at, long? known, CompanyReading reading, CancellationToken cancellationToken)
    {
        var (company, refusal) = await reading.ReadAsync(at, known, cancellationToken);
        if (company is null) return refusal!;
        if (company.Team(Routes.Value(teamId)) is not { } team) return Problem.NotFound("No source has named this team at that instant.");
        var view = View(team, company) with
        {
            Members = Ids(company, team.Id, AssignmentRole.Member),
            SubTeams = [.. company.Composed.Company.Teams.Where(t => t.Exists && t.Parent.Value == team.Id).Select(t => t.Id)],
            NameFrom = OriginView.Of(team.Name),
            ParentFrom = OriginView.Of(team.Parent),
        };
        return TypedResults.Ok(new TeamAnswer(company.Composed.At, company.Composed.Head, view));
    }

    private static TeamView View(Team team, CompanyIndex company) => new()
    {
        Id = team.Id,
        Name = team.Name.Value,
        Exists = team.Exists,
        ParentId = team.Parent.Value,
        Managers = Ids(company, team.Id, AssignmentRole.Manager),
        MemberCount = company.PlacesIn(team.Id).Count(p => p.Assignment.Role == AssignmentRole.Member),
        InSnapshot = company.IsGroup(team.Id),
        Issues = [.. company.IssuesOf(SubjectKind.Team, team.Id).Select(IssueView.Of)],
    };

    private static List<string> Ids(CompanyIndex company, string teamId, AssignmentRole role) =>
        [.. company.PlacesIn(teamId).Where(p => p.Assignment.Role == role).Select(p => p.Member.Id)];
}
