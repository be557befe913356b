using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Gateway.Membership.Fold;

namespace Gateway.Intake;

/// <summary>The answer to an accepted event.</summary>
/// <param name="Source">Who said it.</param>
/// <param name="Id">Its id within the source.</param>
/// <param name="Sequence">Its place in the log.</param>
/// <param name="State">What it comes to: <c>applied</c>, <c>scheduled</c>, <c>waiting</c>, …; <c>accepted</c> while it is not folded yet.</param>
/// <param name="Duplicate">True: it was there already, with the same content.</param>
public sealed record EventAccepted(string Source, string Id, long Sequence, string State, bool Duplicate)
{
    /// <summary>The name of a state on the wire.</summary>
    public static string NameOf(EventState state) => state switch
    {
        EventState.Accepted => "accepted",
        EventState.Applied => "applied",
        EventState.Scheduled => "scheduled",
        EventState.Waiting => "waiting",
        EventState.Superseded => "superseded",
        EventState.Replaced => "replaced",
        _ => "retracted",
    };
}

/// <summary>The result of one event of a batch, at the same place in the list as the event.</summary>
public sealed record BatchItem
{
    /// <summary>202 accepted, 200 there already, 409 the same id with other content, 400 not valid.</summary>
    public required int Status { get; init; }
    public string? Source { get; init; }
    public string? Id { get; init; }
    public long? Sequence { get; init; }
    public string? State { get; init; }
    public bool? Duplicate { get; init; }

    /// <summary>For 400 and 409: what is the matter.</summary>
    public string? Title { get; init; }

    /// <summary>For 400: by JSON path within the event.</summary>
    public Dictionary<string, string[]>? Errors { get; init; }
}

/// <summary>One result per event, in the order of the batch.</summary>
public sealed record BatchAnswer(IReadOnlyList<BatchItem> Results);

/// <summary>The answer to a valid event that was only checked.</summary>
public sealed record EventValid(bool Valid, string Source, string Id, string Type);

/// <summary>A small body, written at once and with its length: chunks would cost a write more.</summary>
internal sealed class Answer<T>(T body, JsonTypeInfo<T> type, int status) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, type);
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = bytes.Length;
        return response.Body.WriteAsync(bytes, httpContext.RequestAborted).AsTask();
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventAccepted))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(EventValid))]
public sealed partial class IntakeJson : JsonSerializerContext;
