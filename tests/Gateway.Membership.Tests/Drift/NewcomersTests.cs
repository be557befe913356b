using CsCheck;
using Gateway.Membership.Drift;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Tests.Sync;
using Xunit;

namespace Gateway.Membership.Tests.Drift;

public class NewcomersTests
{
    private static readonly Snapshot Base = Companies.Of(6, teams: 1);

    private static string[] Created(Snapshot next, Dictionary<string, string> acceptedBefore, string[] knownThere, params string[] here) =>
        [.. Newcomers.Created(SnapshotDiff.Between(Base, next), new Dictionary<string, string>(acceptedBefore, AsciiCaseInsensitive.Comparer),
            knownThere.ToHashSet(AsciiCaseInsensitive.Comparer), here.ToHashSet()).Select(u => u.Id)];

    [Fact]
    public void Who_was_never_accepted_and_was_not_there_before_was_created() =>
        Assert.Equal(["M101"], Created(Base.With(Companies.User("M100")).With(Companies.User("M101")), [], ["m100@EXAMPLE.test"]));

    [Fact]
    public void Who_comes_back_was_not_created_under_whichever_id()
    {
        var back = Base.With(Companies.User("M100")).With(Companies.User("M101"));
        Assert.Empty(Created(back, new() { ["m100@example.test"] = "M100", ["m101@example.test"] = "OLD" }, []));
    }

    [Fact]
    public void Who_gets_the_address_that_a_colleague_had_was_created()
    {
        var next = Base.Change(3, 4, u => u with { Email = "new@example.test" }).With(Companies.User("M100") with { Email = "M003@example.test" });
        Assert.Equal(["M100"], Created(next, new() { ["m003@example.test"] = "M003" }, ["m003@example.test"], "M003"));
    }

    [Fact]
    public void A_person_who_goes_and_comes_under_one_address_has_another_id()
    {
        var next = Base.Without("M003", "M004").With(Companies.User("M100") with { Email = "m003@EXAMPLE.test" });
        var (from, to) = Assert.Single(Newcomers.IdChanges(SnapshotDiff.Between(Base, next)));
        Assert.Equal(("M003", "M100"), (from, to.Id));
    }

    [Fact]
    public void Ids_that_changed_are_those_of_one_address_among_all_who_go_and_come() => Gen.Select(Companies.Any, Companies.Any).Sample((before, after) =>
    {
        var difference = SnapshotDiff.Between(before, after);
        var expected = difference.UsersRemoved
            .Select(u => (From: u.Id, To: difference.UsersAdded.FirstOrDefault(a => AsciiCaseInsensitive.Same(a.Email, u.Email)))).Where(c => c.To is not null);
        Assert.Equal(expected, Newcomers.IdChanges(difference).Select(c => (c.Key, (SnapshotUser?)c.Value)));
    });
}
