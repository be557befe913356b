namespace Gateway.Tests.Sources.Stories;

/// <summary>Paylocity signs nothing but a user and a password, does not say when, and asks before it sends (<c>Expect: 100-continue</c>).</summary>
public sealed class PaylocityStory
{
    private static readonly ThinVendor Paylocity = new()
    {
        Name = "paylocity",
        TimeZone = "America/Chicago",
        Settings = new Dictionary<string, string?>
        {
            ["Signature:Secrets:0"] = "paylocity:a-password", ["Enrichment:Company"] = "C01", ["Enrichment:Credential:ClientId"] = "client", ["Enrichment:Credential:ClientSecret"] = "secret",
        },
        Body = (moment, id, _, _) => moment == Moment.EndsToday ? null : $$"""{"companyId":"C01","employeeId":"{{id}}"}""",
        Sign = (request, _) =>
        {
            request.Headers.ExpectContinue = true;
            request.Headers.Add("Authorization", "Basic " + Convert.ToBase64String("paylocity:a-password"u8));
        },
        Answer = (path, _, people) => path.StartsWith("/api/v2/companies/C01/employees/", StringComparison.Ordinal) && ThinVendor.Last(path, people) is { } p ? new
        {
            employeeId = p.Id, firstName = "Pat", lastName = "Diaz " + p.Id, workAddress = new { emailAddress = $"{p.Id}@example.test" },
            departmentPosition = new { jobTitle = p.Title, costCenter1 = p.Department },
            status = new
            {
                employeeStatus = p.Gone ? "T" : "A", hireDate = (p.EarlierLastDay is null ? p.Start : "2026-03-16") + "T00:00:00", rehireDate = p.EarlierLastDay is null ? null : p.Start + "T00:00:00",
                terminationDate = (p.LastDay ?? p.EarlierLastDay) is { } day ? day + "T00:00:00" : null,
            },
        } : null,
    };

    [Fact]
    public async Task Paylocity_says_who_and_neither_what_nor_when()
    {
        await using var story = await ThinStory.StartAsync(Paylocity);
        await story.LivesAsync("42");
        await story.ComesToTheSameInAnyOrderAsync();
        await story.StaysTakenBackAsync();

        // Two changes within a minute are the same bytes, and two changes.
        story.At("2026-10-05T09:00");
        story.FailsNowAndThen = false;
        var person = new Person("43", Start: "2026-10-01", "R&D");
        await story.TellAsync(Moment.Created, person);
        story.At("2026-10-05T09:00:20");
        await story.TellAsync(Moment.Updated, person with { Department = "Sales" });
        Assert.Equal("Engineer in Sales", await story.OfAsync("43", "2026-10-05T09:00:20"));
        story.FailsNowAndThen = true;
        await story.BurstsAsync();
    }
}
