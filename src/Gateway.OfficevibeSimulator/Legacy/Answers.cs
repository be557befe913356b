using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.OfficevibeSimulator.Legacy;

/// <summary>The answer of <c>/sync</c>: a list of texts.</summary>
internal sealed record SyncAnswer(bool IsSuccess, IReadOnlyList<string> Errors);

/// <summary>The answer of every other call: one text, not a list.</summary>
internal sealed record ReadAnswer(bool IsSuccess, string ErrorMessage, object? Data);

/// <summary>The answer of <c>/ping</c>, which has no data.</summary>
internal sealed record PingAnswer(bool IsSuccess, string ErrorMessage);

/// <summary>Writes the API's JSON.</summary>
internal static class Answers
{
    public static readonly PathString Sync = "/api/v2/sync";

    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteAsync<T>(HttpContext context, int status, T answer)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(answer, Json, context.RequestAborted);
    }

    /// <summary>A failure in the shape of the endpoint that was called.</summary>
    public static Task FailAsync(HttpContext context, int status, IReadOnlyList<string> errors) =>
        context.Request.Path.Equals(Sync, StringComparison.OrdinalIgnoreCase)
            ? WriteAsync(context, status, new SyncAnswer(false, errors))
            : WriteAsync(context, status, new ReadAnswer(false, string.Join(' ', errors), null));
}
