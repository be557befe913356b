using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Gateway.Officevibe;

/// <summary>Takes an answer in, and makes of it what may be kept: short, and without the key.</summary>
internal static class AnswerKeeping
{
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(6);

    /// <summary>An answer longer than this is not taken in. A hundred thousand members, read back, are about 40 MB.</summary>
    private const int LongestAnswer = 256 * 1024 * 1024;

    public static async Task<(ReadOnlyMemory<byte> Body, bool Whole)> ReadAsync(Stream stream, CancellationToken ct)
    {
        using var all = new MemoryStream();
        var piece = new byte[32 * 1024];
        int read;
        while ((read = await stream.ReadAsync(piece, ct)) > 0)
        {
            if (all.Length + read > LongestAnswer) return (all.GetBuffer().AsMemory(0, (int)all.Length), false);
            await all.WriteAsync(piece.AsMemory(0, read), ct);
        }

        return (all.GetBuffer().AsMemory(0, (int)all.Length), true);
    }

    public static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, DateTimeOffset now) => (header?.Delta ?? (header?.Date - now)) switch
    {
        null => null,
        { Ticks: < 0 } => TimeSpan.Zero,
        var asked when asked > LongestRetryAfter => LongestRetryAfter,
        var asked => asked,
    };

    public static KeptAnswer Keep(RawAnswer answer, string apiKey, long bytesSent)
    {
        if (answer.Phase == AnswerPhase.NoAnswer) return KeptAnswer.None(bytesSent);
        // More than is kept, so that a key at the cut is seen whole and taken out.
        var head = answer.Body.Span[..Math.Min(answer.Body.Length, (4 * KeptAnswer.MaxRaw) + (8 * apiKey.Length))];
        var text = Redact(Encoding.UTF8.GetString(head), apiKey);
        var truncated = text.Length > KeptAnswer.MaxRaw || head.Length < answer.Body.Length;
        return new KeptAnswer((int)answer.Status, answer.ContentType, text.Length > KeptAnswer.MaxRaw ? text[..KeptAnswer.MaxRaw] : text, truncated, bytesSent);
    }

    /// <summary>A login page or an error may give the key back, in whichever way it writes text.</summary>
    private static string Redact(string text, string apiKey)
    {
        foreach (var form in new[] { apiKey, JsonEncodedText.Encode(apiKey).ToString(), Uri.EscapeDataString(apiKey), apiKey.Replace("/", "\\/", StringComparison.Ordinal) }.Distinct())
            text = text.Replace(form, "[key]", StringComparison.OrdinalIgnoreCase);
        return text;
    }
}
