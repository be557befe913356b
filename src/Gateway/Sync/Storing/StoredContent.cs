using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Membership;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Officevibe;

namespace Gateway.Sync.Storing;

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

    /// <summary>A stored company, in the objects of another as far as people are alike: whoever holds both holds little more than one, at no moment.</summary>
    /// <param name="sections">As stored.</param>
    /// <param name="like">Null: it has no other beside it.</param>
    public static Snapshot UnpackLike(byte[] sections, Snapshot? like)
    {
        var (users, groups, mappings, alike) = (new List<SnapshotUser>(like?.Users.Count ?? 0), new List<SnapshotGroup>(), new List<SnapshotMapping>(like?.Mappings.Count ?? 0), new UsersBefore(like));
        StoredLists.Read(sections, depth: 1, (list, entry) =>
        {
            switch (list)
            {
                case "users": users.Add(alike.Shared(JsonSerializer.Deserialize<SnapshotUser>(entry, Json)!)); break;
                case "groups": groups.Add(JsonSerializer.Deserialize<SnapshotGroup>(entry, Json)!); break;
                case "mappings": mappings.Add(JsonSerializer.Deserialize<SnapshotMapping>(entry, Json)); break;
                default: throw new InvalidDataException($"A stored company has no list '{list}'.");
            }
        });
        return new Snapshot { Users = users, Groups = groups, Mappings = mappings };
    }

    /// <summary>As much of a stored difference as is about these subjects.</summary>
    public static SnapshotDiff UnpackAbout(byte[] difference, IReadOnlySet<string> subjects)
    {
        var (usersAdded, usersRemoved, usersChanged) = (new List<SnapshotUser>(), new List<SnapshotUser>(), new List<UserChange>());
        var (groupsAdded, groupsRemoved, groupsChanged) = (new List<SnapshotGroup>(), new List<SnapshotGroup>(), new List<GroupChange>());
        var (mappingsAdded, mappingsRemoved) = (new List<SnapshotMapping>(), new List<SnapshotMapping>());
        StoredLists.Read(difference, depth: 1, (list, entry) =>
        {
            switch (list)
            {
                case "usersAdded": Add(usersAdded, entry, u => u.Id); break;
                case "usersRemoved": Add(usersRemoved, entry, u => u.Id); break;
                case "usersChanged": Add(usersChanged, entry, u => u.Id); break;
                case "groupsAdded": Add(groupsAdded, entry, g => g.Id); break;
                case "groupsRemoved": Add(groupsRemoved, entry, g => g.Id); break;
                case "groupsChanged": Add(groupsChanged, entry, g => g.Id); break;
                case "mappingsAdded": Add(mappingsAdded, entry, m => m.OtherId); break;
                case "mappingsRemoved": Add(mappingsRemoved, entry, m => m.OtherId); break;
                default: throw new InvalidDataException($"A stored difference has no list '{list}'.");
            }
        });
        return new SnapshotDiff
        {
            UsersAdded = usersAdded, UsersRemoved = usersRemoved, UsersChanged = usersChanged,
            GroupsAdded = groupsAdded, GroupsRemoved = groupsRemoved, GroupsChanged = groupsChanged,
            MappingsAdded = mappingsAdded, MappingsRemoved = mappingsRemoved,
        };

        void Add<T>(List<T> to, ReadOnlySpan<byte> entry, Func<T, string> subject)
        {
            var item = JsonSerializer.Deserialize<T>(entry, Json)!;
            if (subjects.Contains(subject(item))) to.Add(item);
        }
    }

    /// <summary>The changes that a stored verdict asked about, as far as they are about these subjects.</summary>
    public static IReadOnlyList<Change> ChangesAbout(byte[] verdict, IReadOnlySet<string> subjects)
    {
        var changes = new List<Change>();
        StoredLists.Read(verdict, depth: 2, (_, entry) =>
        {
            var change = JsonSerializer.Deserialize<Change>(entry, Json);
            if (subjects.Contains(change.Subject)) changes.Add(change);
        });
        return changes;
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
