using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Notifications;

/// <summary>Somebody who is told.</summary>
/// <param name="Name">In the settings.</param>
/// <param name="Host">Where it is.</param>
/// <param name="Types">What is told.</param>
/// <param name="Waiting">How many are still to be sent.</param>
/// <param name="Failed">How many were given up.</param>
/// <param name="LastDeliveredAt">When one was taken last; null: none yet, or a month ago.</param>
/// <param name="LastTry">The last try; null: none yet.</param>
public sealed record EndpointView(string Name, string Host, IReadOnlyList<string> Types, int Waiting, int Failed, DateTimeOffset? LastDeliveredAt, LastTryView? LastTry);

/// <summary>What came of a try.</summary>
/// <param name="At">When.</param>
/// <param name="Status">What was answered; null: nothing.</param>
/// <param name="Error">Why it failed; null: it did not.</param>
public sealed record LastTryView(DateTimeOffset At, int? Status, string? Error);

/// <summary>A notification for one endpoint.</summary>
/// <param name="Id">Its <c>webhook-id</c>, the same at every try.</param>
/// <param name="Endpoint">Whose it is.</param>
/// <param name="Type">What it tells.</param>
/// <param name="State">Where it stands.</param>
/// <param name="CreatedAt">When it was queued.</param>
/// <param name="Attempts">How often it was tried, since it was asked for last.</param>
/// <param name="NextAt">When it is tried next; null: not again by itself.</param>
/// <param name="LastTry">The last try; null: none yet.</param>
/// <param name="Body">As it is sent.</param>
public sealed record NotificationView(
    string Id, string Endpoint, string Type, NotificationState State, DateTimeOffset CreatedAt, int Attempts, DateTimeOffset? NextAt, LastTryView? LastTry, JsonElement Body);

/// <summary>Endpoints, and a page of notifications, the latest first.</summary>
public sealed record NotificationsAnswer(IReadOnlyList<EndpointView> Endpoints, IReadOnlyList<NotificationView> Items, string? Next);

/// <summary>What a receiver answered to a test.</summary>
/// <param name="Id">The <c>webhook-id</c> that was sent.</param>
/// <param name="Delivered">Answered with 2xx.</param>
/// <param name="Status">What was answered; null: nothing.</param>
/// <param name="Error">Why it failed; null: it did not.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record TestAnswer(string Id, bool Delivered, int? Status, string? Error, double Milliseconds);

/// <summary>Notifications, over HTTP.</summary>
public static class NotificationsApi
{
    public static void MapNotifications(this IEndpointRouteBuilder app)
    {
        var notifications = app.MapGroup("/v1/notifications").WithTags("Notifications");
        notifications.MapGet("", ListAsync).RequireAuthorization(Scopes.Read).WithName("listNotifications")
            .WithSummary("Who is told, what came of it last, and what is still to be sent, the latest first.").ProducesProblem(400);
        notifications.MapPost("/{name}/test", TestAsync).RequireAuthorization(Scopes.Operate).WithName("testNotification")
            .WithSummary("Sends a gateway.test now, once, and says what the receiver answered.").ProducesProblem(404);
        notifications.MapPost("/{id}/resend", ResendAsync).RequireAuthorization(Scopes.Operate).WithName("resendNotification")
            .WithSummary("Sends one again, with the same id, whatever came of it before.").ProducesProblem(404);
    }

