using CsCheck;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Xunit;

namespace Gateway.Membership.Tests.Sync;

/// <summary>What was approved beforehand, and what no plan lets through.</summary>
public class PlannedChangeTests
{
    private static readonly Snapshot Base = Companies.Of(100, teams: 10);

    private static GuardInput Input(Snapshot next, Snapshot? accepted, string hash = "next") => new()
    {
        Accepted = accepted, Next = next, ContentHash = hash, Difference = SnapshotDiff.Between(accepted ?? Snapshot.Empty, next),
    };

    private static PlannedChange.Limits Limits(params (string Rule, int Number)[] limits) => new("p1", limits.ToDictionary(l => l.Rule, l => l.Number), GuardWindow.Nothing, []);

    private static PlannedChange.Content Content(string hash, params string[] also) => new("p2", hash, also.ToHashSet());

    private static PlannedVerdict Check(GuardInput input, params PlannedChange[] plans) => PlannedChanges.Check(input, new(), plans);

    private static string[] Rules(GuardVerdict verdict) => verdict is GuardVerdict.Hold hold ? [.. hold.Reasons.Select(r => r.Rule)] : [];

    private static Snapshot Without(int count) => Base.Without(Enumerable.Range(20, count).Select(Companies.Id));

    [Fact]
    public void A_limit_stands_in_for_the_usual_one_up_to_its_number()
    {
        var within = Check(Input(Without(12), Base), Limits((GuardRules.MembersRemoved, 12)));
        Assert.IsType<GuardVerdict.Pass>(within.Verdict);
        Assert.Equal(("p1", 12), (within.Use!.PlanId, within.Use.Changes.Count));

        var beyond = Check(Input(Without(13), Base), Limits((GuardRules.MembersRemoved, 12)));
        var reason = Assert.Single(Assert.IsType<GuardVerdict.Hold>(beyond.Verdict).Reasons);
        Assert.Equal((GuardRules.MembersRemoved, 13, 12, "p1"), (reason.Rule, reason.Number, reason.Limit, reason.Plan));
        Assert.Null(beyond.Use);

        // Neither a share nor a third of the section: a person said the number.
        Assert.IsType<GuardVerdict.Pass>(Check(Input(Without(60), Base), Limits((GuardRules.MembersRemoved, 60), (GuardRules.MappingsChanged, 200))).Verdict);
    }

    [Fact]
    public void What_passes_by_itself_uses_no_plan() => Assert.Null(Check(Input(Without(5), Base), Limits((GuardRules.MembersRemoved, 12))).Use);

    [Fact]
    public void A_rule_that_is_not_named_keeps_its_limit()
    {
        var next = Without(12).WithoutTeam("T08").WithoutTeam("T09");
        Assert.Equal([GuardRules.LastTeamLost, GuardRules.TeamsRemoved], Rules(Check(Input(next, Base), Limits((GuardRules.MembersRemoved, 12), (GuardRules.MappingsChanged, 100))).Verdict));
    }

    [Fact]
    public void A_sources_own_limit_gives_way_too()
    {
        var settings = new GuardSettings { Sources = new Dictionary<string, SourceLimits> { ["hris"] = new() { MembersRemoved = new(1) } } };
        var input = Input(Without(4), Base) with { SourceOf = Base.Users.ToDictionary(u => (Membership.Events.SubjectKind.Member, u.Id), _ => "hris") };
        Assert.IsType<GuardVerdict.Hold>(PlannedChanges.Check(input, settings, []).Verdict);
        Assert.IsType<GuardVerdict.Pass>(PlannedChanges.Check(input, settings, [Limits((GuardRules.MembersRemoved, 4))]).Verdict);
    }

    [Fact]
    public void Exactly_one_content_passes_whatever_it_changes()
    {
        var next = Without(40).WithoutTeam("T08").WithoutTeam("T09");
        var used = Check(Input(next, Base), Content("next"));
        Assert.IsType<GuardVerdict.Pass>(used.Verdict);
        Assert.Subset(used.Use!.Changes.ToHashSet(), Change.AllOf(SnapshotDiff.Between(Base, next)).ToHashSet());
        Assert.NotEmpty(Rules(Check(Input(next, Base, "other"), Content("next")).Verdict));
    }

