using System.Text.Json;

namespace Gateway.Tests.Sync.Histories;

/// <summary>A person as the company knows them, whatever any system says.</summary>
internal sealed record Person(string Id, string Email, string First, string Title, bool Employed)
{
    public required IReadOnlySet<(string Team, string Role)> Places { get; init; }
}

/// <summary>A team as the company knows it.</summary>
internal sealed record Unit(string Id, string Name, string? Parent, bool Exists);

/// <summary>A company as it was.</summary>
internal sealed record Remembered(Dictionary<string, Person> People, Dictionary<string, Unit> Teams, int Leaving, int Sent);

/// <summary>
/// A company that changes at random, and the events its HR system would send: what is true is kept here in the plainest way, so that it can be compared with what a
/// gateway made of the events.
/// </summary>
internal sealed class RandomCompany(Random random)
{
    private readonly List<(DateTimeOffset At, string Person)> _leaving = [];
    private readonly List<string> _sent = [];
    private readonly HashSet<string> _swapped = [];
    private readonly HashSet<string> _inherited = [];
    private int _events, _numbers, _addresses;

    public Dictionary<string, Person> People { get; private set; } = [];

    public Dictionary<string, Unit> Teams { get; private set; } = [];

    public IEnumerable<Person> Employed => People.Values.Where(p => p.Employed);

    public IEnumerable<Unit> Existing => Teams.Values.Where(t => t.Exists);

    /// <summary>How it is, to come back to where nothing that was announced has come due since.</summary>
    public Remembered Remember() => new(new(People), new(Teams), _leaving.Count, _sent.Count);

    /// <summary>What was sent since never happened: the events that say so.</summary>
    public List<string> ComeBack(Remembered then)
    {
        (People, Teams) = (new(then.People), new(then.Teams));
        _leaving.RemoveRange(then.Leaving, _leaving.Count - then.Leaving);
        return [.. _sent.Skip(then.Sent).ToList().Select(id => Event("retract", $"\"eventId\":\"{id}\""))];
    }

    /// <summary>What was announced and is due by now.</summary>
    public bool PassTo(DateTimeOffset now)
    {
        var due = _leaving.FindAll(l => l.At <= now);
        foreach (var (_, id) in due) People[id] = People[id] with { Employed = false, Places = Nowhere };
        _leaving.RemoveAll(due.Contains);
        return due.Count > 0;
    }

    public IEnumerable<string> Found(int teams, int people)
    {
        for (var i = 0; i < teams; i++) yield return NewTeam($"Team {i}");
        for (var i = 0; i < people; i++) yield return Hire();
    }

    /// <summary>Up to this many things happen; each gives one event or several.</summary>
    public List<string> Happen(int most, DateTimeOffset now)
    {
        var events = new List<string>();
        for (var n = random.Next(most + 1); n > 0; n--) events.AddRange(Something(now));
        return events;
    }

    private IEnumerable<string> Something(DateTimeOffset now)
    {
        switch (random.Next(18))
        {
            case 0 or 1 or 2: return [Hire()];
            case 3 when MayLeave() is { Count: > 8 } people: return [Leave(Any(people))];
            case 4 when MayLeave() is { Count: > 8 } people: return [LeaveLater(Any(people), now)];
            case 5 or 6: return [Move(Any(Stays()))];
            case 7: return [Assign(Any(Stays()))];
            case 8 when People.Values.FirstOrDefault(p => !p.Employed) is { } gone: return [Rehire(gone)];
            case 9: return [Change(Any(Stays()), p => p with { Title = $"Title {random.Next(1000)}" })];
            case 10: return [Change(Any(Stays()), p => p with { Email = NewAddress() })];
            case 11: return SwapAddresses(Any(Stays()), Any(Stays()));
            case 12: return [NewTeam(random.Next(3) == 0 ? Any(Teams.Values.ToList()).Name : $"Team {Teams.Count}")];
            case 13: return [Rename(Any(Existing.ToList()), $"Renamed {random.Next(100_000)}")];
            case 14: return SwapNames(Any(Existing.ToList()), Any(Existing.ToList()));
            case 15 when Existing.Count() > 4: return [Close(Any(Existing.ToList()))];
            case 16 when Teams.Values.FirstOrDefault(t => !t.Exists) is { } closed: return [Rename(closed, closed.Name)];
            case 17: return [Under(Any(Existing.ToList()), Any(Existing.ToList()))];
            default: return [];
        }
    }

    private static readonly IReadOnlySet<(string, string)> Nowhere = new HashSet<(string, string)>();

    /// <summary>Nobody who is about to leave: what is said of them until then is their last word, not ours.</summary>
    private List<Person> Stays() => [.. Employed.Where(p => !_leaving.Exists(l => l.Person == p.Id))];

    /// <summary>Whoever leaves keeps their address there, so that nobody else can have it: not those who swapped theirs.</summary>
    private List<Person> MayLeave() => Stays().FindAll(p => !_swapped.Contains(p.Id));

    private T Any<T>(List<T> list) => list[random.Next(list.Count)];

