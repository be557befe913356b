using System.Globalization;

namespace Gateway.Tests.Sources.Stories.Fat;

/// <summary>
/// BambooHR's field-based webhooks: the fields that were chosen, of several people in one delivery, as <c>{ value }</c> or as values. A move holds from when it was recorded; first and last days are told ahead.
/// </summary>
public sealed class BambooFieldsStoryTests
{
    /// <summary>A day in Toronto begins at 04:00 UTC in summer.</summary>
    private static readonly string[] Instants =
    [
        "2026-03-16T12:00:00Z", "2026-03-23T03:59:59Z", "2026-03-23T04:00:00Z", "2026-04-13T09:00:01Z", "2026-04-14T09:00:01Z", "2026-05-30T12:00:00Z", "2026-07-01T03:59:59Z", "2026-07-01T04:00:00Z",
        "2026-08-31T12:00:00Z", "2026-09-01T04:00:00Z", "2026-09-14T09:00:01Z",
    ];

    private static readonly string[] Seen =
    [
        "-", "-", "Zoé Roy zoe.7001@example.test Engineer [department:R&D]", "Zoé Roy zoe.7001@example.test Seller [department:Sales]", "Zoé Roy-Silva zoe.rs.7001@example.test Seller [department:Sales]",
        "Zoé Roy-Silva zoe.rs.7001@example.test Seller [department:Sales]", "Zoé Roy-Silva zoe.rs.7001@example.test Seller [department:Sales]", "-",
        "-", "Zoé Roy-Silva zoe.rs.7001@example.test Lead [department:R&D]", "Zoé Roy-Silva zoe.rs.7001@example.test Director [department:R&D]",
    ];

    [Fact]
    public async Task Fields_of_several_people_come_to_the_same_doubled_and_in_any_order()
    {
        await using var bamboo = await FatVendor.StartAsync("bamboohr", "America/Toronto", FatVendor.Secret, Sign);
        await bamboo.TellAsync("2026-03-02T09:00:00Z", Delivery("2026-03-02T09:00:00", "Created", "", hireDate: "2026-03-16"), times: 2);
        Assert.Equal(["-", Seen[2]], await bamboo.SeenAsync("7001", "2026-03-16T03:59:59Z", "2026-03-16T04:00:00Z"));
        // She begins a week later.
        await bamboo.TellAsync("2026-03-05T09:00:00Z", Delivery("2026-03-05T09:00:00", "Updated", "Hire Date"));
        Assert.Equal(Seen[..3], await bamboo.SeenAsync("7001", Instants[..3]));
        await bamboo.TellAsync("2026-04-13T09:00:00Z", Delivery("2026-04-13T09:00:00", null, "Department", department: "Sales", title: "Seller"));
        await bamboo.TellAsync("2026-04-14T09:00:00Z", Delivery("2026-04-14T09:00:00", "Updated", "Work Email", department: "Sales", title: "Seller", lastName: "Roy-Silva", mail: "zoe.rs"));
        await bamboo.TellAsync("2026-05-04T09:00:00Z", Delivery("2026-05-04T09:00:00", "Updated", "Termination Date", department: "Sales", title: "Seller", lastName: "Roy-Silva", mail: "zoe.rs", lastDay: "2026-05-29"));
        Assert.Equal([Seen[4], "-"], await bamboo.SeenAsync("7001", "2026-05-30T03:59:59Z", "2026-05-30T04:00:00Z"));
        await bamboo.TellAsync("2026-05-11T09:00:00Z", Delivery("2026-05-11T09:00:00", "Updated", "Termination Date", department: "Sales", title: "Seller", lastName: "Roy-Silva", mail: "zoe.rs"));
        Assert.Equal([Seen[4]], await bamboo.SeenAsync("7001", "2026-12-01T12:00:00Z"));
        await bamboo.TellAsync("2026-05-18T09:00:00Z", Delivery("2026-05-18T09:00:00", "Updated", "Termination Date", department: "Sales", title: "Seller", lastName: "Roy-Silva", mail: "zoe.rs", lastDay: "2026-06-30"));
        await bamboo.TellAsync("2026-07-01T09:00:00Z", Delivery("2026-07-01T09:00:00", "Updated", "Status", department: "Sales", title: "Seller", lastName: "Roy-Silva", mail: "zoe.rs", lastDay: "2026-06-30", status: "Inactive"));
        // Hired again, ahead; and a change after the new first day.
        await bamboo.TellAsync("2026-08-03T09:00:00Z", Delivery("2026-08-03T09:00:00", "Updated", "Status", "2026-09-01", "R&D", "Lead", "Roy-Silva", "zoe.rs"));
        await bamboo.TellAsync("2026-09-14T09:00:00Z", Delivery("2026-09-14T09:00:00", "Updated", "Job Title", "2026-09-01", "R&D", "Director", "Roy-Silva", "zoe.rs"));
        Assert.Equal(Seen, await bamboo.SeenAsync("7001", Instants));
        Assert.Equal(["-", "Ana Silva ana@example.test  []"], await bamboo.SeenAsync("8001", "2026-04-13T04:00:00Z", "2026-04-14T04:00:00Z"));

        await bamboo.TellAgainAsync("7001", "7002", seed: 4);
        Assert.Equal(Seen.Select(s => s.Replace("7001", "7002", StringComparison.Ordinal)).ToList(), (await bamboo.SeenAsync("7002", Instants)).ToList());

        await bamboo.BurstAsync(Enumerable.Range(100, 100).Select(h => new Posted($$"""{"employees":[{{string.Join(',', Enumerable.Range(0, 5).Select(i => New((h * 100) + i)))}}]}""")));
        Assert.Equal(503, await bamboo.UsersAsync());
        await bamboo.NothingWaitsAsync();
    }

    /// <summary>Her, with the fields as objects; and somebody of whom hardly anything is chosen, as values.</summary>
    private static Posted Delivery(
        string at, string? action, string changed, string hireDate = "2026-03-23", string department = "R&D", string title = "Engineer", string lastName = "Roy", string mail = "zoe", string lastDay = "", string status = "Active") => new(
        $$$"""
        {"employees":[{"id":"7001",{{{(action is null ? "" : $"\"action\":\"{action}\",")}}}"changedFields":["{{{changed}}}"],"fields":{"First name":{"value":"Zoé"},"Last name":{"value":"{{{lastName}}}"},
        "Work Email":{"value":"{{{mail}}}.7001@example.test"},"Job Title":{"value":"{{{title}}}"},"Department":{"value":"{{{department}}}"},"Hire Date":{"value":"{{{hireDate}}}"},
        "Termination Date":{"value":"{{{lastDay}}}"},"Status":{"value":"{{{status}}}"}},"timestamp":"{{{at}}}+0000"},
        {"id":8001,"changedFields":["Hire Date"],"fields":{"First name":"Ana","Last name":"Silva","Work Email":"ana@example.test","Hire Date":"2026-04-14"},"timestamp":"2026-03-02T09:00:00+0000"}]}
        """);

    private static string New(int id) =>
        $$$"""{"id":"{{{id}}}","action":"Created","changedFields":[],"fields":{"First name":"P","Work Email":"p{{{id}}}@example.test","Hire Date":"2026-09-01","Department":"R&D"},"timestamp":"2026-09-14T09:00:00+0000"}""";

    private static IEnumerable<(string, string)> Sign(Posted posted, DateTimeOffset now)
    {
        var stamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return [("X-BambooHR-Timestamp", stamp), ("X-BambooHR-Signature", Convert.ToHexStringLower(FatVendor.Hmac(posted.Body + stamp)))];
    }
}
