using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Xunit;

namespace Gateway.Membership.Tests.Sync;

public sealed class UpstreamSignsTests
{
    private static readonly HashSet<string> NoOne = [];

    [Fact]
    public void Addresses_that_people_exchange_tell_nothing_of_whether_a_run_arrived()
    {
        var swapped = SnapshotDiff.Between(Company(("E1", "one@example.test"), ("E2", "two@example.test")), Company(("E1", "two@example.test"), ("E2", "one@example.test")));
        Assert.Empty(UpstreamSigns.Emails(swapped));
        Assert.Equal(UpstreamVerdict.NoSigns, UpstreamSigns.Judge(swapped, [], new Dictionary<string, Standing>(), NoOne, [], teams: null));
    }

    [Fact]
    public void An_address_that_a_newcomer_takes_over_tells_nothing_and_a_fresh_one_does()
    {
        var difference = SnapshotDiff.Between(
            Company(("E1", "one@example.test"), ("E2", "two@example.test")),
            Company(("E1", "fresh@example.test"), ("E3", "ONE@example.test"), ("E4", "two@example.test")));
        Assert.Equal(["fresh@example.test"], UpstreamSigns.Emails(difference));
        Assert.Equal(UpstreamVerdict.Applied, Judge(Standing.Inactive, NoOne));
        Assert.Equal(UpstreamVerdict.NotApplied, Judge(Standing.Absent, NoOne));

        // Somebody who left years ago had it: that they are there, deactivated, tells nothing; that somebody is active under it does.
        var earlier = new HashSet<string>(AsciiCaseInsensitive.Comparer) { "Fresh@example.test" };
        Assert.Equal(UpstreamVerdict.NoSigns, Judge(Standing.Inactive, earlier));
        Assert.Equal(UpstreamVerdict.Applied, Judge(Standing.Active, earlier));
        Assert.Equal(UpstreamVerdict.NotApplied, Judge(Standing.Absent, earlier));

        UpstreamVerdict Judge(Standing standing, IReadOnlySet<string> had) =>
            UpstreamSigns.Judge(difference, [], new Dictionary<string, Standing> { ["fresh@example.test"] = standing }, had, [], teams: null);
    }

    [Fact]
    public void Names_that_teams_exchange_tell_nothing_and_a_fresh_one_does()
    {
        var before = Snapshot.Empty with { Groups = [new("T1", "Sales"), new("T2", "Data"), new("T3", "Legal")] };
        var after = before with { Groups = [new("T1", "Data"), new("T2", "Sales "), new("T3", "Law"), new("T4", "Legal")] };
        Assert.Equal(["Law"], UpstreamSigns.Teams(SnapshotDiff.Between(before, after), before));
    }

    private static Snapshot Company(params (string Id, string Email)[] people) =>
        Snapshot.Empty with { Users = [.. people.Select(p => new SnapshotUser { Id = p.Id, Email = p.Email })] };
}