    private string NewAddress() => $"{(random.Next(2) == 0 ? "Ana" : "ana")}.{_addresses++}@example.test";

    private HashSet<(string, string)> SomePlaces() =>
        [.. Enumerable.Range(0, random.Next(3)).Select(_ => (Any(Existing.ToList()).Id, random.Next(6) == 0 ? "manager" : "member"))];

    private string Hire()
    {
        // A newcomer may get the address of somebody who left.
        var left = People.Values.FirstOrDefault(p => !p.Employed && Employed.All(e => !e.Email.Equals(p.Email, StringComparison.OrdinalIgnoreCase)));
        var email = left is not null && random.Next(4) == 0 ? left.Email : NewAddress();
        if (email == left?.Email) _inherited.Add(email);
        var person = new Person($"E{_numbers++:000}", email, $"Ñandú {random.Next(100)}", "", Employed: true) { Places = SomePlaces() };
        People.Add(person.Id, person);
        return HireOf(person);
    }

    private string Rehire(Person gone)
    {
        var back = gone with { Employed = true, Email = NewAddress(), Places = SomePlaces() };
        People[gone.Id] = back;
        return HireOf(back);
    }

    private string HireOf(Person person) => Event("hire",
        $$"""
        "employeeId":"{{person.Id}}","member":{{JsonSerializer.Serialize(new { email = person.Email, firstName = person.First, jobTitle = person.Title })}},
        "teams":{{JsonSerializer.Serialize(person.Places.Select(p => new { teamId = p.Team, role = p.Role }))}}
        """);

    private string Leave(Person person)
    {
        People[person.Id] = person with { Employed = false, Places = Nowhere };
        return Event("leave", $"\"employeeId\":\"{person.Id}\"");
    }

    private string LeaveLater(Person person, DateTimeOffset now)
    {
        var at = now.AddMinutes(random.Next(60, 6000));
        _leaving.Add((at, person.Id));
        return Event("leave", $"\"employeeId\":\"{person.Id}\",\"effectiveAt\":\"{at:O}\"");
    }

    private string Move(Person person)
    {
        var to = Any(Existing.ToList()).Id;
        People[person.Id] = person with { Places = person.Places.Where(p => p.Role == "manager").Append((to, "member")).ToHashSet() };
        return Event("move", $"\"employeeId\":\"{person.Id}\",\"to\":\"{to}\"");
    }

    private string Assign(Person person)
    {
        var place = (Team: Any(Existing.ToList()).Id, Role: random.Next(3) == 0 ? "manager" : "member");
        var ends = person.Places.Contains(place);
        People[person.Id] = person with { Places = (ends ? person.Places.Where(p => p != place) : person.Places.Append(place)).ToHashSet() };
        return Event(ends ? "unassign" : "assign", $"\"employeeId\":\"{person.Id}\",\"teamId\":\"{place.Team}\",\"role\":\"{place.Role}\"");
    }

    private string Change(Person person, Func<Person, Person> change)
    {
        var changed = People[person.Id] = change(person);
        return Event("update", $"\"employeeId\":\"{person.Id}\",\"member\":{JsonSerializer.Serialize(new { email = changed.Email, jobTitle = changed.Title })}");
    }

    private IEnumerable<string> SwapAddresses(Person one, Person other)
    {
        // An address that a newcomer inherited may still be that of the one who left, as far as the account knows.
        if (_inherited.Contains(one.Email) || _inherited.Contains(other.Email)) return [];
        _swapped.UnionWith([one.Id, other.Id]);
        return one == other ? [] : [Change(one, p => p with { Email = other.Email }), Change(other, p => p with { Email = one.Email })];
    }

    private string NewTeam(string name)
    {
        var team = new Unit($"T{Teams.Count}", name, null, Exists: true);
        return TeamOf(team);
    }

    private string Rename(Unit team, string name) => TeamOf(team with { Name = name, Exists = true });

    private IEnumerable<string> SwapNames(Unit one, Unit other) => one == other ? [] : [Rename(one, other.Name), Rename(other, one.Name)];

    private string Close(Unit team)
    {
        Teams[team.Id] = team with { Exists = false };
        return Event("team-close", $"\"teamId\":\"{team.Id}\"");
    }

    /// <summary>Moves a team below another one, or to the top where that would make a circle.</summary>
    private string Under(Unit team, Unit parent)
    {
        for (var above = parent; ; above = Teams[above.Parent!])
        {
            if (above.Id == team.Id) return TeamOf(team with { Parent = null });
            if (above.Parent is null) return TeamOf(team with { Parent = parent.Id });
        }
    }

    private string TeamOf(Unit team)
    {
        Teams[team.Id] = team;
        return Event("team", $"\"teamId\":\"{team.Id}\",\"name\":{JsonSerializer.Serialize(team.Name)},\"parentId\":{JsonSerializer.Serialize(team.Parent)}");
    }

    private string Event(string type, string rest)
    {
        var id = $"h{_events++}";
        if (type != "retract") _sent.Add(id);
        return $$"""{"id":"{{id}}","type":"{{type}}",{{rest}}}""";
    }
}
