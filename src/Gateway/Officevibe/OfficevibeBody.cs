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
    /// <param name="options">Of these the dialect, the admin key, the invitations, the languages, the products and the combining of roles shape the body.</param>
    /// <exception cref="ArgumentException">A string holds half a surrogate pair, which no UTF-8 can say.</exception>
    public static void Write(Stream utf8, Snapshot snapshot, OfficevibeOptions options)
    {
        if (!Enum.IsDefined(options.Dialect)) throw new NotSupportedException($"The dialect {options.Dialect} cannot be written; the start should have refused it.");
        var workleap = options.Dialect == OfficevibeDialect.Workleap;
        var names = workleap ? WireNames.Workleap : WireNames.Officevibe;
        var languages = new Languages(options);
        var buffer = new ArrayBufferWriter<byte>(2 * Piece);
        // Validation off: the shape is fixed here, and the writer would keep a stack to check it.
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = WireEncoder.Instance, SkipValidation = true });

        json.WriteStartObject();
        // Workleap refuses a body that has settings: who runs the sync comes with the key, and invitations are a switch of the account.
        if (!workleap) WriteSettings(json, options);

        json.WriteStartArray(names.Users);
        foreach (var user in snapshot.Users)
        {
            WriteUser(json, user, names, languages.Of(user.Language), workleap ? options.Workleap : null);
            if (json.BytesPending >= Piece) Drain(json, buffer, utf8);
        }
        json.WriteEndArray();

        json.WriteStartArray(names.Groups);
        foreach (var group in snapshot.Groups)
        {
            json.WriteStartObject();
            json.WriteString(names.GroupId, group.Id);
            json.WriteString(names.GroupName, group.Name);
            json.WriteEndObject();
            if (json.BytesPending >= Piece) Drain(json, buffer, utf8);
        }
        json.WriteEndArray();

        json.WriteStartArray(names.Mappings);
        foreach (var (mapping, alsoMember) in Rows(snapshot.Mappings, options))
        {
            WriteMapping(json, mapping, alsoMember, names);
            if (json.BytesPending >= Piece) Drain(json, buffer, utf8);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        Drain(json, buffer, utf8);
    }

    private static void WriteSettings(Utf8JsonWriter json, OfficevibeOptions options)
    {
        json.WriteStartObject("settings"u8);
        if (!string.IsNullOrWhiteSpace(options.AdminValue)) json.WriteString(options.AdminKeyName, options.AdminValue.Trim());
        json.WriteBoolean("inviteNewUsers"u8, options.InviteNewUsers);
        json.WriteEndObject();
    }

    private static void WriteUser(Utf8JsonWriter json, SnapshotUser user, WireNames names, string language, WorkleapOptions? workleap)
    {
        json.WriteStartObject();
        json.WriteString(names.UserId, user.Id);
        json.WriteString("email"u8, user.Email);
        json.WriteString("firstName"u8, user.FirstName ?? "");
        json.WriteString("lastName"u8, user.LastName ?? "");
        json.WriteString("jobTitle"u8, user.JobTitle ?? "");
        json.WriteString("imageUrl"u8, user.ImageUrl ?? "");
        if (workleap is { LanguagePreferencesAs: ListForm.List }) WriteList(json, "languagePreferences"u8, language.Length == 0 ? [] : [language]);
        else json.WriteString(names.Language, language);
        if (workleap is { ProductAssignations.Count: > 0 } w)
        {
            if (w.ProductAssignationsAs == ListForm.List) WriteList(json, "productAssignations"u8, w.ProductAssignations);
            else json.WriteString("productAssignations"u8, string.Join(',', w.ProductAssignations));
        }

        // Not foreach: on an interface it costs an object for each user.
        for (var i = 0; i < user.Attributes.Count; i++) json.WriteString(user.Attributes[i].Name, user.Attributes[i].Value);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, IList<string> values)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < values.Count; i++) json.WriteStringValue(values[i]);
        json.WriteEndArray();
    }

    private static void WriteMapping(Utf8JsonWriter json, SnapshotMapping mapping, bool alsoMember, WireNames names)
    {
        var subGroup = mapping.Kind == MappingKind.SubGroup;
        json.WriteStartObject();
        json.WriteString(names.RowGroup, mapping.GroupId);
        json.WriteString(names.RowUser, subGroup ? "" : mapping.OtherId);
        json.WriteString(names.RowSubGroup, subGroup ? mapping.OtherId : "");
        json.WriteBoolean("isMember"u8, mapping.Kind == MappingKind.Member || alsoMember);
        json.WriteBoolean("isManager"u8, mapping.Kind == MappingKind.Manager);
        json.WriteEndObject();
    }

    /// <summary>One row a fact, or one for both roles of a person in a team, as the settings say.</summary>
    internal static IEnumerable<(SnapshotMapping Mapping, bool AlsoMember)> Rows(IReadOnlyList<SnapshotMapping> mappings, OfficevibeOptions options) =>
        options.CombineRoles ? Combined(mappings) : Apart(mappings);

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
