using System.Globalization;

namespace Gateway.Tests.Sources.Stories;

/// <summary>BambooHR says whom it is about; the stamp that it signs is in a header.</summary>
public sealed class BambooHRStory
{
    private const string Secret = "a-secret-of-the-story";

    private static readonly ThinVendor BambooHR = new()
    {
        Name = "bamboohr",
        TimeZone = "America/Toronto",
        Settings = new Dictionary<string, string?> { ["Signature:Secrets:0"] = Secret, ["Enrichment:Company"] = "acme", ["Enrichment:Credential:User"] = "key" },
        Body = (moment, id, at, _) => moment is Moment.EndsToday or Moment.Started or Moment.StartedAgain ? null
            : $$$"""{"type":"employee.{{{(moment == Moment.Created ? "created" : "updated")}}}","timestamp":"{{{at:yyyy-MM-dd'T'HH:mm:ss}}}+0000","data":{"companyId":"12345","employeeId":"{{{id}}}"}}""",
        Sign = (request, told) =>
        {
            var stamp = told.At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            request.Headers.Add("X-BambooHR-Timestamp", stamp);
            request.Headers.Add("X-BambooHR-Signature", ThinVendor.Hex(Secret, told.Body + stamp));
        },
        Answer = (path, _, people) => path.StartsWith("/api/gateway.php/acme/v1/employees/", StringComparison.Ordinal) && ThinVendor.Last(path, people) is { } p ? new
        {
            id = p.Id, firstName = "Zoé", lastName = "Roy " + p.Id, workEmail = $"{p.Id}@example.test", jobTitle = p.Title, department = p.Department, hireDate = p.Start,
            terminationDate = p.LastDay ?? "0000-00-00", status = p.Gone ? "Inactive" : "Active",
        } : null,
    };

    [Fact]
    public async Task BambooHR_names_people_and_its_API_says_the_rest_now_and_then()
    {
        await using var story = await ThinStory.StartAsync(BambooHR);
        await story.LivesAsync("42");
        await story.ComesToTheSameInAnyOrderAsync();
        await story.StaysTakenBackAsync();

        // Somebody whom the API no longer knows has left.
        story.At("2026-10-05T09:00");
        await story.TellAsync(Moment.Created, new Person("43", Start: "2026-10-01", "R&D"));
        story.At("2026-10-07T09:00");
        story.Forgets("43");
        await story.PostAsync(story.Tells(Moment.Updated, "43"));
        await story.WorkAsync();
        Assert.Equal("Engineer in R&D", await story.OfAsync("43", "2026-10-06T09:00"));
        Assert.Null(await story.OfAsync("43", "2026-10-07T09:00:01"));
        await story.BurstsAsync();
    }
}
