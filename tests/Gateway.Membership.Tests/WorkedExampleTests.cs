using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;
using Xunit;

namespace Gateway.Membership.Tests;

/// <summary>The worked example of semantics.md, section 7.</summary>
public sealed class WorkedExampleTests
{
    private static readonly MembershipRules Rules = Pipeline.Rules(
        Pipeline.Source("hris", 1, zone: "Europe/Paris"), Pipeline.Source("orgtool", 2, owns: "teams"));

    private static readonly From Hris = new("hris", "E7");
    private static readonly From Org = new("orgtool", "E7");

    private static readonly MembershipEvent[] Events =
    [
        Org.Team("1", "2026-01-01", "T1", "Platform", Patch.To(null), Given.Day("2026-01-01")),
        Org.Move("2", "2026-02-20", "T1", effective: Given.Day("2026-03-02")),
        Hris.Title("3", "2026-02-21", "Lead", Given.Day("2026-04-01")),
        Hris.Hire("4", "2026-02-22", Given.Day("2026-03-02"), [Given.In("T9")], new ProfilePatch
        {
            Email = "ines@example.test", FirstName = "Inés", LastName = "Muñoz", JobTitle = "Dev",
        }),
        Org.Team("5", "2026-02-23", "T2", "Data", "T1", Given.Day("2026-01-05")),
        Org.Move("6", "2026-02-24", "T2", "T1", Given.Day("2026-03-09")),
        Org.Retract("7", "2026-02-25", "6"),
        Hris.Leave("8", "2026-03-05", Given.LastDay("2026-06-26")),
        Hris.Leave("9", "2026-03-08", Given.LastDay("2026-07-31")),
    ];

    private static Assembly At(string at) => Pipeline.Assemble(Events, Rules, Given.At(at));

    [Fact]
    public void The_snapshot_is_the_one_of_the_specification()
    {
        var (snapshot, issues) = At("2026-03-10T12:00:00Z");

        var user = Assert.Single(snapshot.Users);
        Assert.Equal(("E7", "ines@example.test", "Inés", "Muñoz", "Dev"), (user.Id, user.Email, user.FirstName, user.LastName, user.JobTitle));
        Assert.Equal([new SnapshotGroup("T1", "Platform"), new SnapshotGroup("T2", "Data")], snapshot.Groups);
        Assert.Equal([new SnapshotMapping(MappingKind.SubGroup, "T1", "T2"), new SnapshotMapping(MappingKind.Member, "T1", "E7")], snapshot.Mappings);
        Assert.Equal([("team.no_manager", "T1"), ("team.no_manager", "T2"), ("team.empty", "T2")], issues.Select(i => (i.Code, i.Subject)));
    }

    [Fact]
    public void The_title_changes_with_the_day_in_Paris_without_any_new_event()
    {
        Assert.Equal("Dev", At("2026-03-31T21:59:59.999999Z").Snapshot.Users[0].JobTitle);
        Assert.Equal("Lead", At("2026-03-31T22:00:00Z").Snapshot.Users[0].JobTitle);
    }

    [Fact]
    public void She_is_there_until_the_end_of_July_in_Paris()
    {
        Assert.Single(At("2026-06-27").Snapshot.Users);
        Assert.Single(At("2026-07-31T21:59:59.999999Z").Snapshot.Users);
        Assert.Empty(At("2026-07-31T22:00:00Z").Snapshot.Users);
    }

    [Fact]
    public void Each_event_has_its_state_and_each_value_its_event_and_rule()
    {
        var facets = Pipeline.Fold(Events, Rules, Given.At("2026-03-10T12:00:00Z"));
        Assert.Equal(
            [("3", EventState.Scheduled, null), ("6", EventState.Retracted, "7"), ("8", EventState.Superseded, "9"), ("9", EventState.Scheduled, null)],
            facets.SelectMany(f => f.Outcomes).OrderBy(o => o.EventId).Select(o => (o.EventId, o.State, o.By)));

        var member = Assert.Single(Pipeline.Resolve(Events, Rules, Given.At("2026-03-10T12:00:00Z")).Members);
        Assert.Equal(("hris", "4", Chosen.ByHighestPriority), (member.JobTitle.Source, member.JobTitle.EventId, member.JobTitle.Rule));
        var assignment = Assert.Single(member.Assignments);
        Assert.Equal(("T1", "orgtool", "2", Chosen.ByOwner), (assignment.TeamId, assignment.Source, assignment.EventId, assignment.Rule));
        Assert.Equal(("hris", "4"), (member.EmployedFrom?.Source, member.EmployedBy?.Id));
    }

    [Fact]
    public void Any_order_of_arrival_gives_the_same()
    {
        var random = new Random(7);
        var expected = Pipeline.Text(At("2026-03-10T12:00:00Z"));
        for (var i = 0; i < 500; i++)
        {
            MembershipEvent[] shuffled = [.. Events, .. Events.Where(_ => random.Next(4) == 0)];
            random.Shuffle(shuffled);
            Assert.Equal(expected, Pipeline.Text(Pipeline.Assemble(shuffled, Rules, Given.At("2026-03-10T12:00:00Z"))));
        }
    }
}
