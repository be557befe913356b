using CsCheck;
using Gateway.Membership.Adoption;
using Gateway.Membership.Drift;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Membership.Tests.Sync;
using Xunit;

namespace Gateway.Membership.Tests.Drift;

public class AccountDriftTests
{
    private static readonly Snapshot Base = Companies.Of(20, teams: 4);
    private static readonly IReadOnlySet<string> Nobody = new HashSet<string>();

    /// <summary>As the account would list a company: lower-case e-mails, sub-teams as paths.</summary>
    private static AccountContent Listing(Snapshot s)
    {
        var names = s.Groups.ToDictionary(g => g.Id, g => $"Company > {g.Name}");
        List<string> Of(string user, MappingKind kind) => [.. s.Mappings.Where(m => m.Kind == kind && m.OtherId == user).Select(m => names[m.GroupId])];
        return new(
            [.. s.Users.Select(u => new AccountPerson(AsciiCaseInsensitive.Lower(u.Email), u.FirstName, u.LastName, u.JobTitle, false, Of(u.Id, MappingKind.Member), Of(u.Id, MappingKind.Manager)))],
            [.. s.Groups.Select(g => new AccountTeam(names[g.Id], false, null))]);
    }

    private static AccountContent With(AccountContent account, params AccountPerson[] people) => account with { People = [.. account.People, .. people] };

    private static AccountContent Change(AccountContent account, int i, Func<AccountPerson, AccountPerson> change) =>
        account with { People = [.. account.People.Select((p, at) => at == i ? change(p) : p)] };

    private static AccountPerson Person(string email, bool admin = false) => new(email, "Eva", "More", null, admin, [], []);

    [Fact]
    public void An_account_that_lists_the_company_does_not_differ_whatever_the_case_of_an_address_and_the_path_of_a_team()
    {
        var drift = AccountDrift.Between(Base, Listing(Base), Nobody);
        Assert.True(drift.IsNone());
        Assert.Equal([NotTold.Ids, NotTold.Hierarchy, NotTold.Properties, NotTold.Status], drift.NotComparable);
    }

    [Fact]
    public void Who_is_missing_and_who_is_more_is_told_and_an_administrator_is_set_aside()
    {
        var account = With(Listing(Base.Without("M003")), Person("x@example.test"), Person("boss@example.test", admin: true), Person("left@example.test"));
        var drift = AccountDrift.Between(Base, account, new HashSet<string>(AsciiCaseInsensitive.Comparer) { "LEFT@example.test" });
        Assert.Equal(["M003"], drift.PeopleMissing.Select(p => p.Id));
        Assert.Equal(["x@example.test"], drift.PeopleMore.Select(p => p.Email));
        Assert.Equal(["boss@example.test"], drift.Administrators.Select(p => p.Email));
        Assert.Equal(1, drift.LeftAndListed);
    }

    [Fact]
    public void Teams_are_counted_by_name_and_those_driven_by_rules_set_aside()
    {
        var twins = Base with { Groups = [.. Base.Groups.Append(new("T90", "Team 1"))] };
        var account = Listing(Base.WithoutTeam("T03"));
        account = account with { Teams = [.. account.Teams, new("Board", false, 3), new("Paris", true, 9)] };
        var drift = AccountDrift.Between(twins, account, Nobody);
        Assert.Equal(["T03", "T90"], drift.TeamsMissing.Select(g => g.Id));
        Assert.Equal(["Board"], drift.TeamsMore.Select(t => t.Name));
        Assert.Equal(1, drift.RuleBased);
    }

    [Fact]
    public void A_place_in_a_team_that_only_one_side_has_is_not_reported_twice()
    {
        var account = Listing(Base.WithoutTeam("T03"));
        account = account with { Teams = [.. account.Teams, new("Board", false, 1)] };
        account = Change(account, 1, p => p with { Teams = [.. p.Teams, "Board", "Company > Team 2"] });
        var drift = AccountDrift.Between(Base, account, Nobody);
        Assert.Empty(drift.RowsMissing);
        Assert.Equal([new DriftRow("M001", "member", "Team 2")], drift.RowsMore);
    }

