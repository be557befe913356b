using CsCheck;
using Gateway.Membership.Adoption;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Xunit;

namespace Gateway.Membership.Tests.Adoption;

public sealed class AdoptionTests
{
    [Theory]
    [InlineData("Développement", "developpement", "accents, case, spaces or punctuation")]
    [InlineData("R&D", "R & D", "accents, case, spaces or punctuation")]
    [InlineData("Sales  Europe", "Sales Europe", "accents, case, spaces or punctuation")]
    [InlineData("Europe Sales", "Sales Europe", "the order of words")]
    [InlineData("Sales", "Sales Europe", "a word more or less")]
    [InlineData("Sales Team Europe", "Sales Europe", "a word more or less")]
    [InlineData("Marketting", "Marketing", "a letter")]
    [InlineData("Logistics", "Logistica", "a letter")]
    [InlineData("Ops", "Opa", null)]
    [InlineData("Sales", "Finance", null)]
    [InlineData("Team 1", "Team 2", "a letter")]
    [InlineData("", "Sales", null)]
    public void Names_that_may_mean_the_same_are_told_and_found_by_a_key_in_common(string one, string other, string? why)
    {
        Assert.Equal(why, Likeness.Of(one, other));
        Assert.Equal(why, Likeness.Of(other, one));
        if (why is not null) Assert.NotEmpty(Likeness.Keys(one).Intersect(Likeness.Keys(other)));
    }

    [Fact]
    public void Who_is_called_otherwise_there_is_sent_so_first_and_truly_once_the_id_is_known()
    {
        var company = Company(("T1", "Design"), ("T2", "Sales"));
        AdoptionDecision[] decisions = [Same(AdoptionKind.Team, "Old design", "T1"), Same(AdoptionKind.Person, "OLD@example.test", "E1")];

        var first = FirstStep.Of(company, null, decisions);
        Assert.Equal([new("T1", "Old design"), new("T2", "Sales")], first.Snapshot.Groups);
        Assert.Equal("OLD@example.test", first.Snapshot.Users[0].Email);
        Assert.Equal(
            [new Change(ChangeKind.TeamName, "T1", null, "Old design", "Design"), new Change(ChangeKind.MemberField, "E1", UserFields.Email, "OLD@example.test", "e1@example.test")],
            first.Later);

        var second = FirstStep.Of(company, first.Snapshot, decisions);
        Assert.Same(company, second.Snapshot);
        Assert.Empty(second.Later);
        var difference = SnapshotDiff.Between(first.Snapshot, company);
        Assert.Equal(Change.AllOf(difference).ToHashSet(), FirstStep.Foreseen(difference, decisions));
    }

    [Fact]
    public void A_newcomer_is_not_taken_for_the_team_whose_name_it_has_there()
    {
        var company = Company(("T1", "Design"), ("T2", "Old design"));
        var first = FirstStep.Of(company, null, [Same(AdoptionKind.Team, "Old design", "T1")]);
        Assert.Equal([new("T1", "Old design"), new("T2", "Old design (T2)")], first.Snapshot.Groups);
        Assert.Equal(2, first.Later.Count);
    }

    [Fact]
    public void A_name_that_another_known_team_has_is_not_given_away()
    {
        var company = Company(("T1", "Design"), ("T2", "Old design"));
        var accepted = Company(("T2", "Old design"));
        Assert.Same(company, FirstStep.Of(company, accepted, [Same(AdoptionKind.Team, "Old design", "T1")]).Snapshot);
    }

    [Fact]
    public void An_address_that_somebody_else_has_here_is_not_given_away()
    {
        var company = Company(("T1", "Design")) with { Users = [User("E1", "e1@example.test"), User("E2", "old@example.test")] };
        Assert.Same(company, FirstStep.Of(company, null, [Same(AdoptionKind.Person, "old@example.test", "E1")]).Snapshot);
    }

