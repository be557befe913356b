using System.Globalization;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.Membership;
using Gateway.Membership.Events;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;
using Gateway.Rules;
using Gateway.Sync;
using Gateway.Sync.Views;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gateway.Operations.Reading;

/// <summary>Two numbers that somebody takes to be one person.</summary>
/// <param name="Source">A source of the settings.</param>
/// <param name="EmployeeId">Its number.</param>
/// <param name="SameAs">The other number.</param>
public sealed record AliasQuestion(string? Source, string? EmployeeId, AliasQuestion.Number? SameAs)
{
    /// <param name="Source">A source of the settings.</param>
    /// <param name="EmployeeId">Its number.</param>
    public sealed record Number(string? Source, string? EmployeeId);
}

/// <summary>Who is who across sources (semantics.md, section 4), and what an alias would change.</summary>
internal static class IdentityEndpoints
{
    public static void MapIdentities(this IEndpointRouteBuilder app)
    {
        var identities = app.MapGroup("/v1/identities").RequireAuthorization(Scopes.Read).WithTags("Reading");
        identities.MapGet("", ListAsync).WithName("listIdentities")
            .WithSummary("Who is joined by what, who is ambiguous or unmatched and who that may be; people of one number only with state=alone.")
            .ProducesProblem(400).ProducesProblem(503);
        identities.MapPost("/preview", PreviewAsync).WithName("previewAlias")
            .WithSummary("What an alias would change: the person, and the next snapshot. Nothing is stored.").ProducesProblem(400).ProducesProblem(503);
    }

    /// <param name="state">One of joined, alone, unmatched, ambiguous, own-member, eclipsed; default: all but alone.</param>
    /// <param name="source">Only people of whom this source has a number.</param>
    /// <param name="at">An instant or a date; default now.</param>
    /// <param name="limit">1 to 500; default 50.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    private static async Task<Results<Ok<IdentityReport>, Problem>> ListAsync(
        string? state, string? source, string? at, int? limit, string? after, CompanyReading reading, RulesInForce rules, CancellationToken cancellationToken)
    {
        var (page, bad) = PageRequest.Read(limit, after);
        if (page is null) return bad!;
        var place = page.After is null ? null : MemberPlace.Read(page.After);
        if (page.After is not null && place is null) return PageRequest.BadCursor();
        if (state is not null && !IdentityView.States.Contains(state)) return Problem.Invalid("state", $"One of {string.Join(", ", IdentityView.States)}.");
        if (source is not null && !rules.Rules.Sources.ContainsKey(source)) return Problem.Invalid("source", "The name of a source of the settings.");
        var (company, refusal) = await reading.ReadAsync(at, null, cancellationToken);
        if (company is null) return refusal!;

        var members = company.Composed.Company.Members;
        var found = members.Where(m => place is null || place.IsBefore(m))
            .Where(m => state is null ? !Identities.IsPlain(m) : IdentityView.StateOf(m) == state)
            .Where(m => source is null || m.Facets.Any(f => f.Source == source))
            .Take(page.Limit + 1).ToList();
        var identities = new Identities(company.Composed.Company, rules.Rules);
        return TypedResults.Ok(new IdentityReport(
            company.Composed.At, company.Composed.Head, IdentityCounts.Of(members),
            [.. found.Take(page.Limit).Select(m => IdentityView.Of(identities.Of(m), company))], found.Count > page.Limit ? Cursor.Of(MemberPlace.Of(found[page.Limit - 1])) : null));
    }

    private static async Task<Results<Ok<AliasPreview>, Problem>> PreviewAsync(
        AliasQuestion question, CompanyReading reading, RulesInForce rules, TimeProvider time, CancellationToken cancellationToken)
    {
        var (alias, wrong) = Read(question, rules.Rules, time.GetUtcNow());
        if (alias is null) return wrong!;
        var (before, after, refusal) = await reading.SupposeAsync([alias], cancellationToken);
        if (before is null || after is null) return refusal!;

        if (after.ByNumber(alias.Source, alias.EmployeeId) is not { } person)
            return Problem.Invalid("employeeId", $"Nobody knows this number: {alias.Source} has said nothing of it yet.");
        var view = IdentityView.Of(new Identities(after.Composed.Company, rules.Rules).Of(person), after);
        return TypedResults.Ok(new AliasPreview(
            after.Composed.At, after.Composed.Head, ReferenceEquals(person, after.ByNumber(alias.SameAsSource, alias.SameAsEmployeeId)), view,
            DiffView.Of(SnapshotDiff.Between(before.Composed.Snapshot, after.Composed.Snapshot)),
            [.. after.IssuesOf(SubjectKind.Member, person.Id).Select(IssueView.Of)]));
    }

    private static (Alias? Alias, Problem? Wrong) Read(AliasQuestion question, MembershipRules rules, DateTimeOffset now)
    {
        var (source, number, otherSource, other) = (question.Source?.Trim(), question.EmployeeId?.Trim(), question.SameAs?.Source?.Trim(), question.SameAs?.EmployeeId?.Trim());
        var errors = new Dictionary<string, string[]>();
        NeedSource("source", source);
        NeedNumber("employeeId", number);
        NeedSource("sameAs.source", otherSource);
        NeedNumber("sameAs.employeeId", other);
        if (errors.Count > 0) return (null, Problem.Invalid(errors));
        return (new Alias
        {
            Source = source!, Id = string.Create(CultureInfo.InvariantCulture, $"preview:{Guid.CreateVersion7(now):N}"), OccurredAt = Micros.Cut(now),
            EmployeeId = number!, SameAsSource = otherSource!, SameAsEmployeeId = other!,
        }, null);

        void NeedSource(string name, string? value)
        {
            if (value is null || !rules.Sources.ContainsKey(value)) errors[name] = ["The name of a source of the settings."];
        }

        void NeedNumber(string name, string? value)
        {
            if (value is not { Length: > 0 and <= 200 }) errors[name] = ["An employee number of 1 to 200 characters."];
        }
    }
}
