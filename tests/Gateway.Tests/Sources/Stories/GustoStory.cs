using System.Globalization;
using System.Net;

namespace Gateway.Tests.Sources.Stories;

/// <summary>
/// Gusto posts the later secret first. An end is announced (terminated), may be taken back (termination_cancelled), and is told again at 00:00 Pacific of the day
/// after the last one (termination_effective, also spelled terminated_effective).
/// </summary>
public sealed class GustoStory
{
    private const string Token = "a-token-of-the-story";

    private static readonly ThinVendor Gusto = new()
    {
        Name = "gusto",
        TimeZone = "America/Los_Angeles",
        Settings = new Dictionary<string, string?> { ["Enrichment:Credential:Token"] = "access" },
        Body = (moment, id, at, number) => moment switch
        {
            Moment.Created => "created",
            Moment.Updated => "updated",
            Moment.EndAnnounced => "terminated",
            Moment.EndCancelled => "termination_cancelled",
            Moment.Ended => "termination_effective",
            Moment.HiredAgain => "rehired",
            Moment.StartedAgain => "rehire_effective",
            _ => null,
        } is { } type ? Delivery(type, id, at, number) : null,
        Sign = (request, told) => request.Headers.Add("X-Gusto-Signature", ThinVendor.Hex(Token, told.Body)),
        Answer = (path, _, people) => path.StartsWith("/v1/employees/", StringComparison.Ordinal) && ThinVendor.Last(path, people) is { } p ? new
        {
            uuid = p.Id, first_name = "Sam", last_name = "Okafor " + p.Id, email = $"{p.Id}@example.test", department = p.Department, terminated = p.Gone,
            terminations = new[] { p.EarlierLastDay, p.LastDay }.Where(d => d is not null).Select(d => new { uuid = $"t-{d}", effective_date = d, active = p.Gone }),
            jobs = new[] { new { primary = true, title = p.Title, hire_date = p.Start } },
        } : null,
    };

    [Fact]
    public async Task Gusto_announces_an_end_takes_it_back_and_tells_it_again_when_it_is_over()
    {
        await using var story = await ThinStory.StartAsync(Gusto);
        // Before the token is typed in on both sides, nobody is believed.
        using (var early = await story.SendAsync(Delivery("created", "42", story.Now, "0"), r => r.Headers.Add("X-Gusto-Signature", ThinVendor.Hex(Token, "")))) Assert.Equal(HttpStatusCode.Unauthorized, early.StatusCode);
        using (var hello = await story.SendAsync($$"""{"verification_token":"{{Token}}","webhook_subscription_uuid":"w-1"}""")) Assert.True(hello.IsSuccessStatusCode);
        var shown = await story.GetAsync("/v1/sources/gusto/handshakes");
        Assert.Contains(Token, shown.GetRawText());
        await story.Gateway.RestartAsync(new() { ["Gateway:Sources:gusto:Webhook:Signature:Secrets:0"] = Token });
        story.Rests();

        await story.LivesAsync("42");
        await story.ComesToTheSameInAnyOrderAsync();
        await story.StaysTakenBackAsync();

        // What became effective is known even where the list is not shown, in the other spelling too: the day before, in Pacific time.
        story.At("2026-10-05T09:00");
        await story.TellAsync(Moment.Created, new Person("43", Start: "2026-10-01", "R&D"));
        story.At("2026-10-17T00:00:01");
        story.Is(new Person("43", Start: "2026-10-01", "R&D", Gone: true));
        var effective = story.Tells(Moment.Ended, "43")!;
        await story.PostAsync(effective with { Body = effective.Body.Replace("termination_effective", "terminated_effective", StringComparison.Ordinal) });
        await story.WorkAsync();
        Assert.Equal("Engineer in R&D", await story.OfAsync("43", "2026-10-16T23:59:59"));
        Assert.Null(await story.OfAsync("43", "2026-10-17T00:00"));
        await story.BurstsAsync();
    }

    private static string Delivery(string type, string id, DateTimeOffset at, string number) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"uuid":"d-{{{number}}}","event_type":"employee.{{{type}}}","resource_type":"Company","resource_uuid":"c-1","entity_type":"Employee","entity_uuid":"{{{id}}}","timestamp":{{{at.ToUnixTimeSeconds()}}}}""");
}
