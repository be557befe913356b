using CsCheck;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;
using Xunit;

namespace Gateway.Membership.Tests.Laws;

/// <summary>What holds for every set of events, whatever the rules.</summary>
public sealed class SnapshotLaws
{
    private const int Cases = 1500;

    [Fact]
    public void Any_order_of_arrival_and_any_repetition_give_the_same_snapshot_and_issues() =>
        Gen.Select(Generators.Worlds, Gen.Int).Sample((world, seed) =>
            Assert.Equal(Pipeline.Text(world.Assemble()), Pipeline.Text((world with { Events = Generators.Shuffle(world.Events, seed) }).Assemble())), iter: Cases);

    [Fact]
    public void A_retracted_event_leaves_no_trace() =>
        Gen.Select(Generators.Worlds, Generators.Any, Generators.Instants).Where((_, e, _) => e is not Retract).Sample((world, e, recorded) =>
        {
            var mistake = e with { Id = "mistake", Replaces = world.Events.FirstOrDefault(other => other.Source == e.Source)?.Id };
            var taken = new Retract { Source = e.Source, Id = "taken back", OccurredAt = recorded, EventId = "mistake" };
            var after = world with { Events = [taken, .. world.Events, mistake] };
            Assert.Equal(Pipeline.Text(world.Assemble()), Pipeline.Text(after.Assemble()));
        }, iter: Cases);

    [Fact]
    public void Nothing_in_a_snapshot_dangles_or_doubles_and_all_is_in_canonical_order() =>
        Generators.Worlds.Sample(world =>
        {
            var snapshot = world.Assemble().Snapshot;
            var (users, groups) = (snapshot.Users.Select(u => u.Id).ToList(), snapshot.Groups.Select(g => g.Id).ToList());
            Assert.Equal(users.Distinct().Order(Ordinal.Comparer), users);
            Assert.Equal(groups.Distinct().Order(Ordinal.Comparer), groups);
            Assert.Equal(snapshot.Users.Count, snapshot.Users.Select(u => u.Email).Distinct(AsciiCaseInsensitive.Comparer).Count());
            Assert.All(snapshot.Users, u => Assert.Matches(@"^[^@\s]+@[^@\s]+\.[^@\s]+$", u.Email));
            Assert.All(snapshot.Users, u => Assert.Equal(u.Attributes.Select(a => a.Name).Distinct().Order(Ordinal.Comparer), u.Attributes.Select(a => a.Name)));
            Assert.All(snapshot.Mappings, m =>
            {
                Assert.Contains(m.GroupId, groups);
                Assert.Contains(m.OtherId, m.Kind == MappingKind.SubGroup ? groups : users);
            });
            Assert.Equal(
                snapshot.Mappings.Distinct().OrderBy(m => m.Kind).ThenBy(m => m.GroupId, Ordinal.Comparer).ThenBy(m => m.OtherId, Ordinal.Comparer), snapshot.Mappings);

            var parents = snapshot.Mappings.Where(m => m.Kind == MappingKind.SubGroup).ToDictionary(m => m.OtherId, m => m.GroupId);
            foreach (var group in groups)
            {
                var (at, steps) = (group, 0);
                while (parents.TryGetValue(at, out var parent)) (at, steps) = (parent, steps + 1 <= groups.Count ? steps + 1 : throw new InvalidOperationException("cycle"));
            }
        }, iter: Cases);

    [Fact]
    public void Without_warnings_nothing_is_missing_but_what_attributes_are_not_sent() => Generators.Worlds.Sample(world =>
    {
        var company = Pipeline.Resolve(world.Events, world.Rules, world.At, world.LastAccepted);
        var all = Assembler.Assemble(company, world.Rules, [], world.LastAccepted, world.At);
        var decided = Assembler.Assemble(company, world.Rules, [], world.LastAccepted, world.At, warnings: false);
        Assert.True(SnapshotDiff.Between(all.Snapshot, decided.Snapshot).IsEmpty());
        Assert.Equal(all.Issues.Where(i => !i.Code.StartsWith("attribute.", StringComparison.Ordinal)), decided.Issues);
    }, iter: Cases);

