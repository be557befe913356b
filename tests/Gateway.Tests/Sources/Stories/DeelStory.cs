namespace Gateway.Tests.Sources.Stories;

/// <summary>Deel says that a profile was created or has changed; what it was, the API says.</summary>
public sealed class DeelStory
{
    private const string Secret = "a-secret-of-the-story";

    private static readonly ThinVendor Deel = new()
    {
        Name = "deel",
        TimeZone = "UTC",
        Settings = new Dictionary<string, string?> { ["Signature:Secrets:0"] = Secret, ["Enrichment:Credential:Token"] = "access" },
        Body = (moment, id, at, number) => moment == Moment.EndsToday ? null : Delivery(moment == Moment.Created ? "employee.created.direct" : "worker.v2.updated", id, at, number),
        Sign = (request, told) => request.Headers.Add("x-deel-signature", ThinVendor.Hex(Secret, "POST" + told.Body)),
        Answer = (path, _, people) => path.StartsWith("/rest/v2/people/", StringComparison.Ordinal) && ThinVendor.Last(path, people) is { } p ? new
        {
            data = new
            {
                id = p.Id, first_name = "Kim", last_name = "Lee " + p.Id, emails = new[] { new { type = "personal", value = "kim@home.test" }, new { type = "work", value = $"{p.Id}@example.test" } },
                job_title = p.Title, start_date = p.Start, completion_date = p.LastDay is null ? null : p.LastDay + "T00:00:00.000Z", hiring_status = p.Gone ? "inactive" : "active",
                department = new { id = p.Department == "Sales" ? "d-5" : "d-6", name = p.Department },
            },
        } : null,
    };

    [Fact]
    public async Task Deel_says_that_something_has_changed()
    {
        await using var story = await ThinStory.StartAsync(Deel);
        await story.LivesAsync("42");
        await story.ComesToTheSameInAnyOrderAsync();
        await story.StaysTakenBackAsync();

        // A profile that is taken away is asked for by nobody; a contract says nothing.
        story.At("2026-10-05T09:00");
        await story.TellAsync(Moment.Created, new Person("43", Start: "2026-10-01", "R&D"));
        story.At("2026-10-06T09:00");
        var (deleted, contract) = (Delivery("worker.v2.deleted", "43", story.Now, "x-1"), Delivery("contract.status.updated", "43", story.Now, "x-2"));
        await story.PostAsync(new Told(contract, story.Now, "x-2"));
        await story.PostAsync(new Told(deleted, story.Now, "x-1"));
        await story.WorkAsync();
        Assert.Equal("Engineer in R&D", await story.OfAsync("43", "2026-10-06T08:59"));
        Assert.Null(await story.OfAsync("43", "2026-10-06T09:00"));
        await story.BurstsAsync();
    }

    private static string Delivery(string type, string id, DateTimeOffset at, string number) =>
        $$$"""{"data":{"meta":{"event_type":"{{{type}}}","organization_id":"org_9","tracking_id":"trk_{{{number}}}"},"resource":{"id":"{{{id}}}"}},"timestamp":"{{{at:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}}"}""";
}
