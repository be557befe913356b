using System.Globalization;
using System.Text.Json.Serialization;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Intake;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gateway.Sources.Webhooks;

/// <summary>The answer to a delivery that is stored, or to a greeting.</summary>
/// <param name="Id">The delivery's; null: a greeting, of which nothing is kept as a delivery.</param>
/// <param name="Duplicate">It was there already.</param>
public sealed record DeliveryAccepted(string? Id, bool Duplicate);

/// <summary>What a vendor posted when the webhook was registered.</summary>
public sealed record HandshakeView(string Token, DateTimeOffset At);

/// <summary>Deliveries in (http-contract, section 2). Its senders give up on a 4xx, so that only a wrong signature, a wrong network and too large a body are one.</summary>
public static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder app)
    {
        var webhook = app.MapGroup("/v1/webhooks/{source}").AllowAnonymous().WithTags("Events in");
        webhook.MapPost("", PostAsync).WithName("postDelivery").WithSummary("Takes a delivery of a source's webhook, in whatever form its vendor sends it.")
            .WithDescription("Verified by the source's signature scheme, stored as it came, answered when it is on disk; mapped to events afterwards.")
            .WithBodyLimit(BodyLimit.Webhook)
            .Produces<DeliveryAccepted>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(413).ProducesProblem(503);
        webhook.MapMethods("", [HttpMethods.Options], Options).WithName("askDeliveryPermission")
            .WithSummary("Tells a sender of CloudEvents that it may deliver here.").Produces(200).ProducesProblem(404);
        app.MapGet("/v1/sources/{source}/handshakes", HandshakesAsync).RequireAuthorization(Scopes.Operate).WithTags("Events in").WithName("listHandshakes")
            .WithSummary("The tokens that the vendor posted when the webhook was registered there, the latest first; to be confirmed there by a person.").ProducesProblem(404);
    }

    private static async Task<IResult> PostAsync(HttpContext context, string source, WebhookSources sources, DeliveryDoor door, CancellationToken cancellationToken)
    {
        if (!sources.ByName.TryGetValue(source, out var webhook)) return NoSource();
        return await door.TakeAsync(webhook, context, cancellationToken) switch
        {
            DoorAnswer.Stored stored => Answer(new DeliveryAccepted(DeliveryIds.Of(stored.Sequence), stored.Repeated)),
            DoorAnswer.Refused refused => refused.Problem,
            _ => Answer(new DeliveryAccepted(null, false)),
        };
    }

    /// <summary>The abuse protection of CloudEvents' webhooks (section 4): whoever asks may deliver, and signs.</summary>
    private static IResult Options(HttpContext context, string source, WebhookSources sources)
    {
        if (!sources.ByName.TryGetValue(source, out var webhook)) return NoSource();
        var (asked, answer) = (context.Request.Headers, context.Response.Headers);
        answer.Allow = "POST, OPTIONS";
        if (asked["WebHook-Request-Origin"] is [{ Length: > 0 and <= 255 } origin])
        {
            answer["WebHook-Allowed-Origin"] = origin;
            if (asked.ContainsKey("WebHook-Request-Rate")) answer["WebHook-Allowed-Rate"] = webhook.Rate == 0 ? "*" : (webhook.Rate * 60L).ToString(CultureInfo.InvariantCulture);
        }

        return TypedResults.Ok();
    }

    private static async Task<Results<Ok<Page<HandshakeView>>, Problem>> HandshakesAsync(
        HttpContext context, string source, WebhookSources sources, HandshakeBook book, LedgerWriter ledger, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!sources.ByName.ContainsKey(source)) return NoSource();
        var found = await book.ListAsync(source, cancellationToken);
        await using var write = await ledger.BeginAsync(cancellationToken);
        write.Db.Audit.Add(new AuditEntry { At = time.GetUtcNow(), Actor = context.User.Actor!, Action = "webhook.handshakes", Subject = source });
        await write.CommitAsync(cancellationToken);
        return TypedResults.Ok(new Page<HandshakeView>([.. found.Select(h => new HandshakeView(h.Token, h.At))], null));
    }

    private static Problem NoSource() => Problem.NotFound("There is no such source that takes deliveries: add it to the settings as Gateway:Sources:{name}:Webhook.");

    private static Answer<DeliveryAccepted> Answer(DeliveryAccepted body) => new(body, WebhookJson.Default.DeliveryAccepted, StatusCodes.Status200OK);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DeliveryAccepted))]
internal sealed partial class WebhookJson : JsonSerializerContext;