    /// <param name="state">Only those that stand so: <c>waiting</c>, <c>delivered</c>, <c>failed</c>.</param>
    /// <param name="limit">1 to 500; default 50.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    private static async Task<Results<Ok<NotificationsAnswer>, Problem>> ListAsync(
        string? state, int? limit, string? after, NotificationEndpoints endpoints, IDbContextFactory<GatewayDb> contexts, CancellationToken cancellationToken)
    {
        var (page, bad) = PageRequest.Read(limit, after);
        if (page is null) return bad!;
        var before = long.MaxValue;
        if (page.After is not null && !long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out before)) return PageRequest.BadCursor();
        NotificationState? only = null;
        if (state is not null)
        {
            if (!Enum.TryParse<NotificationState>(state, ignoreCase: true, out var named) || int.TryParse(state, CultureInfo.InvariantCulture, out _)) return Problem.Invalid("state", "One of waiting, delivered, failed.");
            only = named;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Set<NotificationRow>().AsNoTracking().Where(n => n.Id < before && (only == null || n.State == only))
            .OrderByDescending(n => n.Id).Take(page.Limit + 1).ToListAsync(cancellationToken);
        var views = new List<EndpointView>();
        foreach (var endpoint in endpoints.All) views.Add(await ViewAsync(db, endpoint, cancellationToken));
        return TypedResults.Ok(new NotificationsAnswer(
            views, [.. rows.Take(page.Limit).Select(View)], rows.Count > page.Limit ? Cursor.Of(rows[page.Limit - 1].Id.ToString(CultureInfo.InvariantCulture)) : null));
    }

    private static async Task<Results<Ok<TestAnswer>, Problem>> TestAsync(
        string name, HttpContext context, NotificationEndpoints endpoints, NotificationSender sender, LedgerWriter ledger, TimeProvider time, CancellationToken cancellationToken)
    {
        if (endpoints.Find(name) is not { } endpoint) return Problem.NotFound("Nobody of this name is told: see the endpoints of /v1/notifications.");
        var (id, now) = ("msg_" + Guid.NewGuid().ToString("N"), time.GetUtcNow());
        await AuditAsync(ledger, context, "notification.test", name, now, cancellationToken);
        var delivery = await sender.SendAsync(endpoint, id, Encoding.UTF8.GetBytes(NotificationBody.Of("gateway.test", now, """{"path":"/v1/notifications"}""")), cancellationToken);
        return TypedResults.Ok(new TestAnswer(id, delivery.Delivered, delivery.Status, delivery.Error, Math.Round(delivery.Took.TotalMilliseconds, 1)));
    }

    private static async Task<Results<Accepted<NotificationView>, Problem>> ResendAsync(
        string id, HttpContext context, NotificationEndpoints endpoints, LedgerWriter ledger, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var write = await ledger.BeginAsync(cancellationToken);
        if (await write.Db.Set<NotificationRow>().SingleOrDefaultAsync(n => n.MessageId == id, cancellationToken) is not { } row)
            return Problem.NotFound("There is no notification of this id; what was delivered or given up is kept for 30 days.");
        if (endpoints.Find(row.Endpoint) is null) return Problem.NotFound("Its endpoint is in the settings no more.");
        var now = time.GetUtcNow();
        (row.State, row.Attempts, row.NextAt) = (NotificationState.Waiting, 0, now);
        write.Db.Audit.Add(new AuditEntry { At = now, Actor = context.User.Actor!, Action = "notification.resend", Subject = id });
        await write.CommitAsync(cancellationToken);
        return TypedResults.Accepted("/v1/notifications", View(row));
    }

    private static async Task AuditAsync(LedgerWriter ledger, HttpContext context, string action, string subject, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var write = await ledger.BeginAsync(cancellationToken);
        write.Db.Audit.Add(new AuditEntry { At = now, Actor = context.User.Actor!, Action = action, Subject = subject });
        await write.CommitAsync(cancellationToken);
    }

    private static async Task<EndpointView> ViewAsync(GatewayDb db, NotificationEndpoint endpoint, CancellationToken cancellationToken)
    {
        var rows = db.Set<NotificationRow>().AsNoTracking().Where(n => n.Endpoint == endpoint.Name);
        var last = await rows.Where(n => n.LastAt != null).OrderByDescending(n => n.LastAt).FirstOrDefaultAsync(cancellationToken);
        return new(
            endpoint.Name, endpoint.Url.Authority, [.. endpoint.Types.Order(StringComparer.Ordinal)],
            await rows.CountAsync(n => n.State == NotificationState.Waiting, cancellationToken), await rows.CountAsync(n => n.State == NotificationState.Failed, cancellationToken),
            await rows.Where(n => n.State == NotificationState.Delivered).MaxAsync(n => n.LastAt, cancellationToken), last is null ? null : TryOf(last));
    }

    private static NotificationView View(NotificationRow n) =>
        new(n.MessageId, n.Endpoint, n.Type, n.State, n.CreatedAt, n.Attempts, n.NextAt, n.LastAt is null ? null : TryOf(n), JsonSerializer.Deserialize<JsonElement>(n.Body));

    private static LastTryView TryOf(NotificationRow n) => new(n.LastAt!.Value, n.LastStatus, n.LastError);
}
