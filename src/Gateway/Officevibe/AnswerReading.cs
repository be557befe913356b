using System.Net;
using System.Text.Json;

namespace Gateway.Officevibe;

/// <summary>How much of an answer came.</summary>
public enum AnswerPhase
{
    /// <summary>No connection, or it ended before an answer began.</summary>
    NoAnswer = 0,

    /// <summary>The answer began and broke off, or was too long to take in.</summary>
    EndedEarly = 1,

    Complete = 2,
}

/// <summary>An answer as it came off the wire.</summary>
public readonly record struct RawAnswer
{
    public required AnswerPhase Phase { get; init; }

    /// <summary>Something of the request's body was handed to the connection. False for readings.</summary>
    public required bool BodySent { get; init; }

    /// <summary>0: none.</summary>
    public HttpStatusCode Status { get; init; }

    public string? ContentType { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Why there is no complete answer; in words that name no person and no secret.</summary>
    public string? Trouble { get; init; }
}

/// <summary>Reads an answer. Pure; rows in order, the first that matches decides.</summary>
public static class AnswerReading
{
    private const string KeyOrAddress = "Check Gateway:Officevibe:ApiKey and Gateway:Officevibe:BaseUrl: an administrator of the account finds the key under "
        + "Integrations, Custom Integration (API). A key breaks when a new one is generated or the integration is switched off.";

    public static SendOutcome Read(RawAnswer answer, KeptAnswer kept)
    {
        var status = (int)answer.Status;
        var body = answer.Phase == AnswerPhase.Complete ? Envelope.Read(answer.ContentType, answer.Body) : default;
        var brokenJson = answer.Phase == AnswerPhase.Complete && (body.Kind == BodyKind.BrokenJson || (body.Kind == BodyKind.Empty && status is >= 200 and < 300));

        if (answer.BodySent && (answer.Phase != AnswerPhase.Complete || brokenJson || status is 408 or 502 or 504))
            return new SendOutcome.Unknown(answer.Trouble ?? (brokenJson ? "The answer could not be read to its end." : $"Officevibe answered {status}.")) { Answer = kept };

        if (answer.Phase != AnswerPhase.Complete) return Failed(answer.Trouble ?? "There was no answer.");
        if (status is 429 or >= 500) return Failed($"Officevibe answered {status}.");
        if (brokenJson) return Failed("The answer could not be read to its end.");

        if (status is (>= 300 and < 400) or 401 or 403 or 404 or 410)
            return Refused($"Officevibe answered {status}: the key is wrong, revoked or of the wrong kind, or the address is wrong.", KeyOrAddress);
        if (body.Kind == BodyKind.Html)
            return Refused("Officevibe answered with a web page, as it does when the key is wrong or revoked, or the address is wrong.", KeyOrAddress);
        if (body.Kind == BodyKind.OtherText && status is not (400 or 413 or 422))
            return Refused("Officevibe answered with something that is no JSON: the key or the address is wrong.", KeyOrAddress);
        if (status is 400 or 413 or 422)
            return Refused($"Officevibe answered {status}: it does not take this body.", BodyNotTaken(status));

        if (body.Success == false)
            return body.Texts.Select(ReportReader.KindOf).FirstOrDefault(ReportReader.StopsEverything) is var stop && ReportReader.StopsEverything(stop)
                ? Refused("Officevibe refused the call.", ReportReader.WhatToDo(stop))
                : Failed("Officevibe reported that the call failed.");

        // A success that a 4xx contradicts is none.
        if (body.Success == true && status is >= 200 and < 300)
            return body.Texts.Count == 0
                ? new SendOutcome.Accepted { Answer = kept }
                : new SendOutcome.AcceptedWithIssues(body.Texts) { Answer = kept };
        return Failed($"Officevibe answered {status} without saying whether it succeeded.");

        SendOutcome Failed(string reason) => new SendOutcome.Failed(reason, answer.RetryAfter, body.Texts ?? []) { Answer = kept };
        SendOutcome Refused(string reason, string whatToDo) => new SendOutcome.Refused(reason, whatToDo, body.Texts ?? []) { Answer = kept };
    }

    private static string BodyNotTaken(int status) => status == 413
        ? "The company is larger than Officevibe takes in one call: ask Officevibe's support for the limit."
        : "Read what it says; check Gateway:Officevibe:Dialect, :AdminKeyName and :AdminValue, then correct the source it names and start a sync.";

    private enum BodyKind
    {
        Empty = 0,
        Json = 1,
        BrokenJson = 2,
        Html = 3,
        OtherText = 4,
    }

    /// <summary>What an answer's JSON says of itself: <c>isSuccess</c>, with <c>errors</c> (a sync) or <c>errorMessage</c> (the other calls).</summary>
    private readonly record struct Envelope(BodyKind Kind, bool? Success, IReadOnlyList<string> Texts)
    {
        public static Envelope Read(string? contentType, ReadOnlyMemory<byte> body)
        {
            var text = AnswerText.Trim(body.Span, out var start);
            if (contentType is "text/html" or "application/xhtml+xml" || text is [(byte)'<', ..]) return new(BodyKind.Html, null, []);
            if (text.IsEmpty) return new(BodyKind.Empty, null, []);
            var saysJson = contentType is not null && (contentType.EndsWith("/json", StringComparison.Ordinal) || contentType.EndsWith("+json", StringComparison.Ordinal));
            if (!saysJson && text[0] is not ((byte)'{' or (byte)'[')) return new(BodyKind.OtherText, null, []);

            try
            {
                using var json = JsonDocument.Parse(body.Slice(start, text.Length));
                var (success, texts) = (default(bool?), new List<string>());
                if (json.RootElement.ValueKind != JsonValueKind.Object) return new(BodyKind.Json, null, []);
                foreach (var property in json.RootElement.EnumerateObject())
                {
                    if (property.Name.Equals("isSuccess", StringComparison.OrdinalIgnoreCase))
                        success = property.Value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };
                    else if (property.Name.Equals("errors", StringComparison.OrdinalIgnoreCase)
                        || property.Name.Equals("errorMessage", StringComparison.OrdinalIgnoreCase))
                        AddTexts(property.Value, texts);
                }

                return new(BodyKind.Json, success, texts);
            }
            catch (JsonException)
            {
                return new(BodyKind.BrokenJson, null, []);
            }
            catch (InvalidOperationException)
            {
                // A text that is no UTF-16 when unescaped.
                return new(BodyKind.BrokenJson, null, []);
            }
        }

        /// <summary>Whatever shape the report has, nothing of it is lost.</summary>
        private static void AddTexts(JsonElement value, List<string> texts)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Null or JsonValueKind.Undefined:
                    return;
                case JsonValueKind.Array:
                    foreach (var item in value.EnumerateArray()) AddTexts(item, texts);
                    return;
                case JsonValueKind.String when string.IsNullOrWhiteSpace(value.GetString()):
                    return;
                case JsonValueKind.Object when !value.EnumerateObject().Any():
                    return;
                default:
                    texts.Add(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
                    return;
            }
        }
    }
}

/// <summary>The bytes of an answer as text.</summary>
internal static class AnswerText
{
    /// <summary>Without a byte order mark and the blanks around.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> body, out int start)
    {
        start = body.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        var rest = body[start..];
        var text = rest.TrimStart(" \t\r\n"u8);
        start += rest.Length - text.Length;
        return text.TrimEnd(" \t\r\n"u8);
    }
}
