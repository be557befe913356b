using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Edge;

/// <summary>
/// A refusal as RFC 9457 problem details: the one way errors leave the gateway. <c>Detail</c> and <c>Errors</c> name places and
/// limits, never a value that was sent, a secret, or another person's data.
/// </summary>
/// <param name="kind">What kind; gives status, type and title.</param>
/// <param name="detail">What is the matter this time, and what to do.</param>
public sealed class Problem(ProblemKind kind, string? detail = null) : IResult, IStatusCodeHttpResult, IContentTypeHttpResult
{
    private const string MediaType = "application/problem+json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public ProblemKind Kind { get; } = kind;

    public string? Detail { get; } = detail;

    /// <summary>By JSON path (<c>teams[0].teamId</c>), or the name of a parameter.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Further members of the body, such as the numbers of a refused baseline.</summary>
    public IReadOnlyDictionary<string, object?>? More { get; init; }

    /// <summary>Sent as <c>Retry-After</c>, in whole seconds, at least one.</summary>
    public TimeSpan? RetryAfter { get; init; }

    int? IStatusCodeHttpResult.StatusCode => Kind.Status;

    string? IContentTypeHttpResult.ContentType => MediaType;

    /// <summary>The request is not valid; all errors at once, by JSON path.</summary>
    public static Problem Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new(ProblemKind.Invalid, "See errors: each names the place and what to do.") { Errors = errors };

    /// <summary>One thing is not valid.</summary>
    public static Problem Invalid(string path, string message) =>
        Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { [path] = [message] });

    public static Problem NotFound(string detail) => new(ProblemKind.NotFound, detail);

    /// <summary>The body as it is written; also the result of one event of a batch.</summary>
    public ProblemBody Body(string? traceId) => new()
    {
        Type = Kind.Type,
        Title = Kind.Title,
        Status = Kind.Status,
        Detail = Detail,
        TraceId = traceId,
        Errors = Errors,
        More = More is null ? null : new Dictionary<string, object?>(More, StringComparer.Ordinal),
    };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Kind.Status;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        // Not cancelled with the request: the time-out's own answer is written after the token fired.
        await response.WriteAsJsonAsync(Body(TraceId(httpContext)), Json, MediaType, CancellationToken.None);
    }

    /// <summary>What finds this request in logs and traces.</summary>
    public static string TraceId(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
}

/// <summary>Problem details (RFC 9457).</summary>
public sealed record ProblemBody
{
    /// <summary>A stable URI of the kind of problem; docs/problems.md lists them.</summary>
    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    /// <summary>What is the matter this time, and what to do.</summary>
    public string? Detail { get; init; }

    /// <summary>What finds this request in the gateway's logs and traces.</summary>
    public string? TraceId { get; init; }

    /// <summary>For validation: messages by JSON path.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Further members, by kind.</summary>
    [JsonExtensionData]
    public IDictionary<string, object?>? More { get; init; }
}
