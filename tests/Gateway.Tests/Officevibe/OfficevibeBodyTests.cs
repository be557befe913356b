using System.Text;
using System.Text.Json;
using CsCheck;
using Gateway.Membership;
using Gateway.Membership.Snapshots;
using Gateway.Officevibe;
using Xunit;

namespace Gateway.Tests.Officevibe;

public sealed class OfficevibeBodyTests
{
    private static readonly Snapshot Company = new()
    {
        Users =
        [
            new SnapshotUser
            {
                Id = "U1", Email = "ines@x.example", FirstName = "Inés", LastName = "Muñoz", JobTitle = "Dev \"R&D\"", Language = "fr",
                Attributes = [new("Date of Birth", "1990-02-03"), new("Department", "R&D <Paris>")],
            },
            new SnapshotUser { Id = "U2", Email = "jp@x.example", FirstName = "𠮷野", LastName = "O'Hara\\Łukasz", ImageUrl = "https://x.example/a?b=1&c=2" },
        ],
        Groups = [new("G1", "Company"), new("G2", "Équipe\t2")],
        Mappings =
        [
            new(MappingKind.SubGroup, "G1", "G2"), new(MappingKind.Manager, "G2", "U1"), new(MappingKind.Member, "G1", "U2"), new(MappingKind.Member, "G2", "U1"),
        ],
    };

    [Fact]
    public void The_body_is_byte_for_byte_the_approved_one()
    {
        var approved = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Officevibe", "Golden", "sync.json"));
        Assert.Equal(Encoding.UTF8.GetString(approved), Text(Company, new() { AdminValue = "admin@x.example" }));
        Assert.Equal(approved, Bytes(Company, new() { AdminValue = "admin@x.example" }));
    }

    [Fact]
    public void The_admin_key_is_named_as_set_and_left_out_without_a_value()
    {
        Assert.StartsWith("""{"settings":{"syncAdmin":"7d","inviteNewUsers":true},"users":[]""", Text(Snapshot.Empty, new() { AdminKeyName = "syncAdmin", AdminValue = "7d", InviteNewUsers = true }));
        Assert.StartsWith("""{"settings":{"inviteNewUsers":false},"users":[]""", Text(Snapshot.Empty, new() { AdminValue = " " }));
    }

