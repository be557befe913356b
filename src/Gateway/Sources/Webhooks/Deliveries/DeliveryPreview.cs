using System.Text.Json;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Events;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sources.Webhooks.Deliveries;

/// <summary>What a pasted delivery would come to.</summary>
/// <param name="Outcome"><c>mapped</c>, <c>parked</c> or <c>waiting</c>.</param>
/// <param name="Reason">Why it would be parked or wait: a code.</param>
/// <param name="ReasonText">In words.</param>
/// <param name="Errors">What is wrong with its events, by JSON path.</param>
/// <param name="Answers">What the vendor's API was asked.</param>
/// <param name="Events">What would be new in the log.</param>
public sealed record PreviewOutcome(
    string Outcome, string? Reason, string? ReasonText, IReadOnlyDictionary<string, string[]>? Errors, IReadOnlyList<AnswerView> Answers, IReadOnlyList<MembershipEvent> Events);

/// <summary>Maps a delivery that somebody pasted, by the script and settings in force. Stores nothing.</summary>
public sealed class DeliveryPreview
{
    private readonly WebhookSources _sources;
    private readonly DeliveryMapper _mapper;
    private readonly IDbContextFactory<GatewayDb> _contexts;
    private readonly TimeProvider _time;

    internal DeliveryPreview(WebhookSources sources, DeliveryMapper mapper, IDbContextFactory<GatewayDb> contexts, TimeProvider time) =>
        (_sources, _mapper, _contexts, _time) = (sources, mapper, contexts, time);

    /// <summary>Null: there is no such source that takes deliveries.</summary>
    public async Task<PreviewOutcome?> MapAsync(string source, IReadOnlyDictionary<string, string> headers, string? contentType, byte[] body, CancellationToken cancellationToken)
    {
        if (!_sources.ByName.TryGetValue(source, out var webhook)) return null;
        var now = Micros.Cut(_time.GetUtcNow());
        var given = new HeaderDictionary();
        foreach (var (name, value) in headers) given[name] = value;
        var delivery = new DeliveryRow
        {
            Source = source,
            VendorId = DeliveryIds.Find(webhook.DeliveryId, given, body),
            ReceivedAt = now,
            TriedSince = now,
            ContentType = contentType,
            Headers = KeptHeaders.Json(given, webhook.Verifier?.Scheme),
            Body = body,
            Bytes = body.Length,
            Trusted = webhook.Trusted,
        };

        var decided = new Decided(delivery, await _mapper.DecideAsync(delivery, cancellationToken));
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var plan = await EventPlan.MakeAsync(db, [decided], cancellationToken);
        IReadOnlyList<AnswerView> answers = decided.Decision.Answers is { } json
            ? [.. JsonSerializer.Deserialize(json, AnswersJson.Default.ListLookupAnswer)!.Select(a => new AnswerView(a.Values, a.Status))]
            : [];
        return plan.Of(decided) switch
        {
            Decision.Mapped => new PreviewOutcome("mapped", null, null, null, answers, await NewAsync(db, plan.Append, cancellationToken)),
            Decision.Parked parked => new PreviewOutcome("parked", parked.Code, parked.Text, parked.Errors, answers, []),
            Decision.Later later => new PreviewOutcome("waiting", later.Code, later.Text, null, answers, []),
            _ => throw new InvalidOperationException("A closed family has no other case."),
        };
    }

    /// <summary>Without what the log has already.</summary>
    private static async Task<List<MembershipEvent>> NewAsync(GatewayDb db, List<NewEvent> events, CancellationToken cancellationToken)
    {
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var keys in events.Select(e => e.Key).Chunk(200))
            there.UnionWith(await db.Events.Where(e => keys.Contains(e.Key)).Select(e => e.Id).ToListAsync(cancellationToken));
        return [.. events.Select(e => e.Event).Where(e => !there.Contains(e.Id))];
    }
}
