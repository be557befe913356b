using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Xunit;

namespace Gateway.Membership.Tests.Sync;

/// <summary>Whom Workleap would delete, and what else holds a run to it.</summary>
public class WorkleapGuardTests
{
    private static readonly Snapshot Base = Companies.Of(100, teams: 10);

    private static IReadOnlyList<Deletion> Find(Snapshot next, string[] absentBefore, Dictionary<string, Standing>? standing) =>
        Deletions.Find(next, SnapshotDiff.Between(Base, next), absentBefore, standing);

    private static List<HoldReason> Held(Snapshot? accepted, Snapshot next, UpstreamInput upstream, GuardSettings? settings = null) =>
        Guard.Check(new() { Accepted = accepted, Next = next, ContentHash = "hash", Difference = SnapshotDiff.Between(accepted ?? Snapshot.Empty, next), Upstream = upstream }, settings ?? new())
            is GuardVerdict.Hold hold ? [.. hold.Reasons] : [];

    private static UpstreamInput Deleting(params string[] ids) => new() { Deletions = [.. ids.Select(id => new Deletion(id, DeletionCause.AbsentBefore))] };

    [Fact]
    public void Who_is_absent_a_second_time_is_deleted_and_who_is_back_is_not() =>
        Assert.Equal([new Deletion("X1", DeletionCause.AbsentBefore)], Find(Base, ["X1", "M003"], standing: []));

    [Fact]
    public void Who_is_absent_for_the_first_time_is_deleted_unless_they_are_seen_as_active_or_gone()
    {
        var next = Base.Without("M050", "M051", "M052", "M053");
        var standing = new Dictionary<string, Standing> { ["M050"] = Standing.Active, ["M051"] = Standing.Inactive, ["M052"] = Standing.Absent };
        Assert.Equal([new Deletion("M051", DeletionCause.NotActive), new Deletion("M053", DeletionCause.Unseen)], Find(next, [], standing));
        Assert.Equal([new Deletion("M050", DeletionCause.AbsentBefore)], Find(Base.Without("M050"), ["M050"], new() { ["M050"] = Standing.Active }));
        Assert.Empty(Find(next, [], standing: null));
    }

    [Fact]
    public void Nobody_is_deleted_unasked_and_the_reason_names_them()
    {
        var reason = Assert.Single(Held(Base, Base, Deleting("X1", "X2")));
        Assert.Equal((GuardRules.Deletions, 2, 0), (reason.Rule, reason.Number, reason.Limit));
        Assert.Equal(["X1", "X2"], reason.Subjects);
        Assert.All(reason.Changes, c => Assert.Equal(ChangeKind.Deletion, c.Kind));
    }

    [Fact]
    public void A_limit_lets_so_many_pass_over_the_window_and_exempt_people_do_not_count()
    {
        var settings = new GuardSettings { Deletions = new(2), Exempt = new HashSet<string> { "admin" } };
        Assert.Empty(Held(Base, Base, Deleting("X1", "X2", "admin"), settings));
        var reason = Assert.Single(Held(Base, Base, Deleting("X1", "X2") with { DeletedEarlier = ["X0", "X1"] }, settings));
        Assert.Equal((3, 1), (reason.Number, reason.Earlier));
    }

    [Theory]
    [InlineData(4, null, 0)]
    [InlineData(3, null, 1)]
    [InlineData(0, null, 0)]
    [InlineData(null, 3, 0)]
    [InlineData(null, 2, 1)]
    public void The_accounts_thresholds_are_kept_below(int? users, int? teams, int reasons)
    {
        // Two fields of a person and one deletion; two rows of mappings.
        var next = Base.Change(60, 61, u => u with { JobTitle = "Lead", FirstName = "Other" });
        next = Companies.Build(next.Users, next.Groups, next.Mappings.Append(new(MappingKind.Member, "T01", "M060")).Append(new(MappingKind.Member, "T02", "M060")));
        var held = Held(Base, next, Deleting("X1") with { UsersThreshold = users, TeamsThreshold = teams }, new GuardSettings { Deletions = new(1) });
        Assert.Equal(reasons, held.Count);
        Assert.All(held, r => Assert.True(r.Changes.Count > 0 && r.Number == r.Limit + 1));
    }

