using System.Globalization;

namespace Gateway.Tests.Sources.Stories.Fat;

/// <summary>Merge's common model, with a <c>modified_at</c> in each: to the day, and with somebody who comes back.</summary>
public sealed class MergeStoryTests
{
    /// <summary>A day in Toronto begins at 04:00 UTC in summer.</summary>
    private static readonly string[] Instants =
    [
        "2026-03-16T12:00:00Z", "2026-03-23T03:59:59Z", "2026-03-23T04:00:00Z", "2026-04-13T09:00:01Z", "2026-04-14T09:00:01Z", "2026-05-30T12:00:00Z", "2026-07-01T03:59:59Z", "2026-07-01T04:00:00Z",
        "2026-08-31T12:00:00Z", "2026-09-01T04:00:00Z", "2026-09-14T09:00:01Z",
    ];

    private static readonly string[] Seen =
    [
        "-", "-", "Inés Muñoz ines.7001@example.test  [t-1]", "Inés Muñoz ines.7001@example.test  [t-2]", "Inés Roy ines.roy.7001@example.test  [t-2]", "Inés Roy ines.roy.7001@example.test  [t-2]",
        "Inés Roy ines.roy.7001@example.test  [t-2]", "-", "-", "Inés Roy ines.roy.7001@example.test  [t-1]", "Inés Roy ines.roy.7001@example.test  [t-2]",
    ];

    [Fact]
    public async Task Who_comes_back_was_away_between_doubled_and_in_any_order()
    {
        await using var merge = await FatVendor.StartAsync("merge", "America/Toronto", FatVendor.Secret, Sign);
        await merge.TellAsync("2026-03-01T09:00:00Z", Team("t-1", "Platform"));
        await merge.TellAsync("2026-03-01T09:00:00Z", Team("t-2", "Data"));
        await merge.TellAsync("2026-03-02T09:00:00Z", Employee("added", "2026-03-02", "2026-03-16", null, "PENDING"), times: 2);
        Assert.Equal(["-", Seen[2]], await merge.SeenAsync("7001", "2026-03-16T03:59:59Z", "2026-03-16T04:00:00Z"));
        await merge.TellAsync("2026-03-05T09:00:00Z", Employee("changed", "2026-03-05", "2026-03-23", null, "PENDING"));
        Assert.Equal(Seen[..3], await merge.SeenAsync("7001", Instants[..3]));
        await merge.TellAsync("2026-04-13T09:00:00Z", Employee("changed", "2026-04-13", "2026-03-23", null, team: "t-2"));
        await merge.TellAsync("2026-04-14T09:00:00Z", Employee("changed", "2026-04-14", "2026-03-23", null, team: "t-2", lastName: "Roy", mail: "ines.roy"));
        await merge.TellAsync("2026-05-04T09:00:00Z", Employee("changed", "2026-05-04", "2026-03-23", "2026-05-29", team: "t-2", lastName: "Roy", mail: "ines.roy"));
        Assert.Equal([Seen[4], "-"], await merge.SeenAsync("7001", "2026-05-30T03:59:59Z", "2026-05-30T04:00:00Z"));
        await merge.TellAsync("2026-05-11T09:00:00Z", Employee("changed", "2026-05-11", "2026-03-23", null, team: "t-2", lastName: "Roy", mail: "ines.roy"));
        Assert.Equal([Seen[4]], await merge.SeenAsync("7001", "2026-12-01T12:00:00Z"));
        await merge.TellAsync("2026-05-18T09:00:00Z", Employee("changed", "2026-05-18", "2026-03-23", "2026-06-30", team: "t-2", lastName: "Roy", mail: "ines.roy"));
        await merge.TellAsync("2026-07-01T09:00:00Z", Employee("changed", "2026-07-01", "2026-03-23", "2026-06-30", "INACTIVE", "t-2", "Roy", "ines.roy"));
        // Hired again, ahead; and a change after the new first day, which takes nothing back of the time before.
        await merge.TellAsync("2026-08-03T09:00:00Z", Employee("changed", "2026-08-03", "2026-09-01", null, "PENDING", "t-1", "Roy", "ines.roy"));
        await merge.TellAsync("2026-09-14T09:00:00Z", Employee("changed", "2026-09-14", "2026-09-01", null, team: "t-2", lastName: "Roy", mail: "ines.roy"));
        Assert.Equal(Seen, await merge.SeenAsync("7001", Instants));

        await merge.TellAgainAsync("7001", "7002", seed: 5);
        Assert.Equal(Seen.Select(s => s.Replace("7001", "7002", StringComparison.Ordinal)).ToList(), (await merge.SeenAsync("7002", Instants)).ToList());

        await merge.BurstAsync(Enumerable.Range(10_000, 500).Select(i => Employee("added", "2026-09-14", "2026-09-14", null, id: i.ToString(CultureInfo.InvariantCulture))));
        Assert.Equal(502, await merge.UsersAsync());
        await merge.NothingWaitsAsync();
    }

    [Fact]
    public async Task A_fixed_term_that_is_made_permanent_before_the_first_day_does_not_end()
    {
        await using var merge = await FatVendor.StartAsync("merge", "America/Toronto", FatVendor.Secret, Sign);
        await merge.TellAsync("2026-03-01T09:00:00Z", Team("t-1", "Platform"));
        await merge.TellAsync("2026-03-02T09:00:00Z", Employee("added", "2026-03-02", "2026-03-23", "2026-09-30", "PENDING"));
        Assert.Equal([Seen[2], "-"], await merge.SeenAsync("7001", "2026-09-30T12:00:00Z", "2026-10-01T12:00:00Z"));
        await merge.TellAsync("2026-03-09T09:00:00Z", Employee("changed", "2026-03-09", "2026-03-23", null, "PENDING"));
        Assert.Equal([Seen[2]], await merge.SeenAsync("7001", "2026-10-01T12:00:00Z"));
        await merge.TellAgainAsync("7001", "7002", seed: 6);
        Assert.Equal([Seen[2].Replace("7001", "7002", StringComparison.Ordinal)], await merge.SeenAsync("7002", "2026-10-01T12:00:00Z"));
    }

    private static Posted Team(string id, string name) => new(
        $$$"""{"hook":{"id":"h1","event":"Team.changed"},"linked_account":{"id":"l1","category":"hris"},"data":{"id":"{{{id}}}","name":"{{{name}}}","parent_team":null,"modified_at":"2026-03-01T09:00:00Z"}}""");

    private static Posted Employee(
        string what, string modified, string start, string? lastDay, string status = "ACTIVE", string team = "t-1", string lastName = "Muñoz", string mail = "ines", string id = "7001") => new(
        $$$"""
        {"hook":{"id":"h1","event":"Employee.{{{what}}}"},"linked_account":{"id":"l1","category":"hris"},"data":{"id":"m-{{{id}}}","remote_id":"{{{id}}}","first_name":"Inés","last_name":"{{{lastName}}}",
        "work_email":"{{{mail}}}.{{{id}}}@example.test","employment_status":"{{{status}}}","start_date":"{{{start}}}T00:00:00Z","termination_date":{{{(lastDay is null ? "null" : $"\"{lastDay}T00:00:00Z\"")}}},
        "team":"{{{team}}}","remote_was_deleted":false,"modified_at":"{{{modified}}}T09:00:00Z"}}
        """);

    private static IEnumerable<(string, string)> Sign(Posted posted, DateTimeOffset now) =>
        [("X-Merge-Webhook-Signature", Convert.ToBase64String(FatVendor.Hmac(posted.Body)).Replace('+', '-').Replace('/', '_'))];
}
