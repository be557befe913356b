using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Edge;
using Gateway.EventLog;
using Microsoft.AspNetCore.Diagnostics;

namespace Gateway.Operations.Http;

/// <summary>The last resort: whatever was thrown leaves as problem details, without internals.</summary>
public sealed partial class ExceptionAnswers(ILogger<ExceptionAnswers> logger) : IExceptionHandler
{
    private static readonly TimeSpan StorageRetry = TimeSpan.FromSeconds(2);

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more.
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var problem = exception switch
        {
            BadHttpRequestException bad => Of(bad),
            _ when StorageFailure.NameOf(exception) is { } failure => OfStorage(failure, httpContext, exception),
            _ => new Problem(ProblemKind.Internal, "It has been logged under this traceId."),
        };
        if (problem.Kind == ProblemKind.Internal) Log.Unhandled(logger, Problem.TraceId(httpContext), exception);
        await problem.ExecuteAsync(httpContext);
        return true;
    }

    private Problem OfStorage(string failure, HttpContext context, Exception exception)
    {
        Log.StorageUnavailable(logger, failure, Problem.TraceId(context), exception);
        return new Problem(ProblemKind.StorageUnavailable, "Nothing was stored. Send the same request again.") { RetryAfter = StorageRetry };
    }

    /// <summary>The framework's own refusals. Their messages hold the value that was sent, so ours are written anew.</summary>
    private static Problem Of(BadHttpRequestException bad)
    {
        if (bad.StatusCode != StatusCodes.Status400BadRequest) return new Problem(ProblemKind.Of(bad.StatusCode), Detail(bad.StatusCode));
        if (bad.InnerException is JsonException json)
        {
            return new Problem(ProblemKind.Malformed, $"The JSON could not be read at line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}.")
            {
                Errors = string.IsNullOrEmpty(json.Path) ? null : new Dictionary<string, string[]>(StringComparer.Ordinal) { [json.Path] = ["Not what is expected here."] },
            };
        }

        return ParameterPattern.Match(bad.Message) is { Success: true } match
            ? Problem.Invalid(match.Groups["name"].Value, $"Must be a value of type {match.Groups["type"].Value.TrimEnd('?')}.")
            : new Problem(ProblemKind.Malformed, "The request could not be read: look at its headers, parameters and body.");
    }

    private static string? Detail(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => "Send less at once; see Gateway:Limits.",
        StatusCodes.Status408RequestTimeout => "The body arrived too slowly.",
        _ => null,
    };

    // Such as: Failed to bind parameter "int limit" from "abc".
    [GeneratedRegex(@"parameter ""(?<type>\S+) (?<name>\w+)""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ParameterPattern { get; }

    private static partial class Log
    {
        [LoggerMessage(9010, LogLevel.Error, "Unhandled exception in request {TraceId}.")]
        public static partial void Unhandled(ILogger logger, string traceId, Exception exception);

        [LoggerMessage(9011, LogLevel.Error, "The storage could not be used ({Failure}) in request {TraceId}.")]
        public static partial void StorageUnavailable(ILogger logger, string failure, string traceId, Exception exception);
    }
}