    [Fact]
    public void Combined_roles_are_one_row_with_both_flags_and_no_other_row_is_lost()
    {
        var body = Text(Company, new() { CombineRoles = true });
        Assert.EndsWith(
            """
            "mappings":[{"groupId":"G1","userId":"","subGroupId":"G2","isMember":false,"isManager":false},{"groupId":"G2","userId":"U1","subGroupId":"","isMember":true,"isManager":true},{"groupId":"G1","userId":"U2","subGroupId":"","isMember":true,"isManager":false}]}
            """,
            body);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused_rather_than_changed() =>
        Assert.Throws<ArgumentException>(() => Bytes(Company with { Groups = [new("G1", "a\uD842")] }, new()));

    [Fact]
    public void A_dialect_that_is_none_writes_nothing() =>
        Assert.Throws<NotSupportedException>(() => Bytes(Company, new() { Dialect = (OfficevibeDialect)7 }));

    [Fact]
    public void The_body_for_workleap_is_byte_for_byte_the_approved_one_and_has_no_settings()
    {
        var approved = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Officevibe", "Golden", "provisioning.json"));
        var options = new OfficevibeOptions { Dialect = OfficevibeDialect.Workleap, AdminValue = "admin@x.example", InviteNewUsers = true };
        Assert.Equal(Encoding.UTF8.GetString(approved), Text(Company, options));
        Assert.Equal(approved, Bytes(Company, options));
        using var json = JsonDocument.Parse(approved);
        Assert.Equal(["members", "teams", "teamMappings"], json.RootElement.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void Products_are_sent_only_where_they_are_set_and_either_value_in_the_form_that_is_set()
    {
        var options = new OfficevibeOptions { Dialect = OfficevibeDialect.Workleap };
        Assert.DoesNotContain("productAssignations", Text(Company, options));
        options.Workleap.ProductAssignations = ["Officevibe", "Performance"];
        options.Workleap.LanguagePreferencesAs = ListForm.List;
        Assert.Contains("""
            "languagePreferences":["fr"],"productAssignations":["Officevibe","Performance"],"Date of Birth":
            """, Text(Company, options));
        Assert.Contains("""
            "languagePreferences":[],"productAssignations":
            """, Text(Company, options));
        options.Workleap.ProductAssignationsAs = ListForm.Text;
        Assert.Contains("""
            "productAssignations":"Officevibe,Performance","Date of Birth":
            """, Text(Company, options));
    }

    [Theory]
    [InlineData(OfficevibeDialect.Workleap, "fr-CA", "fr")]
    [InlineData(OfficevibeDialect.Workleap, "EN", "en")]
    [InlineData(OfficevibeDialect.Workleap, "french", "fr")]
    [InlineData(OfficevibeDialect.Officevibe, "fr-CA", "fr-CA")]
    [InlineData(OfficevibeDialect.Officevibe, "French", "fr")]
    public void A_language_is_called_as_the_settings_say_and_workleap_takes_the_code_alone(OfficevibeDialect dialect, string language, string expected)
    {
        var options = new OfficevibeOptions { Dialect = dialect, Languages = { ["French"] = "fr" } };
        Assert.Contains($"\"{(dialect == OfficevibeDialect.Workleap ? "languagePreferences" : "language")}\":\"{expected}\"", Text(Company with { Users = [Company.Users[0] with { Language = language }] }, options));
    }

    [Fact]
    public void The_body_reads_back_as_the_snapshot() => Snapshots.Sample(
        (snapshot, combine) => Assert.Equal(Show(snapshot), Show(ReadBack(Bytes(snapshot, new() { CombineRoles = combine })))), iter: 1000);

    [Fact]
    public void Memory_does_not_grow_with_the_company()
    {
        long Cost(int users)
        {
            var company = Company with { Users = [.. Enumerable.Repeat(Company.Users[0], users)] };
            var before = GC.GetAllocatedBytesForCurrentThread();
            OfficevibeBody.Write(Stream.Null, company, new());
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Cost(10);
        Assert.InRange(Cost(50_000), 0, Cost(1_000) + 1_000_000);
        Assert.InRange(Cost(50_000), 0, 1_000_000);
    }

    private static readonly Gen<string> Words = Gen.OneOf(
        Gen.String[Gen.Char[' ', '\u024F'], 1, 12], Const("𠮷野", "a\"b\\c", "R&D <x>", "line\nbreak\u2028", "'+=@", "\u0001\u007F", "ﬀ\uFEFF", "😀 team"));

    private static readonly Gen<(Snapshot, bool)> Snapshots = Gen.Select(
        Gen.Select(Words, Words, Words.Null(), Words.Null(), Gen.Dictionary(Words, Words)[0, 3]).List[0, 8],
        Gen.Select(Words, Words).List[0, 5],
        Gen.Select(Gen.Enum<MappingKind>(), Const("G1", "G2", "𠮷"), Const("a", "b", "c")).List[0, 12],
        Gen.Bool,
        (users, groups, rows, combine) => (new Snapshot
        {
            Users = [.. users.Select(u => new SnapshotUser
            {
                Id = u.Item1, Email = u.Item2, FirstName = u.Item3, JobTitle = u.Item4,
                Attributes = [.. u.Item5.Where(a => !OfficevibeKeys.User.Contains(a.Key, AsciiCaseInsensitive.Comparer)).OrderBy(a => a.Key, Ordinal.Comparer).Select(a => new SnapshotAttribute("x" + a.Key, a.Value))],
            })],
            Groups = [.. groups.Select(g => new SnapshotGroup(g.Item1, g.Item2))],
            Mappings = [.. rows.Select(r => new SnapshotMapping(r.Item1, r.Item2, r.Item3)).Distinct().OrderBy(r => r.Kind).ThenBy(r => r.GroupId, Ordinal.Comparer).ThenBy(r => r.OtherId, Ordinal.Comparer)],
        }, combine));

    private static Gen<string> Const(params string[] of) => Gen.Int[0, of.Length - 1].Select(i => of[i]);

    private static byte[] Bytes(Snapshot snapshot, OfficevibeOptions options)
    {
        using var stream = new MemoryStream();
        OfficevibeBody.Write(stream, snapshot, options);
        return stream.ToArray();
    }

    private static string Text(Snapshot snapshot, OfficevibeOptions options) => new UTF8Encoding(false, true).GetString(Bytes(snapshot, options));

    private static Snapshot ReadBack(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        Assert.Equal(["settings", "users", "groups", "mappings"], json.RootElement.EnumerateObject().Select(p => p.Name));
        var rows = json.RootElement.GetProperty("mappings").EnumerateArray().SelectMany(Rows);
        return new Snapshot
        {
            Users = [.. json.RootElement.GetProperty("users").EnumerateArray().Select(u => u.EnumerateObject().ToArray()).Select(u => new SnapshotUser
            {
                Id = u[0].Value.GetString()!, Email = u[1].Value.GetString()!, FirstName = Known(u[2]), LastName = Known(u[3]), JobTitle = Known(u[4]),
                ImageUrl = Known(u[5]), Language = Known(u[6]), Attributes = [.. u.Skip(7).Select(a => new SnapshotAttribute(a.Name, a.Value.GetString()!))],
            })],
            Groups = [.. json.RootElement.GetProperty("groups").EnumerateArray().Select(g => new SnapshotGroup(g.GetProperty("id").GetString()!, g.GetProperty("name").GetString()!))],
            Mappings = [.. rows.OrderBy(r => r.Kind).ThenBy(r => r.GroupId, Ordinal.Comparer).ThenBy(r => r.OtherId, Ordinal.Comparer)],
        };

        static string? Known(JsonProperty p) => p.Value.GetString() is { Length: > 0 } text ? text : null;
    }

    private static IEnumerable<SnapshotMapping> Rows(JsonElement row)
    {
        var (group, user, sub) = (row.GetProperty("groupId").GetString()!, row.GetProperty("userId").GetString()!, row.GetProperty("subGroupId").GetString()!);
        Assert.True(user.Length == 0 ^ sub.Length == 0);
        if (sub.Length > 0)
        {
            Assert.False(row.GetProperty("isMember").GetBoolean() || row.GetProperty("isManager").GetBoolean());
            yield return new(MappingKind.SubGroup, group, sub);
        }

        if (row.GetProperty("isManager").GetBoolean()) yield return new(MappingKind.Manager, group, user);
        if (row.GetProperty("isMember").GetBoolean()) yield return new(MappingKind.Member, group, user);
    }

    private static string Show(Snapshot snapshot) => JsonSerializer.Serialize(snapshot);
}
