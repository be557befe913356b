using CsCheck;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Xunit;

namespace Gateway.Membership.Tests.Sync;

public class SnapshotDiffTests
{
    [Fact]
    public void A_difference_names_each_field_that_changed()
    {
        var before = Companies.Of(3);
        var after = before.Change(1, 2, u => u with { Email = "new@example.test", JobTitle = null, Attributes = [new("Grade", "7"), new("Site", "Nice")] });

        var diff = SnapshotDiff.Between(before, after);

        var changed = Assert.Single(diff.UsersChanged);
        Assert.Equal("M001", changed.Id);
        Assert.Equal(
            [
                new("email", "M001@example.test", "new@example.test"), new("jobTitle", "Dev", null),
                new("attributes.Grade", null, "7"), new("attributes.Site", "Lyon", "Nice"),
            ],
            changed.Fields);
        Assert.Empty(diff.UsersAdded);
        Assert.Empty(diff.UsersRemoved);
        Assert.Empty(diff.MappingsAdded);
    }

    [Fact]
    public void Joiners_leavers_teams_and_rows_are_told_apart()
    {
        var before = Companies.Of(4, teams: 2);
        var after = before.Without("M003").With(Companies.User("M900"), "T01") with { };
        after = after with { Groups = [new("T00", "Renamed"), after.Groups[1], new("T05", "New")] };

        var diff = SnapshotDiff.Between(before, after);

        Assert.Equal(["M900"], diff.UsersAdded.Select(u => u.Id));
        Assert.Equal(["M003"], diff.UsersRemoved.Select(u => u.Id));
        Assert.Equal([new GroupChange("T00", "Team 0", "Renamed")], diff.GroupsChanged);
        Assert.Equal(["T05"], diff.GroupsAdded.Select(g => g.Id));
        Assert.Equal([new SnapshotMapping(MappingKind.Member, "T01", "M900")], diff.MappingsAdded);
        Assert.Equal([new SnapshotMapping(MappingKind.Member, "T01", "M003")], diff.MappingsRemoved);
    }

    [Fact]
    public void Whoever_is_alike_in_two_companies_is_one_object_and_nothing_else_changes() => Gen.Select(Companies.Any, Companies.Any).Sample((before, other) =>
    {
        var after = other with { Users = [.. other.Users.Select(u => u with { })] };
        var alike = new UsersBefore(before);
        var shared = after with { Users = [.. after.Users.Select(alike.Shared)] };
        var known = before.Users.ToDictionary(u => u.Id);
        return SnapshotDiff.Between(after, shared).IsEmpty()
            && shared.Users.All(u => ReferenceEquals(u, known.GetValueOrDefault(u.Id)) == (known.TryGetValue(u.Id, out var was) && UserFields.Differences(was, u).Count == 0));
    }, iter: 1_000);

    [Fact]
    public void A_text_that_was_read_twice_is_one_string()
    {
        var pool = new TextPool();
        Assert.Equal("Inés Muñoz", pool.Of("Inés Muñoz"u8));
        Assert.Same(pool.Of("Inés Muñoz"u8), pool.Of("Inés Muñoz"u8));
        Assert.Equal("", pool.Of(""u8));
        var longest = new string('ñ', 300);
        Assert.Equal(longest, pool.Of(System.Text.Encoding.UTF8.GetBytes(longest)));
    }

    [Fact]
    public void A_snapshot_does_not_differ_from_itself() => Companies.Any.Sample(
        a => SnapshotDiff.Between(a, a with { Users = [.. a.Users.Select(u => u with { })] }).IsEmpty(), iter: 1_000);

    [Fact]
    public void Applying_a_difference_to_the_one_gives_the_other() => Gen.Select(Companies.Any, Companies.Any).Sample(
        (a, b) => Companies.Same(SnapshotDiff.Between(a, b).ApplyTo(a), b), iter: 2_000);

    [Fact]
    public void A_difference_is_empty_only_between_equals() => Gen.Select(Companies.Any, Companies.Any).Sample(
        (a, b) => SnapshotDiff.Between(a, b).IsEmpty() == Companies.Same(a, b), iter: 2_000);

    [Fact]
    public void The_part_of_a_difference_that_all_changes_are_in_is_the_whole() => Gen.Select(Companies.Any, Companies.Any).Sample(
        (a, b) => Companies.Same(Change.Only(SnapshotDiff.Between(a, b), Companies.Changes(a, b)).ApplyTo(a), b), iter: 1_000);

    [Fact]
    public void The_part_of_a_difference_has_only_the_changes_asked_for() =>
        Gen.Select(Companies.Any, Companies.Any, Gen.Bool.Array[200]).Sample((a, b, keep) =>
        {
            var chosen = Change.AllOf(SnapshotDiff.Between(a, b)).Where((_, i) => keep[i % keep.Length]).ToHashSet();
            return Change.AllOf(Change.Only(SnapshotDiff.Between(a, b), chosen)).All(chosen.Contains);
        }, iter: 1_000);
}
