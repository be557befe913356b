using System.Buffers;
using System.Text.Json;
using Gateway.Membership;
using Gateway.Membership.Snapshots;

namespace Gateway.Officevibe;

/// <summary>
/// The body of a sync, byte for byte: the same snapshot and settings give the same bytes, whose SHA-256 is the content hash.
/// Allocates the same at any size.
/// </summary>
public static class OfficevibeBody
{
    private const int Piece = 64 * 1024;

    /// <param name="utf8">Is written to, neither flushed nor closed.</param>
    /// <param name="snapshot">In canonical order.</param>
    /// <param name="options">Of these the dialect, the admin key, the invitations and the combining of roles shape the body.</param>
    /// <exception cref="ArgumentException">A string holds half a surrogate pair, which no UTF-8 can say.</exception>
    public static void Write(Stream utf8, Snapshot snapshot, OfficevibeOptions options)
    {
        switch (options.Dialect)
        {
            case OfficevibeDialect.Officevibe:
                WriteLegacy(utf8, snapshot, options);
                break;
            default:
                throw new NotSupportedException($"The dialect {options.Dialect} cannot be written; the start should have refused it.");
        }
    }

    private static void WriteLegacy(Stream utf8, Snapshot snapshot, OfficevibeOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>(2 * Piece);
        // Validation off: the shape is fixed here, and the writer would keep a stack to check it.
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = WireEncoder.Instance, SkipValidation = true });

        json.WriteStartObject();
        json.WriteStartObject("settings"u8);
        if (!string.IsNullOrWhiteSpace(options.AdminValue)) json.WriteString(options.AdminKeyName, options.AdminValue.Trim());
        json.WriteBoolean("inviteNewUsers"u8, options.InviteNewUsers);
        json.WriteEndObject();

        json.WriteStartArray("users"u8);
        foreach (var user in snapshot.Users)
        {
            WriteUser(json, user);
            if (json.BytesPending >= Piece) Drain(json, buffer, utf8);
        }
        json.WriteEndArray();

        json.WriteStartArray("groups"u8);
        foreach (var group in snapshot.Groups)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, group.Id);
            json.WriteString("name"u8, group.Name);
            json.WriteEndObject();
            if (json.BytesPending >= Piece) Drain(json, buffer, utf8);
        }
        json.WriteEndArray();

        json.WriteStartArray("mappings"u8);
        foreach (var (mapping, alsoMember) in options.CombineRoles ? Combined(snapshot.Mappings) : Apart(snapshot.Mappings))
        {
            WriteMapping(json, mapping, alsoMember);
            if (json.BytesPending >= Piece) Drain(json, buffer, utf8);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        Drain(json, buffer, utf8);
    }

    private static void WriteUser(Utf8JsonWriter json, SnapshotUser user)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, user.Id);
        json.WriteString("email"u8, user.Email);
        json.WriteString("firstName"u8, user.FirstName ?? "");
        json.WriteString("lastName"u8, user.LastName ?? "");
        json.WriteString("jobTitle"u8, user.JobTitle ?? "");
        json.WriteString("imageUrl"u8, user.ImageUrl ?? "");
        json.WriteString("language"u8, user.Language ?? "");
        // Not foreach: on an interface it costs an object for each user.
        for (var i = 0; i < user.Attributes.Count; i++) json.WriteString(user.Attributes[i].Name, user.Attributes[i].Value);
        json.WriteEndObject();
    }

    private static void WriteMapping(Utf8JsonWriter json, SnapshotMapping mapping, bool alsoMember)
    {
        var subGroup = mapping.Kind == MappingKind.SubGroup;
        json.WriteStartObject();
        json.WriteString("groupId"u8, mapping.GroupId);
        json.WriteString("userId"u8, subGroup ? "" : mapping.OtherId);
        json.WriteString("subGroupId"u8, subGroup ? mapping.OtherId : "");
        json.WriteBoolean("isMember"u8, mapping.Kind == MappingKind.Member || alsoMember);
        json.WriteBoolean("isManager"u8, mapping.Kind == MappingKind.Manager);
        json.WriteEndObject();
    }

    private static IEnumerable<(SnapshotMapping Mapping, bool AlsoMember)> Apart(IReadOnlyList<SnapshotMapping> mappings) =>
        mappings.Select(mapping => (mapping, false));

    /// <summary>A manager's row takes the member's row of the same pair in. Both kinds are in the same order, so one step along each is enough.</summary>
    private static IEnumerable<(SnapshotMapping Mapping, bool AlsoMember)> Combined(IReadOnlyList<SnapshotMapping> mappings)
    {
        var firstManager = FirstOf(mappings, MappingKind.Manager);
        var firstMember = FirstOf(mappings, MappingKind.Member);
        for (var i = 0; i < firstManager; i++) yield return (mappings[i], false);

        for (int i = firstManager, member = firstMember; i < firstMember; i++)
        {
            while (member < mappings.Count && Compare(mappings[member], mappings[i]) < 0) member++;
            yield return (mappings[i], member < mappings.Count && Compare(mappings[member], mappings[i]) == 0);
        }

        for (int i = firstMember, manager = firstManager; i < mappings.Count; i++)
        {
            while (manager < firstMember && Compare(mappings[manager], mappings[i]) < 0) manager++;
            if (manager == firstMember || Compare(mappings[manager], mappings[i]) != 0) yield return (mappings[i], false);
        }
    }

    private static int FirstOf(IReadOnlyList<SnapshotMapping> mappings, MappingKind kind)
    {
        var i = 0;
        while (i < mappings.Count && mappings[i].Kind < kind) i++;
        return i;
    }

    private static int Compare(SnapshotMapping x, SnapshotMapping y) =>
        Ordinal.Compare(x.GroupId, y.GroupId) is var byGroup and not 0 ? byGroup : Ordinal.Compare(x.OtherId, y.OtherId);

    /// <summary>By hand, since a writer on a stream would flush that stream, and with it a compressor, for each piece.</summary>
    private static void Drain(Utf8JsonWriter json, ArrayBufferWriter<byte> buffer, Stream utf8)
    {
        json.Flush();
        utf8.Write(buffer.WrittenSpan);
        buffer.ResetWrittenCount();
    }
}
