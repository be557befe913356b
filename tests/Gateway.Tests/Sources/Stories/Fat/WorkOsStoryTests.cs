using System.Globalization;

namespace Gateway.Tests.Sources.Stories.Fat;

/// <summary>WorkOS, directory sync: says of each user what the directory has, and when; nothing ahead of its time, so that nothing is taken back either.</summary>
public sealed class WorkOsStoryTests
{
    private static readonly string[] Instants =
    [
        "2026-03-02T08:59:59Z", "2026-03-02T09:00:02Z", "2026-03-20T09:00:02Z", "2026-03-21T09:00:02Z", "2026-05-29T15:59:59Z", "2026-05-30T00:00:00Z",
        "2026-06-30T09:00:00Z", "2026-07-01T09:00:02Z", "2026-12-18T15:59:59Z", "2026-12-18T16:00:02Z",
    ];

    private static readonly string[] Seen =
    [
        "-", "Lela Ng lela.7001@example.test Engineer [department:Engineering]", "Lela Ng lela.7001@example.test Seller [department:Sales]",
        "Lela Ng-Roy lela.roy.7001@example.test Seller [department:Sales]", "Lela Ng-Roy lela.roy.7001@example.test Seller [department:Sales]", "-",
        "-", "Lela Ng-Roy lela.roy.7001@example.test Lead [department:Engineering]", "Lela Ng-Roy lela.roy.7001@example.test Lead [department:Engineering]", "-",
    ];

    [Fact]
    public async Task A_directory_s_joiner_mover_leaver_and_return_come_to_the_same_doubled_and_in_any_order()
    {
        await using var workos = await FatVendor.StartAsync("workos", "Europe/Paris", FatVendor.Secret, Sign);
        await workos.TellAsync("2026-03-02T09:00:00Z", User("7001", 1, "created", "2026-03-02 09:00:00.250", "Engineering", "Engineer"));
        Assert.Equal(Seen[..2], await workos.SeenAsync("7001", Instants[..2]));
        await workos.TellAsync("2026-03-20T09:00:00Z", User("7001", 2, "updated", "2026-03-20 09:00:00.250", "Sales", "Seller"), times: 2);
        await workos.TellAsync("2026-03-21T09:00:00Z", User("7001", 3, "updated", "2026-03-21 09:00:00.250", "Sales", "Seller", "Ng-Roy", "lela.roy"));
        Assert.Equal(Seen[..4], await workos.SeenAsync("7001", Instants[..4]));
        await workos.TellAsync("2026-05-29T16:00:00Z", User("7001", 4, "updated", "2026-05-29 16:00:00.250", "Sales", "Seller", "Ng-Roy", "lela.roy", "inactive"));
        await workos.TellAsync("2026-07-01T09:00:00Z", User("7001", 5, "updated", "2026-07-01 09:00:00.250", "Engineering", "Lead", "Ng-Roy", "lela.roy"));
        await workos.TellAsync("2026-12-18T16:00:00Z", User("7001", 6, "deleted", "2026-12-18 16:00:00.250", "Engineering", "Lead", "Ng-Roy", "lela.roy"));
        Assert.Equal(Seen, await workos.SeenAsync("7001", Instants));

        await workos.TellAgainAsync("7001", "7002", seed: 1);
        Assert.Equal(Seen.Select(s => s.Replace("7001", "7002", StringComparison.Ordinal)).ToList(), (await workos.SeenAsync("7002", Instants)).ToList());

        workos.At("2026-12-18T18:00:00Z");
        await workos.BurstAsync(Enumerable.Range(10_000, 500).Select(i => User(i.ToString(CultureInfo.InvariantCulture), 1, "created", "2026-12-18 17:00:00.000", "Engineering", "Engineer")));
        Assert.Equal(500, await workos.UsersAsync());
        await workos.NothingWaitsAsync();
    }

    private static Posted User(string id, int number, string what, string at, string department, string title, string lastName = "Ng", string mail = "lela", string state = "active") => new(
        $$$"""
        {"object":"event","id":"event_{{{id}}}_{{{number}}}","event":"dsync.user.{{{what}}}","data":{"object":"directory_user","id":"directory_user_{{{id}}}","idp_id":"{{{id}}}","directory_id":"directory_1",
        "first_name":"Lela","last_name":"{{{lastName}}}","email":"{{{mail}}}.{{{id}}}@example.test","emails":[{"primary":true,"type":"work","value":"{{{mail}}}.{{{id}}}@example.test"}],"state":"{{{state}}}",
        "custom_attributes":{"department_name":"{{{department}}}","job_title":"{{{title}}}"},"raw_attributes":{}},"created_at":"{{{at}}}"}
        """);

    private static IEnumerable<(string, string)> Sign(Posted posted, DateTimeOffset now)
    {
        var stamp = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        return [("WorkOS-Signature", $"t={stamp}, v1={Convert.ToHexStringLower(FatVendor.Hmac($"{stamp}.{posted.Body}"))}")];
    }
}
