using System.Globalization;
using Gateway.Edge;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Gateway.Operations.Http;

/// <summary>
/// Refuses bodies that are too large or compressed before anything is read. A body that does not say its length is cut off by
/// the server at the same limit (a <see cref="BadHttpRequestException"/> with 413 where it is read).
/// </summary>
public sealed class BodyGuard(RequestDelegate next, IOptions<LimitsOptions> limits)
{
    public Task InvokeAsync(HttpContext context)
    {
        var kind = context.GetEndpoint()?.Metadata.GetMetadata<BodyLimitMetadata>()?.Limit ?? BodyLimit.Event;
        var limit = limits.Value.Of(kind);

        if (context.Request.ContentLength > limit)
        {
            // Its sender will not send it again, so that somebody has to hear of it.
            if (kind == BodyLimit.Webhook) Telemetry.DeliveriesRefused.Add(1, new KeyValuePair<string, object?>("source", context.GetRouteValue("source")), new KeyValuePair<string, object?>("reason", "too-large"));
            return new Problem(ProblemKind.TooLarge, string.Create(CultureInfo.InvariantCulture, $"The limit here is {limit} bytes (Gateway:Limits:{kind}).")).ExecuteAsync(context);
        }

        // A webhook's sender gives up on a refusal; its body is kept as it is.
        if (kind != BodyLimit.Webhook && IsEncoded(context.Request))
        {
            context.Response.Headers.AcceptEncoding = "identity";
            return new Problem(ProblemKind.EncodingUnsupported, "Send the body without Content-Encoding.").ExecuteAsync(context);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = limit;
        return next(context);
    }

    private static bool IsEncoded(HttpRequest request)
    {
        foreach (var value in request.Headers[HeaderNames.ContentEncoding])
        {
            if (!string.IsNullOrWhiteSpace(value) && !value.Trim().Equals("identity", StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
