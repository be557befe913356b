using System.Globalization;
using System.Text.Json;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Operations.Reading;

/// <summary>Who decided what, when and why.</summary>
/// <param name="Id">Its place in the audit.</param>
/// <param name="At">When.</param>
/// <param name="Actor"><c>key:NAME</c>, <c>user:NAME</c>, or <c>system</c> for the gateway itself.</param>
/// <param name="Action">Such as <c>sync.approve</c> or <c>member.exclude</c>.</param>
/// <param name="Subject">What it was done to.</param>
/// <param name="Reason">As it was given.</param>
/// <param name="Detail">Ids and counts.</param>
public sealed record AuditView(long Id, DateTimeOffset At, string Actor, string Action, string? Subject, string? Reason, JsonElement? Detail);

internal static class AuditEndpoint
{
    public static void MapAudit(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/audit", ListAsync).RequireAuthorization(Scopes.Read).WithTags("Operations").WithName("listAudit")
            .WithSummary("Who decided what, the latest first.").ProducesProblem(400);

    /// <param name="subject">Only about this run, member, source or baseline.</param>
    /// <param name="from">Only from this instant or date on.</param>
    /// <param name="limit">1 to 500; default 50.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    private static async Task<Results<Ok<Page<AuditView>>, Problem>> ListAsync(
        string? subject, string? from, int? limit, string? after, IDbContextFactory<GatewayDb> contexts, CancellationToken cancellationToken)
    {
        var (page, bad) = PageRequest.Read(limit, after);
        if (page is null) return bad!;
        var before = long.MaxValue;
        if (page.After is not null && !long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out before)) return PageRequest.BadCursor();
        if (!Instants.TryRead(from, out var since)) return Instants.Invalid("from");

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Audit.AsNoTracking()
            .Where(a => a.Id < before && (subject == null || a.Subject == subject) && (since == null || a.At >= since))
            .OrderByDescending(a => a.Id).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<AuditView>(
            [.. rows.Take(page.Limit).Select(View)],
            rows.Count > page.Limit ? Cursor.Of(rows[page.Limit - 1].Id.ToString(CultureInfo.InvariantCulture)) : null));
    }

    private static AuditView View(AuditEntry a) =>
        new(a.Id, a.At, a.Actor, a.Action, a.Subject, a.Reason, a.Detail is null ? null : JsonSerializer.Deserialize<JsonElement>(a.Detail));
}
