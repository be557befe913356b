using CsCheck;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Xunit;

namespace Gateway.Membership.Tests.Sync;

/// <summary>Whoever is held, and whatever changed: what is sent of the others is a company.</summary>
public class RestLaws
{
    private const int People = 8, Teams = 5;

    /// <summary>E-mails and names are nobody else's, and no team is its own ancestor: as assembled.</summary>
    private static readonly Gen<Snapshot> Company =
        from here in Gen.Bool.Array[People]
        from emails in Gen.Shuffle(Enumerable.Range(0, People + 2).ToArray())
        from titles in Gen.Int[0, 2].Array[People]
        from exist in Gen.Bool.Array[Teams]
        from names in Gen.Shuffle(Enumerable.Range(0, Teams + 1).ToArray())
        from order in Gen.Shuffle(Enumerable.Range(0, Teams).ToArray())
        from parents in Gen.Int[-1, Teams - 1].Array[Teams]
        from places in Gen.Select(Gen.Bool, Gen.Int[0, Teams - 1], Gen.Int[0, People - 1]).Array[0, 14]
        select Companies.Build(
            Enumerable.Range(0, People).Where(i => here[i]).Select(i => new SnapshotUser { Id = Companies.Id(i), Email = $"{(i % 2 == 0 ? "Mail" : "mail")}{emails[i]}@example.test", JobTitle = $"{titles[i]}" }),
            Enumerable.Range(0, Teams).Where(i => exist[i]).Select(i => new SnapshotGroup($"T{i}", $"Team {names[i]}")),
            places.Where(p => exist[p.Item2] && here[p.Item3]).Select(p => new SnapshotMapping(p.Item1 ? MappingKind.Manager : MappingKind.Member, $"T{p.Item2}", Companies.Id(p.Item3)))
                .Concat(Enumerable.Range(0, Teams).Where(i => parents[i] >= 0 && exist[i] && exist[parents[i]] && Array.IndexOf(order, parents[i]) < Array.IndexOf(order, i))
                    .Select(i => new SnapshotMapping(MappingKind.SubGroup, $"T{parents[i]}", $"T{i}"))));

    private static readonly Gen<HeldSubjects> Held = Gen.Select(
        Gen.Int[0, People - 1].Select(Companies.Id).Array[0, 4], Gen.Int[0, Teams - 1].Select(i => $"T{i}").Array[0, 2], (m, t) => new HeldSubjects(m.ToHashSet(), t.ToHashSet()));

    [Fact]
    public void The_rest_is_a_company_in_which_the_held_are_as_accepted_and_all_others_as_today() =>
        Gen.Select(Company, Company, Held).Sample((accepted, today, held) =>
        {
            var rest = Rest.Of(accepted, today, held);
            var (members, teams) = (rest.KeptMembers.Concat(rest.WaitingMembers).ToHashSet(), rest.KeptTeams.Concat(rest.WaitingTeams).ToHashSet());

            Assert.True(IsCompany(rest.Snapshot), "It dangles, or two are one.");
            foreach (var i in Enumerable.Range(0, People))
                Assert.Equal(Person(members.Contains(Companies.Id(i)) ? accepted : today, Companies.Id(i)), Person(rest.Snapshot, Companies.Id(i)));
            foreach (var i in Enumerable.Range(0, Teams))
                Assert.Equal(Team(teams.Contains($"T{i}") ? accepted : today, $"T{i}"), Team(rest.Snapshot, $"T{i}"));
            // Whoever is held is among them, unless they are as they were.
            Assert.All(held.Members, id => Assert.Equal(Person(accepted, id), Person(rest.Snapshot, id)));
            Assert.All(held.Members.Where(id => Person(accepted, id) != Person(today, id)), id => Assert.Contains(id, members));
            Assert.All(held.Teams, id => Assert.Equal(Team(accepted, id), Team(rest.Snapshot, id)));
            Assert.All(held.Teams.Where(id => Team(accepted, id) != Team(today, id)), id => Assert.Contains(id, teams));
            Assert.All(rest.WaitingMembers, id => Assert.DoesNotContain(id, accepted.Users.Select(u => u.Id)));
            Assert.All(rest.KeptTeams, id => Assert.Contains(id, accepted.Groups.Select(g => g.Id)));
            Assert.True(Companies.Same(rest.Snapshot, Companies.Build(rest.Snapshot.Users, rest.Snapshot.Groups, rest.Snapshot.Mappings)), "It is not in its order.");
        }, iter: 5_000);

