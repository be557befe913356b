using System.Buffers;
using System.Text.Json;

namespace Gateway.Officevibe;

/// <summary>What an answer's body is.</summary>
internal enum BodyKind
{
    Empty = 0,
    Json = 1,
    BrokenJson = 2,
    Html = 3,
    OtherText = 4,
}

/// <summary>How far a sync has come, where an answer of Workleap says so.</summary>
internal enum AnswerState
{
    Unsaid = 0,
    Paused = 1,
    Failed = 2,
    Done = 3,
}

/// <summary>
/// What an answer's JSON says of itself: <c>isSuccess</c>, with <c>errors</c> (a sync) or <c>errorMessage</c> (the other calls); of Workleap also
/// <c>error</c>, which says that it failed, and <c>status</c>.
/// </summary>
internal readonly record struct AnswerEnvelope(BodyKind Kind, bool? Success, IReadOnlyList<string> Texts, AnswerState State)
{
    public static AnswerEnvelope Read(string? contentType, ReadOnlySequence<byte> body)
    {
        var text = AnswerText.From(body);
        var first = text.IsEmpty ? default : text.FirstSpan[0];
        if (contentType is "text/html" or "application/xhtml+xml" || first == '<') return Of(BodyKind.Html);
        if (text.IsEmpty) return Of(BodyKind.Empty);
        var saysJson = contentType is not null && (contentType.EndsWith("/json", StringComparison.Ordinal) || contentType.EndsWith("+json", StringComparison.Ordinal));
        if (!saysJson && first is not ((byte)'{' or (byte)'[')) return Of(BodyKind.OtherText);

        try
        {
            if (first == '{') return Read(text);
            using var json = JsonDocument.Parse(text);
            return Of(BodyKind.Json);
        }
        catch (JsonException)
        {
            return Of(BodyKind.BrokenJson);
        }
        catch (InvalidOperationException)
        {
            // A text that is no UTF-16 when unescaped.
            return Of(BodyKind.BrokenJson);
        }
    }

    private static AnswerEnvelope Of(BodyKind kind) => new(kind, null, [], AnswerState.Unsaid);

    /// <summary>What it carries is passed over: of an account that is read back it is most of it.</summary>
    private static AnswerEnvelope Read(ReadOnlySequence<byte> answer)
    {
        var reader = new Utf8JsonReader(answer);
        reader.Read();
        var (success, failed, state, texts) = (default(bool?), false, AnswerState.Unsaid, new List<string>());
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var property = reader.GetString()!;
            bool Is(string name) => property.Equals(name, StringComparison.OrdinalIgnoreCase);
            reader.Read();
            if (Is("data") || Is("value"))
            {
                reader.Skip();
                continue;
            }

            var value = JsonElement.ParseValue(ref reader);
            if (Is("isSuccess")) success = value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };
            else if (Is("errors") || Is("errorMessage")) AddTexts(value, texts);
            else if (Is("error") && Error(value) is { } error)
            {
                failed = true;
                texts.Add(error);
            }
            else if (Is("status") || Is("state") || Is("message")) state = StateOf(value) is var said and not AnswerState.Unsaid ? said : state;
        }

        // What comes after the object, or is missing of it, is no JSON.
        while (reader.Read()) { }
        return new(BodyKind.Json, failed ? false : success, texts, state);
    }

    /// <summary><c>{"code":…,"message":…}</c>, or a text. Null: none.</summary>
    private static string? Error(JsonElement error) => error.ValueKind switch
    {
        JsonValueKind.String when !string.IsNullOrWhiteSpace(error.GetString()) => error.GetString(),
        JsonValueKind.Object when Text(error, "code") is { } code => Text(error, "message") is { } message ? $"{code}: {message}" : code,
        JsonValueKind.Object => Text(error, "message") ?? (error.EnumerateObject().Any() ? error.GetRawText() : null),
        _ => null,
    };

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>The words are known from the app's pages only, so they are matched loosely.</summary>
    private static AnswerState StateOf(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        bool Has(string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);
        return Has("paus") || Has("approval") || Has("threshold") || Has("approbation") || Has("seuil") ? AnswerState.Paused
            : Has("fail") || Has("reject") ? AnswerState.Failed
            : Has("complete") || Has("done") || Has("applied") ? AnswerState.Done
            : AnswerState.Unsaid;
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

/// <summary>The bytes of an answer as text.</summary>
internal static class AnswerText
{
    /// <summary>Without a byte order mark and the blanks before; whoever reads JSON takes those after it.</summary>
    public static ReadOnlySequence<byte> From(ReadOnlySequence<byte> body)
    {
        var reader = new SequenceReader<byte>(body);
        reader.IsNext([0xEF, 0xBB, 0xBF], advancePast: true);
        reader.AdvancePastAny(" \t\r\n"u8);
        return reader.UnreadSequence;
    }
}