    [Fact]
    public void No_plan_lets_the_first_sync_an_earlier_company_or_an_empty_section_through()
    {
        PlannedChange[] plans = [Content("next", GuardRules.IdChange, GuardRules.Deletions), Limits([.. PlannedChanges.Counted.Concat(PlannedChanges.Named).Select(r => (r, 1000))])];
        Assert.Equal([GuardRules.FirstSync], Rules(Check(Input(Base, accepted: null), plans).Verdict));
        Assert.Equal([GuardRules.Restore, GuardRules.MembersRemoved], Rules(Check(Input(Without(12), Base) with { Restore = true }, plans).Verdict));
        Assert.Equal([GuardRules.Restored, GuardRules.MembersRemoved], Rules(Check(Input(Without(12), Base) with { Restored = true }, plans).Verdict));
        Assert.IsType<GuardVerdict.Refuse>(Check(Input(Base with { Mappings = [] }, Base), plans).Verdict);
        var sources = Input(Without(1), Base) with { Sources = [new("hris", BaselineMissing: true, Silent: false, HoldWhenSilent: false)] };
        Assert.Equal([GuardRules.BaselineMissing], Rules(Check(sources, plans).Verdict));
    }

    [Fact]
    public void An_id_change_or_a_deletion_passes_only_where_it_is_named()
    {
        var moved = Input(Base.Without("M050").With(Companies.User("X050") with { Email = "M050@example.test" }), Base);
        Assert.Equal([GuardRules.IdChange], Rules(Check(moved, Content("next"), Limits((GuardRules.MembersRemoved, 9))).Verdict));
        Assert.IsType<GuardVerdict.Pass>(Check(moved, Content("next", GuardRules.IdChange)).Verdict);
        Assert.IsType<GuardVerdict.Pass>(Check(moved, Limits((GuardRules.IdChange, 1))).Verdict);
        Assert.Equal([GuardRules.IdChange], Rules(Check(moved, Limits((GuardRules.IdChange, 0))).Verdict));

        var deleting = Input(Without(1), Base) with { Upstream = new() { Deletions = [new("X1", DeletionCause.AbsentBefore)] } };
        Assert.Equal([GuardRules.Deletions], Rules(Check(deleting, Content("next"), Limits((GuardRules.MembersRemoved, 9))).Verdict));
        Assert.IsType<GuardVerdict.Pass>(Check(deleting, Content("next", GuardRules.Deletions)).Verdict);
        Assert.IsType<GuardVerdict.Pass>(Check(deleting, Limits((GuardRules.Deletions, 1))).Verdict);
        Assert.Equal([GuardRules.Deletions], Rules(Check(deleting, Limits((GuardRules.Deletions, 1)) with { Deleted = ["X0"] }).Verdict));
    }

    /// <summary>One change at a time, in as many runs as there are: the plan's number is the most of the window.</summary>
    [Fact]
    public void However_many_runs_there_are_a_window_does_no_more_than_its_limits() =>
        Gen.Select(Gen.Int[0, 20], Gen.Int[1, 9].Array[1, 12], Gen.Bool.Array[12]).Sample((limit, sizes, approves) =>
        {
            var (accepted, approvedBy) = (Base, new List<SnapshotDiff>());
            var (next, byPerson) = (0, 0);
            foreach (var (size, approve) in sizes.Zip(approves))
            {
                var company = accepted.Without(Enumerable.Range(10 + next, size).Select(Companies.Id));
                var plan = Limits((GuardRules.MembersRemoved, limit), (GuardRules.MappingsChanged, 1000)) with { Since = new(Base, approvedBy) };
                var verdict = Check(Input(company, accepted), plan).Verdict;
                if (verdict is GuardVerdict.Hold && !approve) continue;
                if (verdict is GuardVerdict.Hold) (byPerson, _) = (byPerson + size, 0);
                if (verdict is GuardVerdict.Hold) approvedBy.Add(SnapshotDiff.Between(accepted, company));
                (accepted, next) = (company, next + size);
                if (100 - accepted.Users.Count - byPerson > limit) return false;
                Assert.Equal(next - byPerson, PlannedChanges.Used(plan with { Since = new(Base, approvedBy) }, accepted, new())[GuardRules.MembersRemoved]);
            }

            return true;
        }, iter: 500);
}
