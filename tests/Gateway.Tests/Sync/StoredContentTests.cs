using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Sync;
using Gateway.Sync.Storing;
using Xunit;

namespace Gateway.Tests.Sync;

public sealed class StoredContentTests
{
    /// <summary>Longer than what is read at once, with an entry that is longer than that by itself.</summary>
    private static readonly SnapshotDiff Difference = new()
    {
        UsersAdded = [.. Enumerable.Range(0, 3_000).Select(i => User(i, "joins"))],
        UsersRemoved = [User(3_001, "leaves"), User(3_002, new string('ñ', 150_000)), User(3_003, "leaves")],
        UsersChanged = [new("E1", [new("jobTitle", null, "\"Chief\" {of} [all]")]), new("E2", [new("email", "a@example.test", "b@example.test"), new("attributes.List", "[1]", null)])],
        GroupsAdded = [new("T1", "One"), new("E1", "A team of the same id")],
        GroupsRemoved = [new("T2", "Two")],
        GroupsChanged = [new("T3", "Three", "III")],
        MappingsAdded = [.. Enumerable.Range(0, 3_000).Select(i => new SnapshotMapping(MappingKind.Member, "T1", $"E{i}"))],
        MappingsRemoved = [new(MappingKind.Manager, "T1", "E1"), new(MappingKind.SubGroup, "T1", "T3")],
    };

    [Theory]
    [InlineData()]
    [InlineData("nobody")]
    [InlineData("E1")]
    [InlineData("E2", "E2999", "E3003", "T3")]
    [InlineData("E3002", "T1", "T2")]
    public void Of_a_stored_difference_the_part_about_some_is_read_without_the_rest(params string[] subjects)
    {
        var about = subjects.ToHashSet();
        var read = StoredContent.UnpackAbout(StoredContent.Pack(Difference), about);
        Assert.Equal(Change.AllOf(Difference).Where(c => about.Contains(c.Subject)).ToHashSet(), Change.AllOf(read).ToHashSet());
        Assert.Equal(Difference.UsersAdded.Concat(Difference.UsersRemoved).Count(u => about.Contains(u.Id)), read.UsersAdded.Count + read.UsersRemoved.Count);
    }

    [Fact]
    public void Of_a_stored_verdict_the_changes_about_some_are_read_without_the_rest()
    {
        var hold = new GuardVerdict.Hold([new(GuardRules.FirstSync, 1, 0, [.. Change.AllOf(Difference)]), new(GuardRules.Adoption, 1, 0, [Change.Whole("hash")]) { Source = "hris" }]);
        var packed = StoredContent.Pack(StoredVerdict.Of(hold));
        Assert.Equal(hold.Changes.Where(c => c.Subject is "" or "E2").ToHashSet(), StoredContent.ChangesAbout(packed, new HashSet<string> { "", "E2" }).ToHashSet());
        Assert.Empty(StoredContent.ChangesAbout(StoredContent.Pack(StoredVerdict.Of(new GuardVerdict.Refuse(["users"], ["Sales"]))), new HashSet<string> { "", "users", "Sales" }));
    }

    [Fact]
    public void A_stored_company_is_read_in_the_objects_of_another()
    {
        var like = new Snapshot { Users = [User(1, "stays"), User(2, "before"), User(4, "goes")], Groups = [], Mappings = [] };
        var stored = new Snapshot { Users = [User(0, "new"), User(1, "stays"), User(2, "after")], Groups = [new("T", "Team")], Mappings = [new(MappingKind.Member, "T", "E1")] };
        var read = StoredContent.UnpackLike(StoredContent.Pack(stored), like);
        Assert.True(SnapshotDiff.Between(stored, read).IsEmpty());
        Assert.Equal([false, true, false], read.Users.Select(u => like.Users.Any(l => ReferenceEquals(l, u))));
        Assert.True(SnapshotDiff.Between(stored, StoredContent.UnpackLike(StoredContent.Pack(stored), null)).IsEmpty());
    }

    [Fact]
    public void A_stored_difference_that_breaks_off_is_no_shorter_one()
    {
        var whole = StoredContent.Pack(Difference);
        Assert.ThrowsAny<Exception>(() => StoredContent.UnpackAbout(whole[..(whole.Length / 2)], new HashSet<string>()));
    }

    private static SnapshotUser User(int number, string title) => new() { Id = $"E{number}", Email = $"person.{number}@example.test", JobTitle = title, Attributes = [new("Place", "Montréal")] };
}
