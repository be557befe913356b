using System.Text;
using System.Text.Json;
using Gateway.Edge;
using Gateway.Membership.Events;
using Gateway.Membership.Snapshots;
using Gateway.Sources.Webhooks.Deliveries;
using Gateway.Sync;
using Gateway.Sync.Views;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gateway.Operations.Reading;

/// <summary>A delivery that somebody pasted.</summary>
public sealed record PreviewRequest
{
    /// <summary>The body, where it is JSON.</summary>
    public JsonElement? Body { get; init; }

    /// <summary>The body as it stands; instead of <c>body</c>.</summary>
    public string? BodyText { get; init; }

    /// <summary>Headers that the script looks at. Nothing is verified here, so that a signature is not needed.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Default <c>application/json</c>.</summary>
    public string? ContentType { get; init; }
}

/// <summary>A person that a delivery is about, before and after it.</summary>
/// <param name="EmployeeId">The source's number.</param>
/// <param name="Before">Null: nobody of this number is known.</param>
/// <param name="After">Null: still nobody.</param>
public sealed record MemberPreview(string EmployeeId, MemberView? Before, MemberView? After);

/// <summary>What a delivery would come to. Nothing is stored.</summary>
/// <param name="Delivery">What it would be mapped to, or why it would not be.</param>
/// <param name="At">The instant that the company is looked at.</param>
/// <param name="Events">As the log would have them.</param>
/// <param name="Members">The people it is about.</param>
/// <param name="Diff">What the next snapshot would gain and lose by it.</param>
public sealed record PreviewAnswer(PreviewDelivery Delivery, DateTimeOffset? At, IReadOnlyList<JsonElement> Events, IReadOnlyList<MemberPreview> Members, DiffView? Diff);

/// <param name="Outcome"><c>mapped</c>, <c>parked</c> or <c>waiting</c>.</param>
/// <param name="Reason">A code.</param>
/// <param name="ReasonText">In words.</param>
/// <param name="Errors">What is wrong with its events, by JSON path.</param>
/// <param name="Answers">What the vendor's API was asked.</param>
public sealed record PreviewDelivery(string Outcome, string? Reason, string? ReasonText, IReadOnlyDictionary<string, string[]>? Errors, IReadOnlyList<AnswerView> Answers);

/// <summary>Tries a source's script on a delivery, up to what the company would become.</summary>
internal static class PreviewEndpoint
{
    public static void MapPreview(this IEndpointRouteBuilder app) =>
        app.MapPost("/v1/sources/{source}/preview", PostAsync).RequireAuthorization(Scopes.Operate).WithTags("Deliveries").WithName("previewDelivery")
            .WithSummary("Runs the installed script on a pasted delivery: the events, what the members would become, and what the next snapshot would lose or gain. Stores nothing.")
            .WithBodyLimit(BodyLimit.Webhook).WithRequestTimeout(LimitsExtensions.LongTimeout)
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(413).ProducesProblem(429).ProducesProblem(503);

    /// <param name="source">Whose delivery it is.</param>
    /// <param name="at">A coming instant or date at which to look at the company; default now.</param>
    private static async Task<Results<Ok<PreviewAnswer>, Problem>> PostAsync(
        string source, string? at, PreviewRequest request, DeliveryPreview preview, CompanyReading reading, CancellationToken cancellationToken)
    {
        if ((request.Body is null) == (request.BodyText is null)) return Problem.Invalid("body", "Give either body (JSON) or bodyText.");
        if (!Instants.TryRead(at, out var instant)) return Instants.Invalid("at");
        var body = request.Body is { } json ? Encoding.UTF8.GetBytes(json.GetRawText()) : Encoding.UTF8.GetBytes(request.BodyText!);
        var headers = request.Headers ?? new Dictionary<string, string>(StringComparer.Ordinal);
        if (await preview.MapAsync(source, headers, request.ContentType ?? "application/json", body, cancellationToken) is not { } outcome)
            return Problem.NotFound("There is no such source that takes deliveries: add it to the settings as Gateway:Sources:{name}:Webhook.");

        var delivery = new PreviewDelivery(outcome.Outcome, outcome.Reason, outcome.ReasonText, outcome.Errors, outcome.Answers);
        if (outcome.Events.Count == 0) return TypedResults.Ok(new PreviewAnswer(delivery, null, [], [], null));
        var (before, after, refusal) = await reading.SupposeAsync(outcome.Events, cancellationToken, instant);
        if (before is null || after is null) return refusal!;
        var numbers = outcome.Events.OfType<MemberEvent>().Select(e => e.EmployeeId).Distinct(StringComparer.Ordinal);
        return TypedResults.Ok(new PreviewAnswer(
            delivery,
            after.Composed.At,
            [.. outcome.Events.Select(e => JsonElement.Parse(EventCodec.Write(e)))],
            [.. numbers.Select(n => new MemberPreview(n, View(before, source, n), View(after, source, n)))],
            DiffView.Of(SnapshotDiff.Between(before.Composed.Snapshot, after.Composed.Snapshot))));
    }

    private static MemberView? View(CompanyIndex company, string source, string number) => company.ByNumber(source, number) is { } member ? MemberView.Of(member, company) : null;
}