    [Fact]
    public void Places_and_names_that_differ_are_those_that_one_side_has_and_the_other_has_not() => Gen.Select(Companies.Any, Companies.Any, Gen.Bool).Sample((sent, other, told) =>
    {
        // One address is one person there, and a name one team.
        var company = sent with { Users = [.. sent.Users.DistinctBy(u => u.Email)], Groups = [.. sent.Groups.DistinctBy(g => g.Name)] };
        var account = Listing(other) with { People = [.. Listing(other).People.Select(p => p with { TeamsTold = told }).DistinctBy(p => p.Email)] };
        var drift = AccountDrift.Between(company, account, Nobody);

        var (names, there) = (company.Groups.ToDictionary(g => g.Id, g => g.Name), account.People.ToDictionary(p => p.Email));
        var common = names.Values.Intersect(account.Teams.Select(t => ReadingBack.LastOfPath(t.Name))).ToHashSet();
        var both = company.Users.Where(u => there.ContainsKey(u.Email)).ToList();
        var places = !told ? [] : company.Mappings.Where(m => m.Kind != MappingKind.SubGroup && names.ContainsKey(m.GroupId) && both.Any(u => u.Id == m.OtherId))
            .Select(m => new DriftRow(m.OtherId, m.Kind == MappingKind.Manager ? "manager" : "member", names[m.GroupId])).Where(r => common.Contains(r.Team!)).ToHashSet();
        var shown = !told ? [] : both.SelectMany(u => there[u.Email].Teams.Select(t => (Role: "member", Team: t)).Concat(there[u.Email].Manages.Select(t => (Role: "manager", Team: t))), (u, r) => new DriftRow(u.Id, r.Role, ReadingBack.LastOfPath(r.Team)))
            .Where(r => common.Contains(r.Team!)).ToHashSet();
        Assert.Equal(places.Except(shown).ToHashSet(), drift.RowsMissing.ToHashSet());
        Assert.Equal(shown.Except(places).ToHashSet(), drift.RowsMore.ToHashSet());

        static string NameOf(string? first, string? last) => $"{first?.Trim()} {last?.Trim()}".Trim();
        var toldNames = account.People.Any(p => NameOf(p.FirstName, p.LastName).Length > 0);
        Assert.Equal(
            both.Where(u => toldNames && NameOf(u.FirstName, u.LastName) is { Length: > 0 } name && name != NameOf(there[u.Email].FirstName, there[u.Email].LastName)).Select(u => u.Id),
            drift.Fields.Where(f => f.Field == "name").Select(f => f.Id));
    });

    [Fact]
    public void A_person_with_both_roles_who_has_one_of_them_is_named()
    {
        var drift = AccountDrift.Between(Base, Change(Listing(Base), 2, p => p with { Manages = [] }), Nobody);
        Assert.Equal([new DriftRow("M002", "manager", "Team 2")], drift.RolesLost);
        Assert.Equal(drift.RolesLost, drift.RowsMissing);
        var moved = AccountDrift.Between(Base, Change(Listing(Base), 9, p => p with { Teams = [] }), Nobody);
        Assert.Equal([new DriftRow("M009", "member", "Team 1")], moved.RowsMissing);
        Assert.Empty(moved.RolesLost);
    }

    [Fact]
    public void What_is_not_told_is_said_not_to_be_comparable_and_is_no_difference()
    {
        var listing = Listing(Base);
        var silent = listing with { People = [.. listing.People.Select(p => p with { FirstName = null, JobTitle = null, Teams = [], Manages = [], TeamsTold = false, AdminTold = false })] };
        var drift = AccountDrift.Between(Base, silent, Nobody);
        Assert.True(drift.IsNone());
        Assert.Superset(new HashSet<string> { NotTold.Names, NotTold.JobTitles, NotTold.Memberships, NotTold.Administrators, NotTold.Status }, drift.NotComparable.ToHashSet());

        // The flag alone shows that a manager manages nothing.
        var flags = silent with { People = [.. silent.People.Select((p, i) => p with { IsGroupManager = i is 0 or 1 or 3 })] };
        Assert.Equal([new DriftRow("M002", "manager", null)], AccountDrift.Between(Base, flags, Nobody).RowsMissing);
    }

