using System.Globalization;
using System.Text;

namespace Gateway.Tests.Sources.Stories.Fat;

/// <summary>Workday, by a custom step that sends what the script asks for: everything ahead of its day, with the day on which it was recorded.</summary>
public sealed class WorkdayStoryTests
{
    /// <summary>A day in New York begins at 05:00 UTC in winter, at 04:00 in summer.</summary>
    private static readonly string[] Instants =
    [
        "2026-03-16T12:00:00Z", "2026-03-23T03:59:59Z", "2026-03-23T04:00:00Z", "2026-04-13T03:59:59Z", "2026-04-13T04:00:00Z", "2026-05-30T12:00:00Z", "2026-07-01T03:59:59Z", "2026-07-01T04:00:00Z",
        "2026-09-01T03:59:59Z", "2026-09-01T04:00:00Z",
    ];

    private static readonly string[] Seen =
    [
        "-", "-", "Ada Byron ada.7001@example.test Analyst [SUP-12]", "Ada King ada.7001@example.test Analyst [SUP-12]", "Ada King ada.7001@example.test Lead [SUP-13]", "Ada King ada.7001@example.test Lead [SUP-13]",
        "Ada King ada.7001@example.test Lead [SUP-13]", "-", "-", "Ada King ada.7001@example.test Director [SUP-13]",
    ];

    [Fact]
    public async Task What_is_told_ahead_corrected_and_taken_back_comes_to_the_same_doubled_and_in_any_order()
    {
        await using var workday = await FatVendor.StartAsync("workday", "America/New_York", "step:" + FatVendor.Secret, Sign);
        var (platform, data) = ("""{"id":"SUP-12","name":"Platform"}""", """{"id":"SUP-13","name":"Data","parentId":"SUP-12"}""");
        await workday.TellAsync("2026-03-02T09:00:00Z", Step("hire", "2026-03-02T09:00:00Z", $$""" "effectiveDate":"2026-03-16","email":"ada.7001@example.test","firstName":"Ada","lastName":"Byron","jobTitle":"Analyst","team":{{platform}} """));
        Assert.Equal(["-", "Ada Byron ada.7001@example.test Analyst [SUP-12]"], await workday.SeenAsync("7001", "2026-03-16T03:59:59Z", "2026-03-16T04:00:00Z"));
        // She begins a week later.
        await workday.TellAsync("2026-03-05T09:00:00Z", Step("hire", "2026-03-05T09:00:00Z", $$""" "effectiveDate":"2026-03-23","email":"ada.7001@example.test","firstName":"Ada","lastName":"Byron","jobTitle":"Analyst","team":{{platform}} """), times: 2);
        Assert.Equal(Seen[..3], await workday.SeenAsync("7001", Instants[..3]));
        await workday.TellAsync("2026-03-25T09:00:00Z", Step("change", "2026-03-25T09:00:00Z", $$""" "effectiveDate":"2026-04-13","jobTitle":"Lead","team":{{data}} """));
        await workday.TellAsync("2026-04-01T09:00:00Z", Step("change", "2026-04-01T09:00:00Z", """ "lastName":"King" """));
        await workday.TellAsync("2026-05-04T09:00:00Z", Step("leave", "2026-05-04T09:00:00Z", """ "lastDay":"2026-05-29" """));
        Assert.Equal(["Ada King ada.7001@example.test Lead [SUP-13]", "-"], await workday.SeenAsync("7001", "2026-05-30T03:59:59Z", "2026-05-30T04:00:00Z"));
        await workday.TellAsync("2026-05-11T09:00:00Z", Step("cancel-leave", "2026-05-11T09:00:00Z"));
        Assert.Equal(["Ada King ada.7001@example.test Lead [SUP-13]"], await workday.SeenAsync("7001", "2026-12-01T12:00:00Z"));
        await workday.TellAsync("2026-05-18T09:00:00Z", Step("leave", "2026-05-18T09:00:00Z", """ "lastDay":"2026-06-30" """));
        await workday.TellAsync("2026-08-03T09:00:00Z", Step("hire", "2026-08-03T09:00:00Z", $$""" "effectiveDate":"2026-09-01","jobTitle":"Director","team":{{data}} """));
        Assert.Equal(Seen, await workday.SeenAsync("7001", Instants));

        await workday.TellAgainAsync("7001", "7002", seed: 2);
        Assert.Equal(Seen.Select(s => s.Replace("7001", "7002", StringComparison.Ordinal)).ToList(), (await workday.SeenAsync("7002", Instants)).ToList());

        await workday.BurstAsync(Enumerable.Range(10_000, 500).Select(i => Step("hire", "2026-09-02T09:00:00Z", $$""" "email":"p{{i}}@example.test","team":{{platform}} """, i.ToString(CultureInfo.InvariantCulture))));
        workday.At("2026-09-02T12:00:00Z");
        Assert.Equal(502, await workday.UsersAsync());
        await workday.NothingWaitsAsync();
    }

    [Fact]
    public async Task A_joiner_who_will_not_come_and_then_comes_after_all_is_there_from_the_later_day_in_any_order()
    {
        await using var workday = await FatVendor.StartAsync("workday", "America/New_York", "step:" + FatVendor.Secret, Sign);
        const string who = """ "email":"ada.7001@example.test","firstName":"Ada","lastName":"Byron","jobTitle":"Analyst" """;
        await workday.TellAsync("2026-03-02T09:00:00Z", Step("hire", "2026-03-02T09:00:00Z", $""" "effectiveDate":"2026-04-01",{who} """));
        await workday.TellAsync("2026-03-20T09:00:00Z", Step("cancel-hire", "2026-03-20T09:00:00Z"), times: 2);
        Assert.Equal(["-", "-"], await workday.SeenAsync("7001", "2026-04-01T12:00:00Z", "2026-05-01T12:00:00Z"));
        await workday.TellAsync("2026-04-10T09:00:00Z", Step("hire", "2026-04-10T09:00:00Z", $""" "effectiveDate":"2026-05-04",{who} """));
        string[] instants = ["2026-04-01T12:00:00Z", "2026-05-04T03:59:59Z", "2026-05-04T04:00:00Z"];
        Assert.Equal(["-", "-", "Ada Byron ada.7001@example.test Analyst []"], await workday.SeenAsync("7001", instants));

        await workday.TellAgainAsync("7001", "7002", seed: 3);
        Assert.Equal(["-", "-", "Ada Byron ada.7002@example.test Analyst []"], await workday.SeenAsync("7002", instants));
        await workday.NothingWaitsAsync();
    }

    private static Posted Step(string what, string recordedAt, string? more = null, string id = "7001") =>
        new($$"""{"event":"{{what}}","employeeId":"{{id}}","recordedAt":"{{recordedAt}}"{{(more is null ? "" : "," + more)}}}""");

    private static IEnumerable<(string, string)> Sign(Posted posted, DateTimeOffset now) =>
        [("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("step:" + FatVendor.Secret)))];
}
