namespace Gateway.Tests.Sources.Stories;

/// <summary>Personio sends ids; the person and their employments are two calls, behind a token. Of an employment that ends it tells at the midnight of the day itself.</summary>
public sealed class PersonioStory
{
    private static readonly ThinVendor Personio = new()
    {
        Name = "personio",
        TimeZone = "Europe/Berlin",
        Settings = new Dictionary<string, string?>
        {
            // How it signs is not documented; the address that it posts to can carry a user and a password.
            ["Signature:Preset"] = "basic", ["Signature:Secrets:0"] = "personio:a-password", ["Enrichment:Credential:ClientId"] = "client", ["Enrichment:Credential:ClientSecret"] = "secret",
        },
        Body = (moment, id, at, _) => moment switch
        {
            Moment.Created => Of("person.created"),
            Moment.Updated or Moment.EndAnnounced or Moment.EndCancelled => Of("employment.updated"),
            Moment.HiredAgain => Of("employment.created"),
            Moment.Started or Moment.StartedAgain => Of("employment.started"),
            Moment.EndsToday => Of("employment.terminated"),
            _ => null,
        } is { } name ? $$$"""{"company_id":"1234","event_name":"{{{name}}}","occurred_at":"{{{at:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}}","payload":{"person_id":"{{{id}}}","employment_id":"{{{id}}}-{{{(moment is Moment.HiredAgain or Moment.StartedAgain ? 2 : 1)}}}"},"meta":{}}""" : null,
        Sign = (request, _) => request.Headers.Add("Authorization", "Basic " + Convert.ToBase64String("personio:a-password"u8)),
        Answer = (path, _, people) =>
        {
            var (of, employments) = path.EndsWith("/employments", StringComparison.Ordinal) ? (path[..^"/employments".Length], true) : (path, false);
            if (!path.StartsWith("/v2/persons/", StringComparison.Ordinal) || ThinVendor.Last(of, people) is not { } p) return null;
            if (!employments) return new { id = p.Id, email = $"{p.Id}@example.test", first_name = "Léa", last_name = "Martin " + p.Id, status = p.Gone ? "INACTIVE" : "ACTIVE" };
            var earlier = p.EarlierLastDay is null ? null : Employment(p.Id + "-1", "2026-03-16", p.EarlierLastDay, "INACTIVE", p);
            var current = Employment(p.Id + (earlier is null ? "-1" : "-2"), p.Start, p.LastDay, p.Gone ? "INACTIVE" : "ACTIVE", p);
            return new { _data = earlier is null ? [current] : new[] { current, earlier } };
        },
    };

    [Fact]
    public async Task Personio_sends_ids_and_not_every_change()
    {
        await using var story = await ThinStory.StartAsync(Personio);
        await story.LivesAsync("42");
        await story.ComesToTheSameInAnyOrderAsync();
        await story.StaysTakenBackAsync();

        // A new job is told by nobody: the next change brings it.
        story.At("2026-10-05T09:00");
        var person = new Person("43", Start: "2026-10-01", "R&D");
        await story.TellAsync(Moment.Created, person);
        story.Is(person = person with { Title = "Director" });
        story.At("2026-10-06T09:00");
        await story.WorkAsync();
        Assert.Equal("Engineer in R&D", await story.OfAsync("43", "2026-10-06T23:00"));
        await story.TellAsync(Moment.Updated, person with { Department = "Sales" });
        Assert.Equal("Director in Sales", await story.OfAsync("43", "2026-10-06T23:00"));
        await story.BurstsAsync();
    }

    private static string Of(string name) => name;

    private static object Employment(string id, string start, string? lastDay, string status, Person p) => new
    {
        id, status, employment_start_date = start, position = new { title = p.Title }, org_units = new[] { new { type = "department", id = p.Department == "Sales" ? "5" : "6", name = p.Department } },
        termination = lastDay is null ? null : new { termination_date = lastDay, last_working_date = "2026-04-01" },
    };
}
