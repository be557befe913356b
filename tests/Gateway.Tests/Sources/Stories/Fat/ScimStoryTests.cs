using System.Globalization;

namespace Gateway.Tests.Sources.Stories.Fat;

/// <summary>
/// SCIM bulk requests, as Microsoft Entra's provisioning posts them: several people in one delivery. SCIM says nothing of when: what a request says holds from when it came, and of two requests the one that came
/// later is right. Within a request the operations hold in their order.
/// </summary>
public sealed class ScimStoryTests
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    [Fact]
    public async Task People_provisioned_in_bulk_come_move_leave_and_return_as_their_requests_come()
    {
        await using var scim = await FatVendor.StartAsync("scim", "UTC", FatVendor.Secret, (_, _) => [("Authorization", "Bearer " + FatVendor.Secret)]);
        await scim.TellAsync("2026-03-02T09:00:00Z", Bulk(Post("7001", "Operations"), Post("7003", "Operations")), times: 2);
        await scim.TellAsync("2026-03-20T09:00:00Z", Bulk(Patch("7001", $$"""{"op":"Replace","path":"{{Enterprise}}:department","value":"Sales"},{"op":"Replace","path":"title","value":"Seller"}""")), times: 2);
        await scim.TellAsync("2026-03-21T09:00:00Z", Bulk(Patch("7001", """{"op":"Replace","path":"emails[type eq \"work\"].value","value":"monica.ang.7001@example.test"}"""), Post("7004", "Sales")));
        await scim.TellAsync("2026-05-29T16:00:00Z", Bulk(Patch("7001", """{"op":"Replace","path":"active","value":"False"}""")));
        await scim.TellAsync("2026-07-01T09:00:00Z", Bulk(Post("7001", "Operations", "Lead")));
        await scim.TellAsync("2026-12-18T16:00:00Z", Bulk("""{"method":"DELETE","path":"/Users/7001"}"""));

        Assert.Equal(
            [
                "-", "Monica Ang monica.7001@example.test President [department:Operations]", "Monica Ang monica.7001@example.test Seller [department:Sales]",
                "Monica Ang monica.ang.7001@example.test Seller [department:Sales]", "Monica Ang monica.ang.7001@example.test Seller [department:Sales]", "-",
                "-", "Monica Ang monica.7001@example.test Lead [department:Operations]", "Monica Ang monica.7001@example.test Lead [department:Operations]", "-",
            ],
            await scim.SeenAsync("7001", "2026-03-02T08:59:59Z", "2026-03-02T09:00:02Z", "2026-03-20T09:05:00Z", "2026-03-21T09:00:02Z", "2026-05-29T15:59:59Z", "2026-05-30T00:00:00Z",
                "2026-06-30T09:00:00Z", "2026-07-01T09:00:02Z", "2026-12-18T15:59:59Z", "2026-12-18T16:00:02Z"));

        // One person several times in a request: the last operation is the last word.
        await scim.TellAsync("2026-12-18T17:00:00Z", Bulk(Post("7005", "Operations", active: "false"), Post("7005", "Operations"), Patch("7005", $$"""{"op":"Replace","path":"{{Enterprise}}:department","value":"Sales"}"""),
            Post("7006", "Sales"), """{"method":"DELETE","path":"/Users/7006"}""", Post("7007", "Sales", "B"), Post("7007", "Sales", "A"), Post("7007", "Sales", "C")));
        Assert.Equal(["Monica Ang monica.7005@example.test President [department:Sales]"], await scim.SeenAsync("7005", "2026-12-18T17:00:02Z"));
        Assert.Equal(["-"], await scim.SeenAsync("7006", "2026-12-18T17:00:02Z"));
        Assert.Equal(["Monica Ang monica.7007@example.test C [department:Sales]"], await scim.SeenAsync("7007", "2026-12-18T17:00:02Z"));

        // Entra takes 50 operations in a request.
        await scim.BurstAsync(Enumerable.Range(200, 10).Select(h => Bulk([.. Enumerable.Range(0, 50).Select(i => Post((h * 50 + i).ToString(CultureInfo.InvariantCulture), "Operations"))])));
        scim.At("2026-12-18T18:00:00Z");
        Assert.Equal(500 + 4, await scim.UsersAsync());
        await scim.NothingWaitsAsync();
    }

    private static Posted Bulk(params string[] operations) => new(
        $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{{string.Join(',', operations)}}],"failOnErrors":null}""", "application/scim+json");

    private static string Post(string id, string department, string title = "President", string active = "true") =>
        $$$"""
        {"method":"POST","bulkId":"{{{id}}}","path":"/Users","data":{"externalId":"{{{id}}}","userName":"monica{{{id}}}","name":{"familyName":"Ang","givenName":"Monica"},"title":"{{{title}}}","active":{{{active}}},
        "emails":[{"value":"monica.{{{id}}}@example.test","type":"work","primary":true}],"{{{Enterprise}}}":{"employeeNumber":"{{{id}}}","department":"{{{department}}}","manager":{"value":"521097"} } } }
        """;

    private static string Patch(string id, string operations) => $$$"""{"method":"PATCH","path":"/Users/{{{id}}}","data":{ "Operations":[{{{operations}}}] } }""";
}
