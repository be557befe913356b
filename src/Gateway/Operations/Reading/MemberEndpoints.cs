using System.Globalization;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership;
using Gateway.Membership.Resolve;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Operations.Reading;

/// <summary>People as they stand (http-contract, section 3).</summary>
internal static class MemberEndpoints
{
    public static void MapMembers(this IEndpointRouteBuilder app)
    {
        var members = app.MapGroup("/v1/members").RequireAuthorization(Scopes.Read).WithTags("Reading");
        members.MapGet("", ListAsync).WithName("listMembers")
            .WithSummary("People as they stand now, by id; those who left included, unless employed=true.").ProducesProblem(400).ProducesProblem(503);
        members.MapGet("/{employeeId}", GetAsync).WithName("getMember")
            .WithSummary("One person, now, at an instant, or as known at a position of the log.").ProducesProblem(400).ProducesProblem(404).ProducesProblem(503)
            .WithRequestTimeout(LimitsExtensions.LongTimeout);
        members.MapHistory();
        app.MapExclusions();
        app.MapIdentities();
    }

    /// <param name="team">Only people with a place in this team.</param>
    /// <param name="q">Only people whose id, e-mail or name contains this, whatever the case.</param>
    /// <param name="employed">Only those who are employed, or are not.</param>
    /// <param name="limit">1 to 500; default 50.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    private static async Task<Results<Ok<Page<MemberView>>, Problem>> ListAsync(
        string? team, string? q, bool? employed, int? limit, string? after, CompanyReading reading, CancellationToken cancellationToken)
    {
        var (page, bad) = PageRequest.Read(limit, after);
        if (page is null) return bad!;
        var place = MemberPlace.Read(page.After);
        if (page.After is not null && place is null) return PageRequest.BadCursor();
        var (company, refusal) = await reading.ReadAsync(null, null, cancellationToken);
        if (company is null) return refusal!;

        var found = company.Composed.Company.Members
            .Where(m => place is null || place.IsBefore(m))
            .Where(m => employed is null || m.Employed == employed)
            .Where(m => team is null || m.Assignments.Any(a => a.TeamId == team))
            .Where(m => string.IsNullOrWhiteSpace(q) || Says(m, q.Trim()))
            .Take(page.Limit + 1).ToList();
        var shown = found.Take(page.Limit).Select(m => MemberView.Of(m, company)).ToList();
        return TypedResults.Ok(new Page<MemberView>(shown, found.Count > page.Limit ? Cursor.Of(MemberPlace.Of(found[page.Limit - 1])) : null));
    }

    /// <param name="employeeId">The id on the wire, or another number of this person.</param>
    /// <param name="at">An instant or a date; default now.</param>
    /// <param name="known">A position of the log: what was known then.</param>
    private static async Task<Results<Ok<MemberAnswer>, Problem>> GetAsync(
        string employeeId, string? at, long? known, CompanyReading reading, IDbContextFactory<GatewayDb> contexts, TimeProvider time, CancellationToken cancellationToken)
    {
        var (company, refusal) = await reading.ReadAsync(at, known, cancellationToken);
        if (company is null) return refusal!;
        if (company.Find(Routes.Value(employeeId)) is not { } member) return Nobody();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var exclusion = await db.Exclusions.StandingAsync(member, time.GetUtcNow(), cancellationToken);
        return TypedResults.Ok(new MemberAnswer(company.Composed.At, company.Composed.Head, MemberView.Of(member, company), exclusion));
    }

    public static Problem Nobody() => Problem.NotFound("Nobody has this number at that instant; or several people have it, in numbers of their own: ask with source:number.");

    private static bool Says(Member m, string q) =>
        Contains(m.Id, q) || Contains(m.Email.Value, q) || Contains(m.LastName.Value, q) || Contains(m.FirstName.Value, q)
        || Contains($"{m.FirstName.Value} {m.LastName.Value}", q) || m.Facets.Any(f => Contains(f.EmployeeId, q));

    private static bool Contains(string? text, string q) => text?.Contains(q, StringComparison.OrdinalIgnoreCase) == true;
}

/// <summary>A place in a list of people by id. Two can bear one id, of whom at most one makes a user.</summary>
internal sealed record MemberPlace(int Identity, string Id)
{
    public static string Of(Member m) => string.Create(CultureInfo.InvariantCulture, $"{(int)m.Identity}{m.Id}");

    /// <summary>Null: it is none.</summary>
    public static MemberPlace? Read(string? text) => text is { Length: > 1 } && char.IsAsciiDigit(text[0]) ? new MemberPlace(text[0] - '0', text[1..]) : null;

    public bool IsBefore(Member m) => Ordinal.Compare(Id, m.Id) is var order && (order < 0 || (order == 0 && Identity < (int)m.Identity));
}

/// <summary>Values in paths.</summary>
internal static class Routes
{
    /// <summary>The server leaves an escaped slash as it came.</summary>
    public static string Value(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