    [Fact]
    public void Without_anybody_held_it_is_today_and_with_everybody_it_is_what_was_accepted() => Gen.Select(Company, Company).Sample((accepted, today) =>
    {
        var all = new HeldSubjects(Enumerable.Range(0, People).Select(Companies.Id).ToHashSet(), Enumerable.Range(0, Teams).Select(i => $"T{i}").ToHashSet());
        return Companies.Same(today, Rest.Of(accepted, today, new(new HashSet<string>(), new HashSet<string>())).Snapshot) && Companies.Same(accepted, Rest.Of(accepted, today, all).Snapshot);
    });

    [Fact]
    public void A_person_waits_who_has_the_e_mail_that_somebody_keeps_and_nobody_else_does()
    {
        var accepted = Companies.Of(6, teams: 2);
        var today = accepted.Without("M003").With(Companies.User("M900") with { Email = "m003@example.test" }).With(Companies.User("M901"));

        var rest = Rest.Of(accepted, today, HeldSubjects.Of([Change.Removed(accepted.Users[3])]));

        Assert.Equal(["M003"], rest.KeptMembers);
        Assert.Equal(["M900"], rest.WaitingMembers);
        Assert.Contains(rest.Snapshot.Users, u => u.Id == "M901");
        Assert.Contains(new SnapshotMapping(MappingKind.Member, "T01", "M003"), rest.Snapshot.Mappings);
    }

    [Fact]
    public void A_team_stays_that_somebody_who_is_kept_was_in()
    {
        var accepted = Companies.Of(6, teams: 2);
        accepted = Companies.Build(accepted.Users, accepted.Groups.Append(new("T09", "Parent")), accepted.Mappings.Append(new(MappingKind.SubGroup, "T09", "T01")));
        var today = accepted.WithoutTeam("T01").WithoutTeam("T09").Without("M003");

        var rest = Rest.Of(accepted, today, new(new HashSet<string> { "M003" }, new HashSet<string>()));

        Assert.Equal(["T01", "T09"], rest.KeptTeams);
        Assert.Contains(new SnapshotMapping(MappingKind.SubGroup, "T09", "T01"), rest.Snapshot.Mappings);
        // Whoever else was in it is not any more.
        Assert.Equal(["M003"], rest.Snapshot.Mappings.Where(m => m is { Kind: MappingKind.Member, GroupId: "T01" }).Select(m => m.OtherId));
    }

    private static string Person(Snapshot s, string id) =>
        $"{s.Users.SingleOrDefault(u => u.Id == id)} {string.Join(' ', s.Mappings.Where(m => m.Kind != MappingKind.SubGroup && m.OtherId == id))}";

    private static string Team(Snapshot s, string id) =>
        $"{s.Groups.SingleOrDefault(g => g.Id == id)} {string.Join(' ', s.Mappings.Where(m => m.Kind == MappingKind.SubGroup && m.OtherId == id))}";

    private static bool IsCompany(Snapshot s)
    {
        var (people, teams) = (s.Users.Select(u => u.Id).ToHashSet(), s.Groups.Select(g => g.Id).ToHashSet());
        var parent = s.Mappings.Where(m => m.Kind == MappingKind.SubGroup).ToDictionary(m => m.OtherId, m => m.GroupId);
        return s.Mappings.All(m => teams.Contains(m.GroupId) && (m.Kind == MappingKind.SubGroup ? teams : people).Contains(m.OtherId))
            && s.Users.Select(u => u.Email.ToUpperInvariant()).Distinct().Count() == s.Users.Count
            && s.Groups.Select(g => g.Name).Distinct().Count() == s.Groups.Count
            && s.Groups.All(g => !Goes(g.Id, g.Id, 0));

        bool Goes(string from, string to, int steps) => parent.TryGetValue(from, out var next) && (next == to || (steps < Teams && Goes(next, to, steps + 1)));
    }
}
