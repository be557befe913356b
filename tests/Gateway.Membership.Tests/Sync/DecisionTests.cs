using CsCheck;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Xunit;

namespace Gateway.Membership.Tests.Sync;

public class DecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
    private static readonly Snapshot Base = Companies.Of(100, teams: 10);
    private static readonly string[] Six = ["M050", "M051", "M052", "M053", "M054", "M055"];

    private static DecisionInput Of(Snapshot next, string hash = "next", GuardSettings? settings = null)
    {
        var diff = SnapshotDiff.Between(Base, next);
        return new DecisionInput
        {
            Verdict = Guard.Check(new() { Accepted = Base, Next = next, Difference = diff, ContentHash = hash }, settings ?? new()),
            Difference = diff,
            ContentHash = hash,
            Accepted = new("base", Now.AddDays(-1), WithIssues: false),
            Now = Now,
            ResendAfter = TimeSpan.FromDays(7),
            HoldFor = TimeSpan.FromDays(7),
        };
    }

    private static Approval Approved(Snapshot next, DateTimeOffset at) => new("run", at, Companies.Changes(Base, next));

    [Fact]
    public void Changed_content_that_passes_is_sent() =>
        Assert.True(Assert.IsType<Decision.Send>(Decision.Of(Of(Base.Without("M050")))).Approved.IsEmpty());

    [Fact]
    public void The_same_content_is_not_sent_again_before_its_time()
    {
        var same = Of(Base, "base");
        Assert.IsType<Decision.Unchanged>(Decision.Of(same));
        Assert.IsType<Decision.Unchanged>(Decision.Of(same with { Accepted = new("base", Now.AddDays(-7).AddSeconds(1), false) }));
        Assert.IsType<Decision.Send>(Decision.Of(same with { Accepted = new("base", Now.AddDays(-7), false) }));
    }

    [Fact]
    public void Content_accepted_with_issues_is_sent_again_on_the_next_schedule_only()
    {
        var same = Of(Base, "base") with { Accepted = new("base", Now.AddHours(-1), WithIssues: true) };
        Assert.IsType<Decision.Unchanged>(Decision.Of(same));
        Assert.IsType<Decision.Send>(Decision.Of(same with { Scheduled = true }));
    }

    [Fact]
    public void An_empty_section_is_refused_whatever_was_approved()
    {
        var next = Base with { Mappings = [] };
        Assert.IsType<Decision.Refuse>(Decision.Of(Of(next) with { Approvals = [Approved(next, Now)] }));
    }

    [Fact]
    public void A_run_whose_held_changes_were_all_approved_is_sent_without_asking()
    {
        var approved = Base.Without(Six);
        var later = approved.With(Companies.User("X1"));

        Assert.IsType<Decision.Hold>(Decision.Of(Of(later)));
        var send = Assert.IsType<Decision.Send>(Decision.Of(Of(later) with { Approvals = [Approved(approved, Now.AddDays(-6))] }));
        Assert.Equal(Six, send.Approved.UsersRemoved.Select(u => u.Id));
        Assert.Empty(send.Approved.UsersAdded);
    }

    [Fact]
    public void An_approval_covers_no_change_that_it_did_not_list()
    {
        var later = Of(Base.Without([.. Six, "M060"])) with { Approvals = [Approved(Base.Without(Six), Now)] };
        Assert.IsType<Decision.Hold>(Decision.Of(later));
    }

    [Fact]
    public void An_approval_covers_a_change_only_with_its_value()
    {
        var approved = Base.Change(0, 6, u => u with { Email = "new." + u.Email });
        var other = approved.Change(5, 6, u => u with { Email = "other@example.test" });
        Assert.IsType<Decision.Send>(Decision.Of(Of(approved) with { Approvals = [Approved(approved, Now)] }));
        Assert.IsType<Decision.Hold>(Decision.Of(Of(other) with { Approvals = [Approved(approved, Now)] }));
    }

    [Fact]
    public void An_approval_ends_after_HoldFor()
    {
        var next = Base.Without(Six);
        Assert.IsType<Decision.Send>(Decision.Of(Of(next) with { Approvals = [Approved(next, Now.AddDays(-7).AddSeconds(1))] }));
        Assert.IsType<Decision.Hold>(Decision.Of(Of(next) with { Approvals = [Approved(next, Now.AddDays(-7))] }));
    }

    [Fact]
    public void While_the_content_has_a_rejected_change_runs_end_as_rejected()
    {
        var hold = Assert.IsType<GuardVerdict.Hold>(Of(Base.Without(Six)).Verdict);
        var rejection = new Rejection("run", Decision.NamedByRejection(hold, "next"));

        var rejected = Assert.IsType<Decision.Rejected>(Decision.Of(Of(Base.Without("M050", "M070")) with { Rejections = [rejection] }));
        Assert.Equal("run", rejected.ByRunId);
        Assert.Equal(["M050"], rejected.Changes.Select(c => c.Subject));
        Assert.IsType<Decision.Send>(Decision.Of(Of(Base.Without("M070")) with { Rejections = [rejection] }));
    }

    [Fact]
    public void A_rejection_stands_against_an_approval_of_the_same_change()
    {
        var next = Base.Without(Six);
        var hold = Assert.IsType<GuardVerdict.Hold>(Of(next).Verdict);
        var input = Of(next) with { Approvals = [Approved(next, Now)], Rejections = [new("run", Decision.NamedByRejection(hold, "next"))] };
        Assert.IsType<Decision.Rejected>(Decision.Of(input));
    }

    [Fact]
    public void A_rejected_first_sync_is_asked_again_once_its_content_is_another()
    {
        var first = Of(Base, "first") with { Accepted = null };
        var hold = Assert.IsType<GuardVerdict.Hold>(Guard.Check(
            new() { Accepted = null, Next = Base, ContentHash = "first", Difference = SnapshotDiff.Between(Snapshot.Empty, Base) }, new()));
        Rejection[] rejections = [new("run", Decision.NamedByRejection(hold, "first"))];

        Assert.IsType<Decision.Rejected>(Decision.Of(first with { Verdict = hold, Rejections = rejections }));
        Assert.IsType<Decision.Hold>(Decision.Of(first with { Verdict = hold, ContentHash = "second", Rejections = rejections }));
    }

    [Fact]
    public void A_silent_source_that_was_approved_is_not_asked_about_again()
    {
        var input = Of(Base.Without("M050"));
        var hold = new GuardVerdict.Hold([new(GuardRules.SourceSilent, 1, 0, [new(ChangeKind.Source, "hris", "silent", null, "silent")])]);
        var covered = Decision.CoveredByApproval(hold.Changes, input.Difference, "next", Decision.AskedAbout(hold, input.Difference, "next"));
        Assert.IsType<Decision.Hold>(Decision.Of(input with { Verdict = hold }));
        Assert.IsType<Decision.Send>(Decision.Of(input with { Verdict = hold, Approvals = [new("run", Now, covered)] }));
    }

    private static ApprovalCheck Check(
        Snapshot today, string? request = null, string? requestBase = "base", string? acceptedHash = "base", bool firstSync = false, int daysLater = 1) =>
        ApprovalCheck.Of(
            new HeldRun { ContentHash = "held", BaseHash = "base", HeldAt = Now, Removes = Removed.By(SnapshotDiff.Between(Base, Base.Without(Six))) },
            new(request ?? "held", requestBase, firstSync), acceptedHash, today, Now.AddDays(daysLater), TimeSpan.FromDays(7));

    [Fact]
    public void A_held_run_can_be_approved_while_nothing_moved() => Assert.IsType<ApprovalCheck.Ok>(Check(Base.Without([.. Six, "M001"])));

    [Fact]
    public void Approving_another_content_or_on_another_base_is_refused()
    {
        Assert.IsType<ApprovalCheck.OtherContent>(Check(Base.Without(Six), request: "other"));
        Assert.IsType<ApprovalCheck.BaseMoved>(Check(Base.Without(Six), acceptedHash: "newer", requestBase: "newer"));
        Assert.IsType<ApprovalCheck.BaseMoved>(Check(Base.Without(Six), requestBase: "older"));
        Assert.IsType<ApprovalCheck.Expired>(Check(Base.Without(Six), daysLater: 7));
    }

    [Fact]
    public void Held_bytes_that_would_take_away_who_is_back_today_are_refused_with_the_list()
    {
        var check = Assert.IsType<ApprovalCheck.WouldTakeAway>(Check(Base.Without(Six[..4])));
        Assert.Equal(Six[4..], check.Members);
        Assert.Empty(check.Teams);
    }

    [Fact]
    public void Who_is_part_of_the_company_today_matters_only_where_somebody_is_taken_away() => Gen.Select(Companies.Any, Companies.Any, Companies.Any).Sample((accepted, held, today) =>
    {
        var difference = SnapshotDiff.Between(accepted, held);
        ApprovalCheck Of(Snapshot now) => ApprovalCheck.Of(
            new HeldRun { ContentHash = "held", BaseHash = "base", HeldAt = Now, Removes = Removed.By(difference) }, new("held", "base", false), "base", now, Now, TimeSpan.FromDays(7));
        var taken = difference.UsersRemoved.Select(u => u.Id).Intersect(today.Users.Select(u => u.Id))
            .Concat(difference.GroupsRemoved.Select(g => g.Id).Intersect(today.Groups.Select(g => g.Id)));
        Assert.Equal(taken.Any(), Of(today) is ApprovalCheck.WouldTakeAway);
        if (Removed.By(difference).IsNothing()) Assert.Equal(Of(Snapshot.Empty), Of(today));
    });

    [Fact]
    public void Every_change_of_a_difference_is_listed_without_being_held() => Gen.Select(Companies.Any, Companies.Any).Sample((a, b) =>
    {
        var difference = SnapshotDiff.Between(a, b);
        var every = new EveryChange(difference);
        Assert.Equal(Change.AllOf(difference), every);
        Assert.Equal(Change.AllOf(difference).Count(), every.Count);
        if (every.Count > 0) Assert.Equal(Change.AllOf(difference).Last(), every[every.Count - 1]);
    });

    [Fact]
    public void A_first_sync_wants_to_be_named_as_such()
    {
        ApprovalCheck First(bool named) => ApprovalCheck.Of(
            new HeldRun { ContentHash = "held", BaseHash = null, HeldAt = Now, Removes = Removed.Nothing }, new("held", null, named), null, Base, Now, TimeSpan.FromDays(7));
        Assert.IsType<ApprovalCheck.FirstSyncNotNamed>(First(named: false));
        Assert.IsType<ApprovalCheck.Ok>(First(named: true));
    }

    [Fact]
    public void An_approval_is_asked_about_what_differs_what_is_held_besides_and_the_content()
    {
        var diff = SnapshotDiff.Between(Companies.Of(3), Companies.Of(3).Without("M002"));
        var silent = new Change(ChangeKind.Source, "hris", "silent", null, Change.There);
        var asked = Decision.AskedAbout(new GuardVerdict.Hold([new(GuardRules.SourceSilent, 1, 0, [silent])]), diff, "hash");
        Assert.Equal([.. Change.AllOf(diff), silent, Change.Whole("hash")], asked);
        Assert.DoesNotContain(silent, Decision.AskedAbout(new GuardVerdict.Pass(), diff, "hash"));
    }

    [Fact]
    public void An_approval_covers_exactly_what_it_lists() => Gen.Select(Companies.Any, Companies.Any, Companies.Any).Sample((accepted, approved, next) =>
    {
        var diff = SnapshotDiff.Between(accepted, next);
        var all = Change.AllOf(diff).ToList();
        if (all.Count == 0) return true;

        var listed = Companies.Changes(accepted, approved);
        var decision = Decision.Of(new DecisionInput
        {
            Verdict = new GuardVerdict.Hold([new(GuardRules.Mode, all.Count, 0, all)]),
            Difference = diff, ContentHash = "next", Accepted = null, Now = Now,
            ResendAfter = TimeSpan.FromDays(7), HoldFor = TimeSpan.FromDays(7),
            Approvals = [new("run", Now, listed)],
        });
        return decision switch
        {
            Decision.Send send => all.All(listed.Contains) && Companies.Same(send.Approved.ApplyTo(accepted), next),
            Decision.Hold => !all.All(listed.Contains),
            _ => false,
        };
    }, iter: 5_000);
}