    [Fact]
    public void Names_and_job_titles_that_differ_are_told_and_what_was_not_sent_is_not()
    {
        var sent = Base.Change(4, 5, u => u with { JobTitle = null });
        var account = Change(Change(Change(Listing(sent), 4, p => p with { JobTitle = "Kept" }), 5, p => p with { JobTitle = "Lead" }), 6, p => p with { FirstName = "Otto", LastName = "Other" });
        Assert.Equal(
            [new DriftField("M005", "jobTitle", "Dev", "Lead"), new DriftField("M006", "name", "Given M006", "Otto Other")],
            AccountDrift.Between(sent, account, Nobody).Fields);
    }

    [Fact]
    public void Only_there_is_what_neither_the_last_company_nor_the_next_has()
    {
        var next = Base.Without("M000").With(Companies.User("M100"));
        var account = With(Listing(Base), Person("M100@EXAMPLE.test"), Person("Z@example.test"), Person("a@example.test"), Person("boss@example.test", admin: true), Person("gone@example.test"));
        account = account with { Teams = [.. account.Teams, new("Up > Board", false, 1), new("Rule", true, 1)] };
        Assert.Equal(["a@example.test", "boss@example.test", "gone@example.test", "z@example.test"], OnlyThere.Strangers(Base, next, account).Order(Ordinal.Comparer));
        var there = OnlyThere.Of(Base, next, account, new HashSet<string> { "gone@example.test" });
        Assert.Equal(["a@example.test", "z@example.test"], there.People);
        Assert.Equal(["Board"], there.Teams);
    }

    [Theory]
    [InlineData(4, 1, false)]
    [InlineData(5, 1, true)]
    [InlineData(6, 0, true)]
    public void People_only_there_count_with_those_whom_the_run_removes(int there, int removed, bool held)
    {
        var next = Base.Without(Enumerable.Range(5, removed).Select(Companies.Id));
        var verdict = Guard.Check(Input(next, People(there)), new());
        if (!held) Assert.IsType<GuardVerdict.Pass>(verdict);
        else
        {
            var reason = Assert.Single(Assert.IsType<GuardVerdict.Hold>(verdict).Reasons);
            Assert.Equal((GuardRules.AccountDiffers, there + removed, 5, there), (reason.Rule, reason.Number, reason.Limit, reason.Subjects.Count()));
        }
    }

    [Fact]
    public void A_team_only_there_counts_with_those_that_the_run_removes()
    {
        var there = new OnlyThere([], ["Board"]);
        Assert.IsType<GuardVerdict.Pass>(Guard.Check(Input(Base, there), new()));
        var verdict = Assert.IsType<GuardVerdict.Hold>(Guard.Check(Input(Base, new([], ["Board", "Guests"])), new()));
        Assert.Equal((GuardRules.AccountDiffers, 2, 1), verdict.Reasons.Select(r => (r.Rule, r.Number, r.Limit)).Single());
    }

    [Fact]
    public void A_rejection_of_people_only_there_stands_while_one_of_them_is_there_even_below_the_limit()
    {
        var next = Base.Without("M010");
        var rejection = new Rejection("7", People(10).Changes().ToHashSet());
        Assert.IsType<Decision.Rejected>(Decide(next, People(1), rejection));
        Assert.IsType<Decision.Send>(Decide(next, OnlyThere.Nothing, rejection));
        Assert.IsType<Decision.Send>(Decide(next, People(1)));
    }

    private static OnlyThere People(int count) => new([.. Enumerable.Range(0, count).Select(i => $"x{i}@example.test")], []);

    private static GuardInput Input(Snapshot next, OnlyThere there) =>
        new() { Accepted = Base, Next = next, ContentHash = "hash", Difference = SnapshotDiff.Between(Base, next), OnlyThere = there };

    private static Decision Decide(Snapshot next, OnlyThere there, params Rejection[] rejections) => Decision.Of(new DecisionInput
    {
        Verdict = Guard.Check(Input(next, there), new()),
        Difference = SnapshotDiff.Between(Base, next),
        ContentHash = "hash",
        Accepted = null,
        Now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero),
        ResendAfter = TimeSpan.FromDays(7),
        HoldFor = TimeSpan.FromDays(7),
        OnlyThere = there,
        Rejections = rejections,
    });
}
