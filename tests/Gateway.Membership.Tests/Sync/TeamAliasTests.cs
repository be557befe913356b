using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Xunit;

namespace Gateway.Membership.Tests.Sync;

public sealed class TeamAliasTests
{
    private static readonly Snapshot Company = new()
    {
        Users = [new SnapshotUser { Id = "E1", Email = "a@example.test" }],
        Groups = [new("A", "All"), new("N", "Sales"), new("Z", "Zoo")],
        Mappings = [new(MappingKind.SubGroup, "A", "N"), new(MappingKind.SubGroup, "N", "Z"), new(MappingKind.Manager, "N", "E1"), new(MappingKind.Member, "N", "E1")],
    };

    [Fact]
    public void A_team_goes_on_under_the_id_that_is_known_in_every_row_and_in_canonical_order()
    {
        var sent = TeamAliases.Apply(Company, new Dictionary<string, string> { ["N"] = "0" });
        Assert.Equal([new("0", "Sales"), new("A", "All"), new("Z", "Zoo")], sent.Groups);
        Assert.Equal(
            [new(MappingKind.SubGroup, "0", "Z"), new(MappingKind.SubGroup, "A", "0"), new(MappingKind.Manager, "0", "E1"), new(MappingKind.Member, "0", "E1")], sent.Mappings);
        Assert.Same(Company.Users, sent.Users);
    }

    [Fact]
    public void Two_teams_that_both_exist_stay_two() =>
        Assert.Same(Company, TeamAliases.Apply(Company, new Dictionary<string, string> { ["N"] = "Z" }));

    [Fact]
    public void One_id_is_given_to_one_team_only() =>
        Assert.Equal(["B", "N", "Z"], TeamAliases.Apply(Company, new Dictionary<string, string> { ["N"] = "B", ["A"] = "B" }).Groups.Select(g => g.Id));

    [Fact]
    public void What_is_not_sent_changes_nothing() => Assert.Same(Company, TeamAliases.Apply(Company, new Dictionary<string, string> { ["gone"] = "B" }));
}
