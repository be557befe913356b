using System.Text.Json;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Resolve;
using Gateway.Sync;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Operations.Reading;

/// <summary>Why a person is kept out, and for how long.</summary>
/// <param name="Reason">1 to 500 characters; kept in the audit.</param>
/// <param name="Until">An instant or a date in the future at which it ends by itself; null: until it is taken back.</param>
public sealed record ExcludeMember(string? Reason, string? Until);

/// <summary>Keeps a person out of Officevibe, whatever the data say. An operator's word, not an event: kept in the ledger, with who said it.</summary>
internal static class ExclusionEndpoints
{
    public static void MapExclusions(this IEndpointRouteBuilder app)
    {
        var exclusion = app.MapGroup("/v1/members/{employeeId}/exclusion").RequireAuthorization(Scopes.Operate).WithTags("Reading");
        exclusion.MapPut("", PutAsync).WithName("excludeMember").WithSummary("Keeps a person out of Officevibe; replaces an earlier exclusion.").ProducesProblem(400).ProducesProblem(503);
        exclusion.MapDelete("", DeleteAsync).WithName("includeMember").WithSummary("Takes an exclusion back.").ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);
    }

    /// <summary>The exclusion of a person that stands at an instant, under any of the ids the person has.</summary>
    public static async Task<ExclusionView?> StandingAsync(this IQueryable<ExclusionRow> rows, Member member, DateTimeOffset at, CancellationToken cancellationToken)
    {
        string[] ids = [member.Id, .. member.OtherIds];
        var row = await rows.AsNoTracking().Standing(at).Where(e => ids.Contains(e.MemberId)).OrderByDescending(e => e.Id).FirstOrDefaultAsync(cancellationToken);
        return row is null ? null : View(row, known: true);
    }

    private static async Task<Results<Ok<ExclusionView>, Problem>> PutAsync(
        string employeeId, ExcludeMember request, HttpContext context, CompanyReading reading, LedgerWriter ledger, SyncSignal signal, TimeProvider time, CancellationToken cancellationToken)
    {
        var (reason, until, wrong) = Check(request, time.GetUtcNow());
        if (wrong is not null) return wrong;
        var (company, refusal) = await reading.ReadAsync(null, null, cancellationToken);
        if (company is null) return refusal!;
        var member = company.Find(Routes.Value(employeeId));
        var id = member?.Id ?? Routes.Value(employeeId).Trim();
        if (id.Length is 0 or > 250 || id.Any(char.IsControl)) return Problem.Invalid("employeeId", "An id has 1 to 200 characters, none of them a control character.");

        await using var write = await ledger.BeginAsync(cancellationToken);
        var now = time.GetUtcNow();
        await TakeBackAsync(write.Db, IdsOf(member, id), now, cancellationToken);
        var actor = context.User.Actor ?? "unknown";
        var row = new ExclusionRow { MemberId = id, Reason = reason!, From = now, Until = until, Actor = actor };
        write.Db.Add(row);
        write.Db.Audit.Add(new AuditEntry { At = now, Actor = actor, Action = "member.exclude", Subject = id, Reason = reason, Detail = JsonSerializer.Serialize(new { until }) });
        await write.CommitAsync(cancellationToken);
        signal.Wake();
        return TypedResults.Ok(View(row, known: member is not null));
    }

    private static async Task<Results<NoContent, Problem>> DeleteAsync(
        string employeeId, string? reason, HttpContext context, CompanyReading reading, LedgerWriter ledger, SyncSignal signal, TimeProvider time, CancellationToken cancellationToken)
    {
        if (reason?.Length > 500) return Problem.Invalid("reason", "At most 500 characters.");
        var (company, refusal) = await reading.ReadAsync(null, null, cancellationToken);
        if (company is null) return refusal!;
        var member = company.Find(Routes.Value(employeeId));
        var id = member?.Id ?? Routes.Value(employeeId).Trim();
        await using var write = await ledger.BeginAsync(cancellationToken);
        var now = time.GetUtcNow();
        if (await TakeBackAsync(write.Db, IdsOf(member, id), now, cancellationToken) == 0) return Problem.NotFound("This person is not excluded.");
        write.Db.Audit.Add(new AuditEntry { At = now, Actor = context.User.Actor ?? "unknown", Action = "member.include", Subject = id, Reason = reason?.Trim() });
        await write.CommitAsync(cancellationToken);
        signal.Wake();
        return TypedResults.NoContent();
    }

    private static (string? Reason, DateTimeOffset? Until, Problem? Wrong) Check(ExcludeMember request, DateTimeOffset now)
    {
        var reason = request.Reason?.Trim();
        if (reason is null or { Length: 0 or > 500 }) return (null, null, Problem.Invalid("reason", "Say why, in 1 to 500 characters."));
        if (!Instants.TryRead(request.Until, out var until)) return (null, null, Instants.Invalid("until"));
        return until <= now ? (null, null, Problem.Invalid("until", "Must be in the future.")) : (reason, until, null);
    }

    private static string[] IdsOf(Member? member, string id) => member is null ? [id] : [member.Id, .. member.OtherIds];

    private static async Task<int> TakeBackAsync(GatewayDb db, string[] ids, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var standing = await db.Exclusions.Standing(now).Where(e => ids.Contains(e.MemberId)).ToListAsync(cancellationToken);
        foreach (var row in standing) row.TakenBackAt = now;
        return standing.Count;
    }

    private static IQueryable<ExclusionRow> Standing(this IQueryable<ExclusionRow> rows, DateTimeOffset at) =>
        rows.Where(e => e.TakenBackAt == null && (e.Until == null || e.Until > at));

    private static ExclusionView View(ExclusionRow row, bool known) => new(row.MemberId, row.Reason, row.From, row.Until, row.Actor, known);
}
