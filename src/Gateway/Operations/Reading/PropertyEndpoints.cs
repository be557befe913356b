using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;
using Gateway.Rules;
using Gateway.Sync;
using Gateway.Sync.Views;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Operations.Reading;

/// <summary>As <c>Gateway:Officevibe:Properties</c> has it.</summary>
/// <param name="Type"><c>text</c>, <c>choice</c>, <c>date</c> or <c>number</c>.</param>
/// <param name="Options">Null: not checked.</param>
/// <param name="DateFormat">Null: sent as it came.</param>
/// <param name="Clear">Who loses their value is sent an empty one.</param>
public sealed record DeclaredView(string Type, IReadOnlyList<string>? Options, string? DateFormat, bool Clear);

/// <summary>What answers of Officevibe say of a property, and which runs got them.</summary>
/// <param name="Since">Without a break.</param>
/// <param name="SinceRun">The run that began it.</param>
/// <param name="Last">The last time.</param>
/// <param name="LastRun">The run of that time.</param>
public sealed record AnsweredView(DateTimeOffset Since, string SinceRun, DateTimeOffset Last, string LastRun);

/// <summary>A value that Officevibe did not find among the options when it was sent last.</summary>
/// <param name="Value">Null: the answer did not say which.</param>
/// <param name="Since">Since then.</param>
/// <param name="Run">The run that was answered so first.</param>
public sealed record RefusedOptionView(string? Value, DateTimeOffset Since, string Run);

/// <summary>A property of the account: what is declared, what answers have taught, and who carries it here.</summary>
/// <param name="Name">Exact: capitals, accents and spaces count in Officevibe.</param>
/// <param name="Declared">Null: it is not.</param>
/// <param name="Taken">Runs that sent it were not told that it is missing. Null: never.</param>
/// <param name="Refused">Officevibe does not find it. Null: it does, as far as is known.</param>
/// <param name="RefusedOptions">Values that are no option there.</param>
/// <param name="NearMisses">Names in this list, or known of Officevibe, that may mean the same.</param>
/// <param name="Members">How many people are sent with it.</param>
/// <param name="MembersLeftOut">How many people have a value that is not sent: see <c>/v1/snapshot/issues</c>.</param>
public sealed record PropertyView(
    string Name, DeclaredView? Declared, AnsweredView? Taken, AnsweredView? Refused, IReadOnlyList<RefusedOptionView> RefusedOptions, IReadOnlyList<string> NearMisses, int Members,
    int MembersLeftOut);

/// <summary>Properties: declared, learnt and refused (docs/adr/0023).</summary>
internal static class PropertyEndpoints
{
    private static readonly string[] KeptOut = [IssueCodes.AttributeUndeclared, IssueCodes.AttributeNearMiss, IssueCodes.AttributeOptionUnknown, IssueCodes.AttributeReserved];

    public static void MapProperties(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/properties", ListAsync).RequireAuthorization(Scopes.Read).WithTags("Reading").WithName("listProperties")
            .WithSummary("Properties by name: declared, learnt from Officevibe's answers, refused by it, and how many people carry each.").ProducesProblem(400).ProducesProblem(503);

    /// <param name="limit">1 to 500; default 50.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    private static async Task<Results<Ok<Page<PropertyView>>, Problem>> ListAsync(
        int? limit, string? after, CompanyReading reading, RulesInForce rules, IDbContextFactory<GatewayDb> contexts, CancellationToken cancellationToken)
    {
        var (page, bad) = PageRequest.Read(limit, after);
        if (page is null) return bad!;
        var (company, refusal) = await reading.ReadAsync(null, null, cancellationToken);
        if (company is null) return refusal!;

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var learnt = await db.Set<PropertyRow>().AsNoTracking().ToDictionaryAsync(p => p.Name, StringComparer.Ordinal, cancellationToken);
        var options = (await db.Set<RefusedOptionRow>().AsNoTracking().ToListAsync(cancellationToken)).ToLookup(o => o.Property, StringComparer.Ordinal);
        var sent = company.Composed.Snapshot.Users.SelectMany(u => u.Attributes).CountBy(a => a.Name, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var leftOut = company.Composed.Issues.Where(i => i.Attribute is not null && KeptOut.Contains(i.Code)).CountBy(i => i.Attribute!, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);

        var declared = rules.Rules.Properties;
        var names = new SortedSet<string>([.. declared.Keys, .. learnt.Keys, .. sent.Keys, .. leftOut.Keys], Ordinal.Comparer);
        var alike = names.ToLookup(PropertyNames.KeyOf, StringComparer.Ordinal);
        var found = names.Where(n => page.After is null || Ordinal.Compare(n, page.After) > 0).Take(page.Limit + 1).ToList();
        return TypedResults.Ok(new Page<PropertyView>([.. found.Take(page.Limit).Select(View)], found.Count > page.Limit ? Cursor.Of(found[page.Limit - 1]) : null));

        PropertyView View(string name)
        {
            var row = learnt.GetValueOrDefault(name);
            var near = PropertyNames.KeyOf(name) is { Length: > 0 } key ? alike[key].Where(n => n != name).Concat(PropertyNames.OtherNamesOf(name)).Distinct(StringComparer.Ordinal) : [];
            return new(
                name, declared.GetValueOrDefault(name) is { } d ? Declared(d) : null,
                row is { TakenSince: { } since, TakenSinceRunId: { } first, TakenAt: { } at, TakenRunId: { } last } ? Answered(since, first, at, last) : null,
                row is { RefusedSince: { } no, RefusedSinceRunId: { } firstNo, RefusedAt: { } atNo, RefusedRunId: { } lastNo } ? Answered(no, firstNo, atNo, lastNo) : null,
                [.. options[name].OrderBy(o => o.Value, Ordinal.Comparer).Select(o => new RefusedOptionView(o.Value.Length == 0 ? null : o.Value, o.Since, RunView.IdOf(o.SinceRunId)))],
                [.. near.Order(Ordinal.Comparer)], sent.GetValueOrDefault(name), leftOut.GetValueOrDefault(name));
        }
    }

    private static AnsweredView Answered(DateTimeOffset since, long first, DateTimeOffset at, long last) => new(since, RunView.IdOf(first), at, RunView.IdOf(last));

    private static DeclaredView Declared(DeclaredProperty p) => new(
        System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Type.ToString()), p.Options is null ? null : [.. p.Options.Order(Ordinal.Comparer)], p.DateFormat, p.Clear);
}
