using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Tests.Sources.Stories;

/// <summary>HiBob says hello first, writes times without a zone, ids as numbers or strings, and tells of days at the midnight with which they begin.</summary>
public sealed class HiBobStory
{
    private const string Secret = "a-secret-of-the-story";
    private const string Site = "Europe/Madrid";

    private static readonly ThinVendor HiBob = new()
    {
        Name = "hibob",
        TimeZone = Site,
        Settings = new Dictionary<string, string?> { ["Signature:Secrets:0"] = Secret, ["Enrichment:Credential:User"] = "service", ["Enrichment:Credential:Password"] = "token" },
        Body = (moment, id, at, _) =>
        {
            var when = $"""
                "triggeredAt":"{TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(Site)):yyyy-MM-dd'T'HH:mm:ss.fff}","version":"v2"
                """;
            return moment switch
            {
                Moment.EndAnnounced or Moment.HiredAgain =>
                    $$$"""{"companyId":77,"type":"table.entry.created","triggeredBy":"33328",{{{when}}},"data":{"employeeId":{{{id}}},"tableId":"lifecycle","effectiveDate":"2026-02-01"}}""",
                // That a row was deleted is told by nobody, only that the person has changed.
                Moment.EndCancelled or Moment.Updated => Of("employee.updated"),
                Moment.Created => Of("employee.created"),
                Moment.EndsToday => Of("employee.left"),
                Moment.Started or Moment.StartedAgain => Of("employee.joined"),
                _ => null,
            };

            string Of(string type) => $$$"""{"companyId":77,"type":"{{{type}}}","triggeredBy":"system",{{{when}}},"data":{"employeeId":"{{{id}}}"}}""";
        },
        Sign = (request, told) => request.Headers.Add("Bob-Signature", Convert.ToBase64String(HMACSHA512.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(told.Body)))),
        Answer = (path, body, people) => path.StartsWith("/v1/people/", StringComparison.Ordinal) && body.Contains("humanReadable", StringComparison.Ordinal) && ThinVendor.Last(path, people) is { } p ? new
        {
            id = p.Id, email = $"{p.Id}@example.test", firstName = "Inés", surname = "Muñoz " + p.Id,
            work = new { title = "1001", department = "2002", startDate = p.Start },
            @internal = new { status = p.Gone ? "Inactive" : "Active", lifecycleStatus = p.Gone ? "Terminated" : "Employed", terminationDate = p.LastDay },
            humanReadable = new { work = new { title = p.Title, department = p.Department } },
        } : null,
    };

    [Fact]
    public async Task HiBob_says_hello_and_tells_of_days_at_midnight()
    {
        await using var story = await ThinStory.StartAsync(HiBob);
        foreach (var hello in (string[])["\"Ping test\"", """{"text":"Ping test"}"""])
            using (var answer = await story.SendAsync(hello)) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using (var unsigned = await story.SendAsync("\"Anybody?\"")) Assert.Equal(HttpStatusCode.Unauthorized, unsigned.StatusCode);

        await story.LivesAsync("42");
        await story.ComesToTheSameInAnyOrderAsync();
        await story.StaysTakenBackAsync();

        // A row that was deleted is told by nobody: whatever is told next brings it.
        story.At("2026-10-05T09:00");
        var person = new Person("43", Start: "2026-10-01", "R&D", LastDay: "2026-10-31");
        await story.TellAsync(Moment.EndAnnounced, person);
        story.Is(person = person with { LastDay = null });
        Assert.Null(await story.OfAsync("43", "2026-11-01T09:00"));
        story.At("2026-10-06T09:00");
        await story.TellAsync(Moment.Updated, person with { Title = "Lead" });
        Assert.Equal("Lead in R&D", await story.OfAsync("43", "2026-11-01T09:00"));
        await story.BurstsAsync();
    }
}
