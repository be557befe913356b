using CsCheck;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;

namespace Gateway.Membership.Tests.Sync;

/// <summary>Small companies, by hand and at random.</summary>
internal static class Companies
{
    /// <summary><paramref name="members"/> people M000…, in <paramref name="teams"/> teams T00… in turn; each team's first member manages it.</summary>
    public static Snapshot Of(int members, int teams = 4) => Build(
        Enumerable.Range(0, members).Select(i => User(Id(i))),
        Enumerable.Range(0, teams).Select(i => new SnapshotGroup($"T{i:00}", $"Team {i}")),
        Enumerable.Range(0, members).Select(i => new SnapshotMapping(MappingKind.Member, $"T{i % teams:00}", Id(i)))
            .Concat(Enumerable.Range(0, Math.Min(teams, members)).Select(i => new SnapshotMapping(MappingKind.Manager, $"T{i:00}", Id(i)))));

    public static string Id(int i) => $"M{i:000}";

    public static SnapshotUser User(string id) =>
        new() { Id = id, Email = $"{id}@example.test", FirstName = "Given " + id, JobTitle = "Dev", Attributes = [new("Site", "Lyon")] };

    public static Snapshot Build(IEnumerable<SnapshotUser> users, IEnumerable<SnapshotGroup> groups, IEnumerable<SnapshotMapping> mappings)
    {
        var rows = mappings.Distinct().ToList();
        rows.Sort(CanonicalOrder.Compare);
        return new Snapshot
        {
            Users = [.. users.OrderBy(u => u.Id, Ordinal.Comparer)],
            Groups = [.. groups.OrderBy(g => g.Id, Ordinal.Comparer)],
            Mappings = rows,
        };
    }

    public static Snapshot Without(this Snapshot s, params IEnumerable<string> members)
    {
        var gone = members.ToHashSet();
        return s with
        {
            Users = [.. s.Users.Where(u => !gone.Contains(u.Id))],
            Mappings = [.. s.Mappings.Where(m => m.Kind == MappingKind.SubGroup || !gone.Contains(m.OtherId))],
        };
    }

    public static Snapshot WithoutTeam(this Snapshot s, string team) => s with
    {
        Groups = [.. s.Groups.Where(g => g.Id != team)],
        Mappings = [.. s.Mappings.Where(m => m.GroupId != team && !(m.Kind == MappingKind.SubGroup && m.OtherId == team))],
    };

    public static Snapshot With(this Snapshot s, SnapshotUser user, string? team = "T00") => Build(
        s.Users.Where(u => u.Id != user.Id).Append(user),
        s.Groups,
        team is null ? s.Mappings : s.Mappings.Append(new(MappingKind.Member, team, user.Id)));

    public static Snapshot Change(this Snapshot s, int from, int to, Func<SnapshotUser, SnapshotUser> change) =>
        s with { Users = [.. s.Users.Select((u, i) => i >= from && i < to ? change(u) : u)] };

    public static IReadOnlySet<Change> Changes(Snapshot before, Snapshot after) =>
        Membership.Sync.Change.AllOf(SnapshotDiff.Between(before, after)).ToHashSet();

    // Ids whose order differs between UTF-8 and UTF-16, and e-mails that several people may share.
    private static readonly Gen<string> MemberId = Gen.OneOf("a", "B", "Z9", "\uE000", "\U0001F600", "é", "10", "9", "b", "c", "d", "e");
    private static readonly Gen<string> TeamId = Gen.OneOf("t", "T", "\uFFFD", "\U00020000", "u", "v");
    private static readonly Gen<string?> Text = Gen.OneOf<string?>(null, "x", "y", "é ", "\U0001F600");

    private static readonly Gen<SnapshotUser> RandomUser =
        from id in MemberId
        from email in Gen.OneOf("a@x.test", "b@x.test", "c@x.test")
        from first in Text
        from title in Text
        from language in Text
        from site in Text
        from grade in Text
        select new SnapshotUser
        {
            Id = id, Email = email, FirstName = first, JobTitle = title, Language = language,
            Attributes = [.. new[] { ("Grade", grade), ("Site", site) }.Where(a => a.Item2 is not null).Select(a => new SnapshotAttribute(a.Item1, a.Item2!))],
        };

    /// <summary>Any company of up to 12 people and 6 teams; rows name people and teams that are there.</summary>
    public static readonly Gen<Snapshot> Any =
        from users in RandomUser.List[0, 12]
        from groups in Gen.Select(TeamId, Gen.OneOf("One", "Two", "Three"), (id, name) => new SnapshotGroup(id, name)).List[0, 6]
        from picks in Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1000], Gen.Int[0, 1000]).List[0, 20]
        let people = users.DistinctBy(u => u.Id).ToList()
        let teams = groups.DistinctBy(g => g.Id).ToList()
        select Build(people, teams, teams.Count == 0 || people.Count == 0
            ? []
            : picks.Select(p => new SnapshotMapping(
                (MappingKind)p.Item1,
                teams[p.Item2 % teams.Count].Id,
                p.Item1 == 0 ? teams[p.Item3 % teams.Count].Id : people[p.Item3 % people.Count].Id)));

    /// <summary>The same content, by its difference: lists in records compare by reference.</summary>
    public static bool Same(Snapshot a, Snapshot b) =>
        a.Users.Select(u => u.Id).SequenceEqual(b.Users.Select(u => u.Id))
        && a.Users.Zip(b.Users).All(p => p.First with { Attributes = [] } == p.Second with { Attributes = [] } && p.First.Attributes.SequenceEqual(p.Second.Attributes))
        && a.Groups.SequenceEqual(b.Groups)
        && a.Mappings.SequenceEqual(b.Mappings);
}
