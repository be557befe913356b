using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gateway.Tests.Faults;

/// <summary>One event of the load, and what it does to its person: known before it is sent.</summary>
/// <param name="Id">Unique in the whole run.</param>
/// <param name="Person">Whom it is about.</param>
/// <param name="At">When it was recorded and is effective; no two of a person are equal.</param>
internal abstract record Fact(string Id, string Person, DateTimeOffset At)
{
    public sealed record Hired(string Id, string Person, DateTimeOffset At, string Title, string Team) : Fact(Id, Person, At);

    public sealed record Titled(string Id, string Person, DateTimeOffset At, string Title) : Fact(Id, Person, At);

    public sealed record Moved(string Id, string Person, DateTimeOffset At, string Team) : Fact(Id, Person, At);

    public sealed record Left(string Id, string Person, DateTimeOffset At) : Fact(Id, Person, At);

    public sealed record Retracted(string Id, string Person, DateTimeOffset At, string Target) : Fact(Id, Person, At);

    public string Json()
    {
        var start = $$"""{"id":"{{Id}}","occurredAt":"{{At.ToString("O", CultureInfo.InvariantCulture)}}",""";
        return this switch
        {
            Hired h => start + $$$"""
                "type":"hire","employeeId":"{{{Person}}}","member":{"email":"{{{Person}}}@example.test","firstName":"Ana","jobTitle":"{{{h.Title}}}"},"teams":[{"teamId":"{{{h.Team}}}"}]}
                """,
            Titled t => start + $$$""" "type":"update","employeeId":"{{{Person}}}","member":{"jobTitle":"{{{t.Title}}}"}}""",
            Moved m => start + $$""" "type":"move","employeeId":"{{Person}}","to":"{{m.Team}}"}""",
            Left => start + $$""" "type":"leave","employeeId":"{{Person}}"}""",
            Retracted r => start + $$""" "type":"retract","eventId":"{{r.Target}}"}""",
            _ => throw new InvalidOperationException("A closed family has no other case."),
        };
    }

    public byte[] Utf8() => Encoding.UTF8.GetBytes(Json());
}

/// <summary>Somebody as the snapshot is to have them.</summary>
internal sealed record Somebody(string Title, string Team);

/// <summary>What a company comes to, told apart from the product's own rules: whoever was hired and has not left, with the last title and team.</summary>
internal static class ExpectedCompany
{
    public static Dictionary<string, Somebody> Of(IEnumerable<Fact> facts)
    {
        var all = facts.ToList();
        var retracted = all.OfType<Fact.Retracted>().Select(r => r.Target).ToHashSet(StringComparer.Ordinal);
        var company = new Dictionary<string, Somebody>(StringComparer.Ordinal);
        foreach (var person in all.Where(f => f is not Fact.Retracted && !retracted.Contains(f.Id)).GroupBy(f => f.Person, StringComparer.Ordinal))
        {
            string title = "", team = "";
            var employed = false;
            foreach (var fact in person.OrderBy(f => f.At))
            {
                switch (fact)
                {
                    case Fact.Hired h:
                        (title, team, employed) = (h.Title, h.Team, true);
                        break;
                    case Fact.Titled t:
                        title = t.Title;
                        break;
                    case Fact.Moved m:
                        team = m.Team;
                        break;
                    case Fact.Left:
                        (team, employed) = ("", false);
                        break;
                    default:
                        throw new InvalidOperationException("A closed family has no other case.");
                }
            }

            if (employed) company.Add(person.Key, new Somebody(title, team));
        }

        return company;
    }

    /// <summary>The same, from the body of a snapshot.</summary>
    public static Dictionary<string, Somebody> Of(JsonElement snapshot)
    {
        var teams = snapshot.GetProperty("mappings").EnumerateArray().Where(m => m.GetProperty("isMember").GetBoolean() && m.GetProperty("userId").GetString() is { Length: > 0 })
            .ToDictionary(m => m.GetProperty("userId").GetString()!, m => m.GetProperty("groupId").GetString()!, StringComparer.Ordinal);
        return snapshot.GetProperty("users").EnumerateArray().ToDictionary(
            u => u.GetProperty("id").GetString()!,
            u => new Somebody(u.GetProperty("jobTitle").GetString()!, teams.GetValueOrDefault(u.GetProperty("id").GetString()!, "")), StringComparer.Ordinal);
    }

    /// <summary>Whoever differs, at most a few; empty: the same.</summary>
    public static IReadOnlyList<string> Differences(Dictionary<string, Somebody> expected, Dictionary<string, Somebody> found) =>
    [
        .. expected.Keys.Union(found.Keys, StringComparer.Ordinal).Where(p => expected.GetValueOrDefault(p) != found.GetValueOrDefault(p)).Take(20)
            .Select(p => $"{p}: expected {Text(expected.GetValueOrDefault(p))}, found {Text(found.GetValueOrDefault(p))}"),
    ];

    private static string Text(Somebody? somebody) => somebody?.ToString() ?? "nobody";
}

/// <summary>Makes the load's events: one person after another, a few facts each, some out of order, some taken back.</summary>
internal sealed class Script(string name, Random random, DateTimeOffset start)
{
    public static readonly string[] Teams = ["T0", "T1", "T2", "T3"];

    private readonly Queue<Fact> _coming = new();
    private int _people;
    private int _facts;

    public Fact Next()
    {
        if (_coming.Count == 0) AddPerson();
        return _coming.Dequeue();
    }

    public IReadOnlyList<Fact> Next(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    private void AddPerson()
    {
        var person = $"{name}-{++_people}";
        var facts = new List<Fact> { new Fact.Hired(Id(), person, At(), Title(), Team()) };
        for (var more = random.Next(2, 8); more > 0; more--)
            facts.Add(random.Next(3) == 0 ? new Fact.Moved(Id(), person, At(), Team()) : new Fact.Titled(Id(), person, At(), Title()));
        // A retraction may come before what it takes back, and a title before the hire.
        if (random.Next(4) == 0) facts.Insert(random.Next(facts.Count), new Fact.Retracted(Id(), person, At(), facts[^1].Id));
        if (random.Next(8) == 0) facts.Add(new Fact.Left(Id(), person, At()));
        if (random.Next(4) == 0) (facts[0], facts[1]) = (facts[1], facts[0]);
        foreach (var fact in facts) _coming.Enqueue(fact);
    }

    private string Id() => $"{name}.{++_facts}";

    private DateTimeOffset At() => start.AddMilliseconds(_facts);

    private string Title() => $"J{random.Next(1000)}";

    private string Team() => Teams[random.Next(Teams.Length)];
}
