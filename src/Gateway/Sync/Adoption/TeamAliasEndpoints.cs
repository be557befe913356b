using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Sync.Approvals;
using Gateway.Sync.Storing;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Adoption;

/// <summary>Says that a team goes on under the id that Officevibe knows.</summary>
/// <param name="SameAs">The id that Officevibe knows; no other team may have it now.</param>
/// <param name="Reason">Kept in the audit; at most 500 characters.</param>
public sealed record AliasTeam(string? SameAs, string? Reason)
{
    internal Problem? Check(string teamId)
    {
        if (SameAs?.Trim() is not { Length: > 0 and <= 200 } || SameAs.Any(char.IsControl)) return Problem.Invalid("sameAs", "An id has 1 to 200 characters, none of them a control character.");
        if (SameAs.Trim() == teamId) return Problem.Invalid("sameAs", "Another id than its own.");
        return Reason is { Length: > 500 } ? Problem.Invalid("reason", "At most 500 characters.") : null;
    }
}

/// <summary>A team's alias.</summary>
public sealed record TeamAliasView(string TeamId, string SameAs, DateTimeOffset At, string By, string? Reason);

/// <summary>The remedy for a team that comes back under a new id, which the guard holds (<c>IdChange</c>). An operator's word, kept in the ledger.</summary>
internal static class TeamAliasEndpoints
{
    public static void MapTeamAliases(this IEndpointRouteBuilder app)
    {
        var alias = app.MapGroup("/v1/teams/{teamId}/alias").RequireAuthorization(Scopes.Operate).WithTags("Syncs");
        alias.MapPost("", PutAsync).WithName("aliasTeam").WithSummary("Sends a team under the id that Officevibe knows, so that its history goes on.").ProducesProblem(400).ProducesProblem(503);
        alias.MapDelete("", DeleteAsync).WithName("unaliasTeam").WithSummary("Takes a team's alias back.").ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);
    }

    private static async Task<Results<Ok<TeamAliasView>, Problem>> PutAsync(
        string teamId, AliasTeam request, HttpContext context, LedgerWriter ledger, SyncSignal signal, TimeProvider time, CancellationToken cancellationToken)
    {
        if (request.Check(teamId) is { } invalid) return invalid;
        await using var write = await ledger.BeginAsync(cancellationToken);
        await write.Db.Set<TeamAliasRow>().Where(a => a.TeamId == teamId).ExecuteDeleteAsync(cancellationToken);
        var row = new TeamAliasRow { TeamId = teamId, SameAs = request.SameAs!.Trim(), At = time.GetUtcNow(), Actor = Actor(context), Reason = request.Reason?.Trim() };
        write.Db.Add(row);
        write.Db.Audit.Add(new AuditEntry { At = row.At, Actor = row.Actor, Action = "team.alias", Subject = teamId, Reason = row.Reason, Detail = StoredContent.Text(new { row.SameAs }) });
        await write.CommitAsync(cancellationToken);
        signal.Wake();
        return TypedResults.Ok(new TeamAliasView(row.TeamId, row.SameAs, row.At, row.Actor, row.Reason));
    }

    private static async Task<Results<NoContent, Problem>> DeleteAsync(
        string teamId, string? reason, HttpContext context, LedgerWriter ledger, SyncSignal signal, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Reasons.Optional(reason) is { } invalid) return invalid;
        await using var write = await ledger.BeginAsync(cancellationToken);
        if (await write.Db.Set<TeamAliasRow>().Where(a => a.TeamId == teamId).ExecuteDeleteAsync(cancellationToken) == 0) return Problem.NotFound("This team has no alias.");
        write.Db.Audit.Add(new AuditEntry { At = time.GetUtcNow(), Actor = Actor(context), Action = "team.unalias", Subject = teamId, Reason = reason?.Trim() });
        await write.CommitAsync(cancellationToken);
        signal.Wake();
        return TypedResults.NoContent();
    }

    private static string Actor(HttpContext context) => context.User.Actor ?? "unknown";
}
