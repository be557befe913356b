using System.Buffers;
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

    private const int Piece = 64 * 1024;

    /// <summary>In pieces: an array that grows takes several times what is in it.</summary>
    public static async Task<(ReadOnlySequence<byte> Body, bool Whole)> ReadAsync(Stream stream, CancellationToken ct)
    {
        var first = new Segment();
        for (var (last, length) = (first, 0L); ;)
        {
            var piece = new byte[Piece];
            var read = await stream.ReadAtLeastAsync(piece, Piece, throwOnEndOfStream: false, ct);
            var whole = length + read <= LongestAnswer;
            if (whole)
            {
                length += read;
                last = last.Append(read == Piece ? piece : piece[..read]);
            }

            if (read < Piece || !whole) return (new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length), whole);
        }
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment Append(byte[] piece)
        {
            var next = new Segment { Memory = piece, RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
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
        var head = answer.Body.Slice(0, Math.Min(answer.Body.Length, (4 * KeptAnswer.MaxRaw) + (8 * apiKey.Length)));
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
