using System.Text.Json;
using Gateway.EventLog.Ledger;

namespace Gateway.Sources.Webhooks.Deliveries;

/// <summary>A delivery without what it says.</summary>
public record DeliveryView
{
    public required string Id { get; init; }

    public required string Source { get; init; }

    /// <summary><c>received</c>, <c>waiting</c>, <c>parked</c>, <c>mapped</c>.</summary>
    public required string State { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Its id at the vendor; null: it has none.</summary>
    public string? VendorId { get; init; }

    public string? ContentType { get; init; }

    /// <summary>The length of the body.</summary>
    public required int Bytes { get; init; }

    /// <summary>Somebody signed it.</summary>
    public required bool Trusted { get; init; }

    /// <summary>Why it is parked or waits: a code.</summary>
    public string? Reason { get; init; }

    /// <summary>How often mapping was tried since it came, or since somebody asked for it.</summary>
    public required int Attempts { get; init; }

    /// <summary>When it is tried again.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>When it was mapped or parked last.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    public static DeliveryView Of(DeliveryRow row) => Fill(row, new DeliveryView
    {
        Id = "", Source = "", State = "", ReceivedAt = default, Bytes = 0, Trusted = false, Attempts = 0,
    });

    protected static T Fill<T>(DeliveryRow row, T view)
        where T : DeliveryView => view with
        {
            Id = DeliveryIds.Of(row.Sequence),
            Source = row.Source,
            State = NameOf(row.State),
            ReceivedAt = row.ReceivedAt,
            VendorId = row.VendorId,
            ContentType = row.ContentType,
            Bytes = row.Bytes,
            Trusted = row.Trusted,
            Reason = row.Reason,
            Attempts = row.Attempts,
            NextAt = row.NextAt,
            DecidedAt = row.DecidedAt,
        };

    public static string NameOf(DeliveryState state) => state.ToString().ToLowerInvariant();

    /// <summary>Null: there is no such state.</summary>
    public static DeliveryState? StateOf(string name) => Enum.GetValues<DeliveryState>().Where(s => NameOf(s) == name).Select(s => (DeliveryState?)s).FirstOrDefault();
}

/// <summary>One answer of the vendor's API, without what it says.</summary>
public sealed record AnswerView(IReadOnlyDictionary<string, string> Values, int Status);

/// <summary>A delivery with everything but what it says.</summary>
public sealed record DeliveryDetail : DeliveryView
{
    /// <summary>In words.</summary>
    public string? ReasonText { get; init; }

    /// <summary>What is wrong with its events, by JSON path.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>The events in the log that came of it.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>What the vendor's API was asked for it.</summary>
    public IReadOnlyList<AnswerView> Answers { get; init; } = [];

    /// <summary>Its body is still here: <c>GET /v1/deliveries/{id}/body</c>.</summary>
    public bool HasBody { get; init; }

    public static DeliveryDetail Of(DeliveryRow row, IReadOnlyList<string> events) => Fill(row, new DeliveryDetail
    {
        Id = "", Source = "", State = "", ReceivedAt = default, Bytes = 0, Trusted = false, Attempts = 0,
        ReasonText = row.ReasonText,
        Errors = row.Errors is null ? null : JsonSerializer.Deserialize<Dictionary<string, string[]>>(row.Errors),
        Events = events,
        Answers = row.Answers is null ? [] : [.. JsonSerializer.Deserialize(row.Answers, AnswersJson.Default.ListLookupAnswer)!.Select(a => new AnswerView(a.Values, a.Status))],
        HasBody = row.Body is not null,
    });
}

/// <summary>Which deliveries to map again: of these ids, or of a source, state or reason.</summary>
public sealed record ReplayDeliveries
{
    /// <summary>1 to 500 ids; or say none, and what follows.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    public string? Source { get; init; }

    /// <summary><c>parked</c> (default), <c>waiting</c> or <c>mapped</c>.</summary>
    public string? State { get; init; }

    /// <summary>Such as <c>stale</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>At most 500, the oldest first. Default 100.</summary>
    public int? Limit { get; init; }

    /// <summary>Only say what would come of it.</summary>
    public bool DryRun { get; init; }
}

/// <param name="Id">The delivery.</param>
/// <param name="Outcome"><c>replayed</c>; in a dry run <c>mapped</c>, <c>parked</c> or <c>waiting</c>; <c>pruned</c>: its body is gone; <c>notFound</c>.</param>
/// <param name="Events">In a dry run, how many events would come of it.</param>
/// <param name="Reason">In a dry run, what it would be parked for.</param>
public sealed record ReplayResult(string Id, string Outcome, int? Events = null, string? Reason = null);

/// <param name="DryRun">True: nothing was done.</param>
/// <param name="Results">The oldest first.</param>
public sealed record ReplayAnswer(bool DryRun, IReadOnlyList<ReplayResult> Results);
