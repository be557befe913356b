using System.Text.Json;
using Gateway.Aggregation;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;
using Gateway.Rules;
using Gateway.Sync;
using Gateway.Sync.Views;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Operations.Reading;

/// <summary>Explains a person: every event, and for each field and assignment the event and the rule that gave it.</summary>
internal static class HistoryEndpoint
{
    public static void MapHistory(this RouteGroupBuilder members) =>
        members.MapGet("/{employeeId}/history", GetAsync).WithName("getMemberHistory")
            .WithSummary("Why a person is as they are: events, rules, and the way into the snapshot; with run, as that run saw it.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(503).WithRequestTimeout(LimitsExtensions.LongTimeout);

    /// <param name="employeeId">The id on the wire, or another number of this person.</param>
    /// <param name="run">The id of a run; default: as it is now.</param>
    private static async Task<Results<Ok<HistoryAnswer>, Problem>> GetAsync(
        string employeeId, string? run, CompanyReading reading, CompanyReader facets, RulesInForce rules, IDbContextFactory<GatewayDb> contexts, CancellationToken cancellationToken)
    {
        CompanyIndex? company;
        Problem? refusal;
        if (run is null)
        {
            (company, refusal) = await reading.ReadAsync(null, null, cancellationToken);
        }
        else
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var id = RunView.ParseId(run);
            if (await db.Set<RunRow>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } row) return Problem.NotFound("There is no run of this id.");
            (company, refusal) = await reading.OfRunAsync(row, cancellationToken);
        }

        if (company is null) return refusal!;
        return company.Find(Routes.Value(employeeId)) is { } member
            ? TypedResults.Ok(Tell(member, company, facets, rules) with { Run = run })
            : MemberEndpoints.Nobody();
    }

    private static HistoryAnswer Tell(Member m, CompanyIndex company, CompanyReader facets, RulesInForce rules)
    {
        var (at, head) = (company.Composed.At, company.Composed.Head);
        var rows = company.Composed.Snapshot.Mappings.Where(r => r.Kind != MappingKind.SubGroup && r.OtherId == m.Id).ToHashSet();
        return new HistoryAnswer
        {
            At = at,
            Known = head,
            Member = m.Id,
            IdRule = m.IdRule,
            Identity = JsonNamingPolicy.KebabCaseLower.ConvertName(m.Identity.ToString()),
            Employed = m.Employed,
            EmployedFrom = OriginView.Of(m.EmployedFrom?.Source, m.EmployedBy, m.EmployedRule),
            Absent = m.Absent,
            AbsentFrom = m.Absent ? OriginView.Of(m.EmployedFrom?.Source, m.AbsentBy, m.EmployedRule) : null,
            Fields =
            [
                .. Enum.GetValues<ProfileField>().Select(f => Field(JsonNamingPolicy.CamelCase.ConvertName(f.ToString()), m.Field(f))),
                .. m.Attributes.Select(a => Field("attributes." + a.Key, a.Value)),
            ],
            Assignments =
            [
                .. m.Assignments.Select(a => new PlaceView(
                    a.TeamId, MemberView.RoleOf(a.Role), OriginView.Of(a.Source, a.Facet.By[a.By], a.Rule),
                    rows.Contains(new SnapshotMapping(a.Role == AssignmentRole.Manager ? MappingKind.Manager : MappingKind.Member, a.TeamId, m.Id)))),
            ],
            Snapshot = Why(m, company),
            Sources = [.. m.Facets.Select(f => Events(m, f, facets, rules, at, head))],
        };
    }

    private static FieldView Field(string name, Resolved value) => new(name, value.Value, OriginView.Of(value));

    private static InSnapshotView Why(Member m, CompanyIndex company)
    {
        var issues = company.IssuesOf(SubjectKind.Member, m.Id).Select(IssueView.Of).ToList();
        var user = company.UserOf(m);
        var why = user is not null ? user.Email == m.Email.Value ? "Employed and in scope, with a usable e-mail." : "In scope; today's e-mail cannot be used, so the last accepted one is sent."
            : issues.FirstOrDefault(i => i is { LeftOut: true, TeamId: null, Attribute: null } or { LeftOut: true, Code: IssueCodes.MemberOutOfScope }) is { } issue ? issue.Message
            : m.Identity == Identity.Eclipsed ? "Another number of the same source, the employed one, stands for this person."
            : !m.Employed ? "Not employed."
            : "An issue keeps the person out.";
        return new InSnapshotView(user is not null, user?.Email, why, issues);
    }

    private static SourceHistory Events(Member m, MemberFacet facet, CompanyReader facets, RulesInForce rules, DateTimeOffset at, long head)
    {
        var key = new FacetKey(SubjectKind.Member, facet.Source, facet.EmployeeId);
        var read = facets.ReadFacet(key, at, head);
        var outcomes = read?.Facet.Outcomes.ToDictionary(o => o.EventId, StringComparer.Ordinal) ?? [];
        return new SourceHistory(facet.Source, facet.EmployeeId,
        [
            .. (read?.Events ?? []).Where(e => e.Event is not null).OrderBy(e => e.Sequence).Select(e => EventView.Of(
                e.Event!, e.Sequence, e.ReceivedAt,
                e.Event is Retract ? EventState.Applied : EventStates.OfMember(outcomes.GetValueOrDefault(e.Event!.Id), m),
                outcomes.GetValueOrDefault(e.Event!.Id), rules.ZoneOf(facet.Source))),
        ]);
    }
}
