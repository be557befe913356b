using Gateway.Membership.Snapshots;
using Gateway.Officevibe;
using Xunit;

namespace Gateway.Tests.Officevibe;

public sealed class ReportReaderTests
{
    private static readonly ReportReader Reader = new(new Snapshot
    {
        Users =
        [
            new SnapshotUser { Id = "U1", Email = "ines@x.example", Attributes = [new("Business Unit", "North"), new("Gender", "F")] },
            new SnapshotUser { Id = "hris:7", Email = "bo@x.example" },
            new SnapshotUser { Id = "42", Email = "deep@x.example" },
        ],
        Groups = [new("G1", "Company"), new("G2", "Data"), new("G3", "Data Platform (EU)"), new("42", "Group"), new("9", "Nine")],
        Mappings = [],
    });

    [Theory]
    [InlineData("Attribute not found", ReportedKind.AttributeNotFound)]
    [InlineData("Attribut Non Trouvé : Gender", ReportedKind.AttributeNotFound)]
    [InlineData("Skipped User Attribute Option Not Found", ReportedKind.AttributeOptionNotFound)]
    [InlineData("Option d'attribut utilisateur non trouvée, ignorée", ReportedKind.AttributeOptionNotFound)]
    [InlineData("Skipped user-to-group relation – group not found", ReportedKind.GroupNotFound)]
    [InlineData("SKIPPED USER TO GROUP RELATION - GROUP NOT FOUND (ExternalId: G9)", ReportedKind.GroupNotFound)]
    [InlineData("Relation utilisateur-groupe ignorée – groupe introuvable", ReportedKind.GroupNotFound)]
    [InlineData("Relation utilisateur-équipe ignorée – e\u0301quipe introuvable", ReportedKind.GroupNotFound)]
    [InlineData("Skipped user-to-group relation – user not found", ReportedKind.UserNotFound)]
    [InlineData("Skipped sub-group-to-group relation – sub-group not found", ReportedKind.SubGroupNotFound)]
    [InlineData("Skipped sub-group-to-group relation – group not found", ReportedKind.GroupNotFound)]
    [InlineData("Relation sous-groupe ignorée – sous-groupe non trouvé", ReportedKind.SubGroupNotFound)]
    [InlineData("You must activate API synchronization via the admin dashboard on officevibe.com.", ReportedKind.NotActivated)]
    [InlineData("Vous devez activer la synchronisation API", ReportedKind.NotActivated)]
    [InlineData("Your plan does not include this feature", ReportedKind.NotActivated)]
    [InlineData("Could not establish a connection to the API. Make sure the submitted API key is correct.", ReportedKind.KeyNotTaken)]
    [InlineData("Assurez-vous que la clé d'API est correcte", ReportedKind.KeyNotTaken)]
    [InlineData("Something new happened to U1", ReportedKind.Unclassified)]
    [InlineData("", ReportedKind.Unclassified)]
    public void A_text_is_recognised_in_either_language_and_any_spelling(string text, ReportedKind kind)
    {
        Assert.Equal(kind, ReportReader.KindOf(text));
        var read = Reader.Read(text);
        Assert.Equal(text, read.Text);
        Assert.NotEmpty(read.WhatToDo);
    }

    [Theory]
    [InlineData("Attribute not found: 'Business Unit' for user U1", "U1", "", "Business Unit")]
    [InlineData("Attribute not found: Gender (INES@x.example)", "U1", "", "Gender")]
    [InlineData("Skipped User Attribute Option Not Found: Business Unit=North, hris:7.", "hris:7", "", "Business Unit")]
    [InlineData("Skipped user-to-group relation – group not found. ExternalId:G2, user:bo@x.example", "hris:7", "G2", "")]
    [InlineData("Skipped sub-group-to-group relation – sub-group not found: G1 > G3", "", "G1,G3", "")]
    [InlineData("Relation ignorée – groupe introuvable : « Data Platform (EU) »", "", "G3", "")]
    [InlineData("Group not found: Data Platform (EU)", "", "G3", "")]
    [InlineData("""{"code":"GroupNotFound","ExternalId":"G2"}""", "", "G2", "")]
    [InlineData("Skipped user-to-group relation – group not found: user 42, group 42", "42", "42", "")]
    [InlineData("Skipped user-to-group relation – group not found: ExternalId 42", "", "42", "")]
    [InlineData("Something odd: 42", "42", "", "")]
    [InlineData("9 rows were skipped, Group not found", "", "", "")]
    [InlineData("Group not found: \"9\"", "", "9", "")]
    [InlineData("Nothing that we know", "", "", "")]
    public void A_text_is_tied_to_the_records_it_names(string text, string members, string teams, string attributes)
    {
        var read = Reader.Read(text);
        Assert.Equal((members, teams, attributes), (string.Join(',', read.Members), string.Join(',', read.Teams), string.Join(',', read.Attributes)));
    }

    [Fact]
    public void A_report_about_a_hundred_thousand_rows_is_read_in_a_moment()
    {
        var company = new Snapshot
        {
            Users = [.. Enumerable.Range(0, 100_000).Select(i => new SnapshotUser { Id = $"E{i}", Email = $"e{i}@x.example" })],
            Groups = [new("G1", "Company")],
            Mappings = [],
        };
        var reader = new ReportReader(company);
        var read = Enumerable.Range(0, 20_000).Select(i => reader.Read($"Skipped user-to-group relation – group not found: user E{i}, group G1")).ToList();
        Assert.All(read, (text, i) => Assert.Equal(($"E{i}", "G1"), (Assert.Single(text.Members), Assert.Single(text.Teams))));
    }

    [Fact]
    public void Every_kind_of_text_has_its_page()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "officevibe-messages.md"));
        foreach (var kind in Enum.GetValues<ReportedKind>())
        {
            var anchor = new ReportedText("", kind, "").Help.Split('#')[1];
            Assert.Contains($"\n## {anchor}\n", page, StringComparison.Ordinal);
        }
    }
}
