using System.Globalization;

namespace Gateway.Operations.Demo;

/// <summary>Somebody of the made-up company, and the team that they belong to.</summary>
internal sealed record Person
{
    public required string Id { get; init; }
    public required string Email { get; init; }
    public required string FirstName { get; init; }
    public required string LastName { get; init; }
    public required string JobTitle { get; init; }
    public required string Language { get; init; }
    public required string Country { get; init; }
    public required DateOnly HiredOn { get; init; }

    /// <summary>Null: a member of no team.</summary>
    public string? Team { get; init; }
}

/// <summary>A team of the made-up company.</summary>
internal sealed record MadeUpTeam(string Id, string Name, string? Parent, string? Manager = null);

/// <summary>
/// A company as it ought to stand, kept by plain book-keeping of our own: what the account is compared with must not come from the rules
/// that the comparison is to check. The same 250 people every time.
/// </summary>
internal sealed class MadeUpCompany
{
    public const string Domain = "alderfell.example";
    public const int Size = 250;

    private static readonly string[] Countries = ["Canada", "France", "Germany", "Japan"];
    private static readonly string[] Languages = ["en", "fr", "de", "en"];
    private static readonly string[] Jobs = ["Engineer", "Analyst", "Specialist", "Coordinator", "Technician", "Designer"];

    private static readonly (string Division, string[] Teams)[] Divisions =
    [
        ("Engineering", ["Platform", "Firmware", "Data", "Quality", "Product Design"]),
        ("Operations", ["Manufacturing", "Supply Chain", "Logistics"]),
        ("Commercial", ["Sales Europe", "Sales Americas", "Sales Asia-Pacific", "Marketing", "Customer Care"]),
        ("People & Finance", ["People", "Finance", "Legal", "Information Technology"]),
        ("Research", ["Optics", "Materials"]),
    ];

    private int _lastPerson;

    public Dictionary<string, Person> People { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, MadeUpTeam> Teams { get; } = new(StringComparer.Ordinal);

    /// <summary>Sub-team, manager and member relations.</summary>
    public int Relations =>
        Teams.Values.Count(t => t.Parent is not null) + Teams.Values.Count(t => t.Manager is not null) + People.Values.Count(p => p.Team is not null);

    /// <summary>A head for the company, for each division and for each team; everybody else is spread over the teams.</summary>
    public static MadeUpCompany Found(DateOnly on)
    {
        var company = new MadeUpCompany();
        var leaves = new List<string>();
        var root = company.Lead("Alderfell Instruments", null, "Chief Executive", on);
        foreach (var (division, teams) in Divisions)
        {
            var head = company.Lead(division, root, "Director", on);
            leaves.AddRange(teams.Select(team => company.Lead(team, head, "Team Lead", on)));
        }

        for (var i = 0; company.People.Count < Size; i++)
        {
            company.Add(company.Next(Jobs[i % Jobs.Length], on.AddDays(-40 - (i * 11 % 3000)), leaves[i % leaves.Count]));
        }

        return company;
    }

    /// <summary>Somebody new, not yet in the company.</summary>
    public Person Next(string jobTitle, DateOnly hiredOn, string team)
    {
        var number = _lastPerson++;
        var (first, last, localPart) = MadeUpNames.Of(number);
        return new Person
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"E{1001 + number}"),
            Email = $"{localPart}@{Domain}",
            FirstName = first,
            LastName = last,
            JobTitle = jobTitle,
            Language = Languages[number % Languages.Length],
            Country = Countries[number % Countries.Length],
            HiredOn = hiredOn,
            Team = team,
        };
    }

    public void Add(Person person) => People.Add(person.Id, person);

    public void Put(Person person) => People[person.Id] = person;

    public void Put(MadeUpTeam team) => Teams[team.Id] = team;

    public MadeUpTeam TeamNamed(string name) => Teams.Values.Single(t => t.Name == name);

    /// <summary>Somebody who leads nothing, the same one every time.</summary>
    public Person Ordinary(string team, int number = 0) =>
        People.Values.Where(p => p.Team == TeamNamed(team).Id && Teams.Values.All(t => t.Manager != p.Id))
            .OrderBy(p => p.Id, StringComparer.Ordinal).ElementAt(number);

    /// <summary>A team with somebody who manages it and is a member of the one above; the head of all is a member of the whole.</summary>
    private string Lead(string name, string? parent, string jobTitle, DateOnly on)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"T{Teams.Count + 101}");
        var manager = Next(jobTitle, on.AddDays(-2000 - (Teams.Count * 17)), parent ?? id);
        Add(manager);
        Put(new MadeUpTeam(id, name, parent, manager.Id));
        return id;
    }
}