    [Fact]
    public void A_run_beside_one_that_waits_there_and_the_first_in_another_dialect_are_held()
    {
        Assert.Equal([GuardRules.AwaitingUpstream], Held(Base, Base, new() { Awaiting = true }).Select(r => r.Rule));
        Assert.Equal([GuardRules.DialectChanged], Held(Base, Base, new() { OtherDialect = true }).Select(r => r.Rule));
    }

    [Fact]
    public void A_rejection_there_names_what_would_be_taken_away_and_the_content_as_a_whole()
    {
        var difference = SnapshotDiff.Between(Base, Base.Without("M050").WithoutTeam("T09").With(Companies.User("N1")));
        var named = Decision.NamedByUpstream(difference, [new("X1", DeletionCause.AbsentBefore)], "hash");
        Assert.Equal(
            [ChangeKind.Member, ChangeKind.Team, ChangeKind.Content, ChangeKind.Deletion],
            named.Select(c => c.Kind).Order());
        Assert.Contains(Change.Removed(Base.Users[50]), named);
    }

    private static readonly SnapshotDiff Joins = SnapshotDiff.Between(Base, Base.With(Companies.User("N1")).With(Companies.User("N2")));
    private static readonly SnapshotDiff Leaves = SnapshotDiff.Between(Base, Base.Without("M050", "M051"));

    private static UpstreamVerdict Judge(SnapshotDiff difference, string standing, string[]? teams = null, params string[] deletions)
    {
        var known = UpstreamSigns.Emails(difference).Zip(standing.Where(c => c != ' '))
            .Where(p => p.Second != '?').ToDictionary(p => p.First, p => p.Second switch { 'a' => Standing.Active, 'i' => Standing.Inactive, _ => Standing.Absent });
        return UpstreamSigns.Judge(difference, [.. deletions.Select(id => new Deletion(id, DeletionCause.NotActive))], known, new HashSet<string>(), UpstreamSigns.Teams(difference, null), teams?.ToHashSet());
    }

    [Fact]
    public void Who_joins_and_who_leaves_tell_what_became_of_a_run()
    {
        Assert.Equal(UpstreamVerdict.Applied, Judge(Joins, "ia"));
        Assert.Equal(UpstreamVerdict.NotApplied, Judge(Joins, "--"));
        Assert.Equal(UpstreamVerdict.Partly, Judge(Joins, "a-"));
        Assert.Equal(UpstreamVerdict.Unread, Judge(Joins, "a?"));
        Assert.Equal(UpstreamVerdict.Applied, Judge(Leaves, "i-"));
        Assert.Equal(UpstreamVerdict.NotApplied, Judge(Leaves, "aa"));
        // One of them may be an administrator.
        Assert.Equal(UpstreamVerdict.Applied, Judge(Leaves, "ai"));
        // Who was not active before is seen only by being gone.
        Assert.Equal(UpstreamVerdict.NotApplied, Judge(Leaves, "ii", null, "M050", "M051"));
        Assert.Equal(UpstreamVerdict.Applied, Judge(Leaves, "--", null, "M050", "M051"));
        Assert.Equal(UpstreamVerdict.NoSigns, Judge(SnapshotDiff.Between(Base, Base.Change(1, 2, u => u with { JobTitle = "Lead" })), ""));
    }

    [Fact]
    public void A_new_name_of_a_team_tells_of_the_other_half()
    {
        var difference = SnapshotDiff.Between(Base, Base.With(Companies.User("N1")) with { Groups = [.. Base.Groups.Select(g => g.Id == "T01" ? g with { Name = "New" } : g)] });
        Assert.Equal(UpstreamVerdict.Applied, Judge(difference, "i", ["New"]));
        Assert.Equal(UpstreamVerdict.Partly, Judge(difference, "i", []));
        Assert.Equal(UpstreamVerdict.NotApplied, Judge(difference, "-", []));
        Assert.Equal(UpstreamVerdict.Applied, Judge(difference, "i", teams: null));
    }
}