    [Fact]
    public void What_a_first_sync_would_lose_is_open_until_it_is_decided()
    {
        var company = Company(("T1", "Design"), ("T2", "Sales"));
        var account = new AccountContent(
            [Person("e1@example.test"), Person("gone@example.test"), Person("admin@example.test") with { IsAdmin = true }, Person("ana@example.test") with { FirstName = "Ana", LastName = "One" }],
            [new("Design", false, 3), new("Design team", false, 1), new("Rule", true, 5), new("Sales", false, 1), new("Sales", false, 2)]);

        var report = AdoptionReport.Of(company with { Users = [User("E1", "e1@example.test"), User("E2", "ana.one@example.test", "Ana", "One")] }, account, []);
        Assert.Equal((1, 3), (report.PeopleMatched, report.TeamsMatched));
        Assert.Equal(
            [
                new OpenItem(AdoptionKind.Team, "Sales", OpenReason.SharedName), new(AdoptionKind.Team, "Design team", OpenReason.OnlyThere),
                new(AdoptionKind.Person, "gone@example.test", OpenReason.OnlyThere), new(AdoptionKind.Person, "ana@example.test", OpenReason.Near),
            ], report.Open);
        Assert.Equal(["admin@example.test"], report.Administrators.Select(p => p.Email));
        Assert.Equal(["Rule"], report.RuleBased.Select(t => t.Name));

        var decided = AdoptionReport.Of(company, account with { Teams = [.. account.Teams.Where(t => t.People != 2)] },
            [new(AdoptionKind.Team, "Design team", AdoptionAction.LetGo, null), new(AdoptionKind.Person, "GONE@example.test", AdoptionAction.LetGo, null), Same(AdoptionKind.Person, "ana@example.test", "E1")]);
        Assert.Equal([new OpenItem(AdoptionKind.Person, "e1@example.test", OpenReason.OnlyThere)], decided.Open);
    }

    [Fact]
    public void Near_is_whoever_has_a_like_name_though_not_all_are_compared_with_all()
    {
        var name = Gen.OneOf("Ana", "ana", "Ána", "Marketing", "Marketting", "Sales Europe", "Europe Sales", "Sales", "", "Logistica");
        var names = Gen.Select(name, name).List[0, 6];
        Gen.Select(names, names).Sample((here, there) =>
        {
            var company = Company() with { Users = [.. here.Select((n, i) => User($"E{i}", $"e{i}@example.test", n.Item1, n.Item2))] };
            var people = there.Select((n, i) => Person($"there{i}@example.test") with { FirstName = n.Item1, LastName = n.Item2 }).ToList();
            static string NameThere(NearPerson p) => $"{p.There.FirstName} {p.There.LastName}".Trim();
            static string NameHere(NearPerson p) => $"{p.Here.FirstName} {p.Here.LastName}".Trim();

            var near = AdoptionReport.Of(company, new AccountContent(people, []), []).PeopleNear;
            Assert.Equal(
                people.SelectMany(p => company.Users, (There, Here) => new NearPerson(There, Here))
                    .Where(p => Likeness.Keys(NameThere(p)).Intersect(Likeness.Keys(NameHere(p))).Any())
                    .Where(p => NameThere(p) == NameHere(p) || Likeness.Of(NameThere(p), NameHere(p)) is not null).ToHashSet(),
                near.ToHashSet());
            Assert.Equal(near.Count, near.Distinct().Count());
        }, iter: 300);
    }

    [Fact]
    public void The_structure_of_before_comes_back_with_the_people_of_today()
    {
        var earlier = Company(("A", "All"), ("B", "Gone")) with
        {
            Users = [User("E1", "e1@example.test"), User("E2", "e2@example.test")],
            Mappings = [new(MappingKind.SubGroup, "A", "B"), new(MappingKind.Manager, "B", "E2"), new(MappingKind.Member, "A", "E1"), new(MappingKind.Member, "B", "E1")],
        };
        var today = Company(("A", "All of us"), ("C", "New")) with
        {
            Users = [User("E1", "e1@example.test"), User("E3", "e3@example.test")],
            Mappings = [new(MappingKind.SubGroup, "A", "C"), new(MappingKind.Member, "A", "E3"), new(MappingKind.Member, "C", "E1")],
        };
        var sent = RestoredCompany.Structure(earlier, today);
        Assert.Equal([new("A", "All"), new("B", "Gone"), new("C", "New")], sent.Groups);
        Assert.Equal(
            [new(MappingKind.SubGroup, "A", "B"), new(MappingKind.SubGroup, "A", "C"), new(MappingKind.Member, "A", "E3"), new(MappingKind.Member, "B", "E1"), new(MappingKind.Member, "C", "E1")],
            sent.Mappings);
        Assert.Same(today.Users, sent.Users);
    }

    private static AdoptionDecision Same(AdoptionKind kind, string there, string here) => new(kind, there, AdoptionAction.Same, here);

    private static AccountPerson Person(string email) => new(email, null, null, null, false, [], []);

    private static SnapshotUser User(string id, string email, string? first = null, string? last = null) => new() { Id = id, Email = email, FirstName = first, LastName = last };

    private static Snapshot Company(params (string Id, string Name)[] teams) => new()
    {
        Users = [User("E1", "e1@example.test")],
        Groups = [.. teams.Select(t => new SnapshotGroup(t.Id, t.Name))],
        Mappings = [],
    };
}
