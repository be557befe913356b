using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gateway.Tests.Sources.Stories;

/// <summary>Finch says when in a header alone; the individual and the employment are two calls, whose answers have a status of their own.</summary>
public sealed class FinchStory
{
    private static readonly byte[] Key = "a-secret-of-the-story"u8.ToArray();

    private static readonly ThinVendor Finch = new()
    {
        Name = "finch",
        TimeZone = "America/New_York",
        Settings = new Dictionary<string, string?> { ["Signature:Secrets:0"] = Convert.ToBase64String(Key), ["Enrichment:Credential:Token"] = "access" },
        Body = (moment, id, _, _) => moment == Moment.EndsToday ? null
            : $$$"""{"company_id":"c","connection_id":"n","event_type":"{{{(moment == Moment.Created ? "individual.created" : "employment.updated")}}}","data":{"individual_id":"{{{id}}}"}}""",
        Sign = (request, told) =>
        {
            var (id, stamp) = ("msg_" + told.Number, told.At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            request.Headers.Add("Finch-Event-Id", id);
            request.Headers.Add("finch-timestamp", stamp);
            request.Headers.Add("finch-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes($"{id}.{stamp}.{told.Body}"))));
        },
        Answer = (path, body, people) =>
        {
            var id = JsonElement.Parse(body).GetProperty("requests")[0].GetProperty("individual_id").GetString()!;
            if (!people.TryGetValue(id, out var p)) return new { responses = new[] { new { individual_id = id, code = 404, body = new { message = "not found" } } } };
            object about = path switch
            {
                "/employer/employment" => new
                {
                    id, first_name = "Noor", last_name = "Haddad " + id, title = p.Title, department = new { name = p.Department },
                    start_date = p.EarlierLastDay is null ? p.Start : "2026-03-16", latest_rehire_date = p.EarlierLastDay is null ? null : p.Start, end_date = p.LastDay ?? p.EarlierLastDay,
                    is_active = !p.Gone, employment_status = p.Gone ? "terminated" : "active",
                },
                "/employer/individual" => new { id, emails = new[] { new { data = $"{id}@example.test", type = "work" } } },
                _ => throw new InvalidOperationException(path),
            };
            return new { responses = new[] { new { individual_id = id, code = 200, body = about } } };
        },
    };

    [Fact]
    public async Task Finch_says_when_in_a_header_and_the_rest_in_two_answers()
    {
        await using var story = await ThinStory.StartAsync(Finch);
        await story.LivesAsync("42");
        await story.ComesToTheSameInAnyOrderAsync();
        await story.StaysTakenBackAsync();

        // Nobody, said inside of an answer that is 200.
        story.At("2026-10-05T09:00");
        await story.TellAsync(Moment.Created, new Person("43", Start: "2026-10-01", "R&D"));
        story.At("2026-10-06T09:00");
        story.Forgets("43");
        await story.PostAsync(story.Tells(Moment.Updated, "43"));
        await story.WorkAsync();
        Assert.Equal("Engineer in R&D", await story.OfAsync("43", "2026-10-06T08:59"));
        Assert.Null(await story.OfAsync("43", "2026-10-06T09:00"));
        await story.BurstsAsync();
    }
}
