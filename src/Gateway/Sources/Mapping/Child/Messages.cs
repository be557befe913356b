using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Sources.Mapping.Child;

internal enum RequestKind
{
    /// <summary>The body is a script's text, to be kept under its hash. No answer.</summary>
    Load = 0,

    /// <summary>Forgets all scripts. No answer.</summary>
    Forget = 1,

    /// <summary>Runs a script; the body is the delivery's.</summary>
    Run = 2,

    /// <summary>The script's samples.</summary>
    Samples = 3,
}

/// <summary>To the child.</summary>
internal sealed record ScriptRequest
{
    public required RequestKind Kind { get; init; }

    /// <summary>Comes back with the answer.</summary>
    public long Id { get; set; }

    /// <summary>Of the script.</summary>
    public string Hash { get; init; } = "";

    public string Source { get; init; } = "";
    public string DeliveryId { get; init; } = "";
    public DateTimeOffset ReceivedAt { get; init; }
    public string TimeZone { get; init; } = "UTC";
    public string? ContentType { get; init; }
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
    public bool Trusted { get; init; } = true;
    public IReadOnlyList<AnswerOfVendor> Answers { get; init; } = [];
}

internal sealed record AnswerOfVendor(IReadOnlyDictionary<string, string> Values, int Status, JsonElement? Body);

internal enum AnswerKind
{
    /// <summary>The child is there and may be asked.</summary>
    Ready = 0,

    /// <summary>The body is a JSON array of events.</summary>
    Mapped = 1,

    /// <summary>The body is a JSON array of objects of strings.</summary>
    Asks = 2,

    /// <summary>The body is a JSON array of samples.</summary>
    Samples = 3,

    Failed = 4,
}

/// <summary>From the child.</summary>
internal sealed record ScriptAnswer
{
    public required AnswerKind Kind { get; init; }
    public long Id { get; init; }
    public string Code { get; init; } = "";
    public string Message { get; init; } = "";
    public int? Line { get; init; }
    public int? Column { get; init; }

    /// <summary>The child ends after this: its memory ran out once.</summary>
    public bool Last { get; init; }

    /// <summary>With <see cref="AnswerKind.Ready"/>: whether the system bounds the child's memory too.</summary>
    public bool Bounded { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ScriptRequest))]
[JsonSerializable(typeof(ScriptAnswer))]
internal sealed partial class ScriptMessages : JsonSerializerContext;
