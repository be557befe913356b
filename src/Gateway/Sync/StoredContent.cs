using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Membership;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Officevibe;

namespace Gateway.Sync;

/// <summary>A body as it is stored: compressed, with the hash and length of the bytes as sent.</summary>
/// <param name="Gzip">The exact bytes, compressed.</param>
/// <param name="Hash">SHA-256 of the bytes, lower-case hex.</param>
/// <param name="Length">Of the bytes.</param>
public sealed record StoredBody(byte[] Gzip, string Hash, long Length);

/// <summary>A verdict as it is stored with a run.</summary>
public sealed record StoredVerdict(string Verdict, IReadOnlyList<HoldReason> Reasons, IReadOnlyList<string> EmptySections, IReadOnlyList<string> TeamsOfOneName)
{
    public const string Pass = "pass";
    public const string Hold = "hold";
    public const string Refuse = "refuse";

    public static StoredVerdict Of(GuardVerdict verdict) => verdict switch
    {
        GuardVerdict.Hold hold => new(Hold, hold.Reasons, [], []),
        GuardVerdict.Refuse refuse => new(Refuse, [], refuse.EmptySections, refuse.TeamsOfOneName),
        _ => new(Pass, [], [], []),
    };

    /// <summary>The hold; one without reasons where it was none.</summary>
    public GuardVerdict.Hold AsHold() => new(Reasons);
}

/// <summary>Writes and reads what runs keep. Storage formats: fields may be added, never renamed.</summary>
internal static class StoredContent
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(), new PooledTexts() },
    };

    /// <summary>Writes, hashes and compresses in one pass.</summary>
    public static StoredBody Body(Snapshot snapshot, OfficevibeOptions options)
    {
        using var compressed = new PackedBytes();
        using var body = new HashingGzip(compressed);
        OfficevibeBody.Write(body, snapshot, options);
        var hash = body.Finish();
        return new StoredBody(compressed.ToArray(), hash, body.Written);
    }

    public static byte[] Pack<T>(T value)
    {
        using var compressed = new PackedBytes();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) JsonSerializer.Serialize(gzip, value, Json);
        return compressed.ToArray();
    }

    public static T Unpack<T>(byte[] gzip)
    {
        using var stream = Open(gzip);
        return JsonSerializer.Deserialize<T>(stream, Json) ?? throw new InvalidDataException($"A stored {typeof(T).Name} is empty.");
    }

    public static string Text<T>(T value) => JsonSerializer.Serialize(value, Json);

    public static T? Parse<T>(string? json) => json is null ? default : JsonSerializer.Deserialize<T>(json, Json);

    /// <summary>The bytes as they were, from their start.</summary>
    public static Stream Open(byte[] gzip) => new GZipStream(new MemoryStream(gzip, writable: false), CompressionMode.Decompress);

    /// <summary>Companies that are read beside each other have most of their texts in common.</summary>
    private sealed class PooledTexts : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader is { TokenType: JsonTokenType.String, ValueIsEscaped: false, HasValueSequence: false } ? TextPool.Current.Of(reader.ValueSpan) : reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }

    /// <summary>Counts and hashes what passes on its way into a compressor.</summary>
    private sealed class HashingGzip(Stream target) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly GZipStream _gzip = new(target, CompressionLevel.Fastest, leaveOpen: true);

        public long Written { get; private set; }

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => Written;
        public override long Position { get => Written; set => throw new NotSupportedException(); }

        public string Finish()
        {
            _gzip.Dispose();
            return Convert.ToHexStringLower(_hash.GetHashAndReset());
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _hash.AppendData(buffer);
            Written += buffer.Length;
            _gzip.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _gzip.Dispose();
                _hash.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