    [Fact]
    public void A_company_that_is_gone_through_person_by_person_is_the_one_that_is_held() => Generators.Worlds.Sample(world =>
    {
        var (held, packed) = (Of(packed: false), Of(packed: true));
        Assert.Equal(Text(held), Text(packed));
        Assert.Equal(Pipeline.Text(Assembler.Assemble(held, world.Rules, [], world.LastAccepted, world.At)), Pipeline.Text(Assembler.Assemble(packed, world.Rules, [], world.LastAccepted, world.At)));

        Company Of(bool packed) => Pipeline.Resolve(world.Events, world.Rules, world.At, world.LastAccepted, packed);

        static string Text(Company company) => string.Join('\n', company.Members.Select(m =>
            $"{m.Id} {m.IdRule} {m.Identity} {string.Join(',', m.OtherIds)} {string.Join('|', m.Facets.Select(Pipeline.Text))}"));
    }, iter: Cases);

    [Fact]
    public void Nobody_employed_and_no_assignment_is_dropped_without_an_issue() =>
        Generators.Worlds.Sample(world =>
        {
            var company = Pipeline.Resolve(world.Events, world.Rules, world.At, world.LastAccepted);
            var (snapshot, issues) = Assembler.Assemble(company, world.Rules, [], world.LastAccepted, world.At);
            var out_ = issues.Where(i => i.LeftOut).Select(i => (i.Kind, i.Subject, i.TeamId)).ToHashSet();
            var users = snapshot.Users.Select(u => u.Id).ToHashSet();
            var rows = snapshot.Mappings.ToHashSet();
            foreach (var member in company.Members.Where(m => m.Employed && m.Identity != Identity.Eclipsed))
            {
                Assert.True(users.Contains(member.Id) && member.MakesUser || out_.Contains((SubjectKind.Member, member.Id, null)), member.Id);
                if (!users.Contains(member.Id) || !member.MakesUser) continue;
                foreach (var a in member.Assignments)
                {
                    var row = new SnapshotMapping(a.Role == AssignmentRole.Manager ? MappingKind.Manager : MappingKind.Member, a.TeamId, member.Id);
                    Assert.True(rows.Contains(row) || out_.Contains((SubjectKind.Member, member.Id, a.TeamId)));
                }
            }

            foreach (var team in company.Teams.Where(t => t.Exists))
            {
                Assert.True(snapshot.Groups.Any(g => g.Id == team.Id) || out_.Contains((SubjectKind.Team, team.Id, null)));
                if (team.Parent.Value is { } parent)
                    Assert.True(rows.Contains(new SnapshotMapping(MappingKind.SubGroup, parent, team.Id)) || out_.Contains((SubjectKind.Team, team.Id, parent)));
            }

            Assert.Equal(issues.OrderBy(i => IssueOrder.RankOf(i.Code)), issues);
        }, iter: Cases);

    [Fact]
    public void Everybody_s_numbers_are_in_one_member_exactly_and_every_value_names_an_event_that_stands() =>
        Generators.Worlds.Sample(world =>
        {
            var facets = Pipeline.Fold(world.Events, world.Rules, world.At).OfType<MemberFacet>().ToList();
            var company = Pipeline.Resolve(world.Events, world.Rules, world.At, world.LastAccepted);
            Assert.Equal(
                facets.Where(f => f.Stated).Select(f => (f.Source, f.EmployeeId)).Order(),
                company.Members.SelectMany(m => m.Facets).Select(f => (f.Source, f.EmployeeId)).Order());
            Assert.Equal(company.Members.Count(m => m.MakesUser), company.Members.Where(m => m.MakesUser).Select(m => m.Id).Distinct().Count());

            var events = world.Events.ToLookup(e => (e.Source, e.Id));
            foreach (var member in company.Members)
            {
                foreach (var value in (Resolved[])[member.Email, member.FirstName, member.JobTitle, .. member.Attributes.Select(a => a.Value)])
                    Assert.True(value.Value is null || Assert.Single(events[(value.Source!, value.EventId!)]) is Hire or Update);
                Assert.All(member.Assignments, a => Assert.Single(events[(a.Source, a.EventId)]));
                Assert.Equal(member.EverHired, member.EmployedBy is not null);
            }
        }, iter: Cases);
}
