using System.Net;
using System.Text.Json.Nodes;
using Gateway.Tests.Simulator;
using Gateway.Tests.Sync;

namespace Gateway.Tests.Exports;

/// <summary>What Officevibe lets one export, read through the gateway.</summary>
public sealed class AccountExportTests
{
    [Fact]
    public async Task Members_teams_engagement_and_feedback_are_read_through_as_json_and_csv_and_who_read_them_is_noted()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(6, officevibe: o =>
        {
            o.Members.Add(new() { Email = "boss@example.test", FirstName = "Zoé", LastName = "=HYPERLINK(\"x\")", Role = OfficevibeSimulator.Account.MemberRole.Administrator });
        });
        await sync.Officevibe.ControlAsync("account", new
        {
            feedback = new object[]
            {
                new { team = "Data", userEmail = "E001@example.test", message = "+1 \"more\" light, please", tags = new[] { "Office" }, creationDate = "2026-03-05T10:00:00Z", replies = new[] { "We look into it." } },
                new { team = "Data", message = "Too old", creationDate = "2026-01-05T10:00:00Z" },
                new { team = "Platform", message = "Another team's", creationDate = "2026-03-05T10:00:00Z" },
            },
        });

        var members = await JsonAsync(sync, "members");
        Assert.Equal(7, members.Count);
        Assert.Equal(("Zoé", true), Of(members.Single(m => (string?)m!["email"] == "boss@example.test")!));
        Assert.Equal(["Data"], members.Single(m => (string?)m!["email"] == "E001@example.test")!["managedGroups"]!.AsArray().Select(g => (string)g!));
        var teams = await JsonAsync(sync, "teams");
        Assert.Equal([("Platform", 2), ("Data", 2)], teams.Select(t => ((string)t!["name"]!, (int)t["userCount"]!)));
        var weeks = await JsonAsync(sync, "engagement?team=Data&team=Platform&date=2026-03-02&date=2026-03-09");
        Assert.Equal(4, weeks.Count);
        Assert.All(weeks, w => Assert.Equal(("Engagement", 11), ((string)w!["metrics"]![0]!["id"]!, w["metrics"]!.AsArray().Count)));
        Assert.All(weeks, w => Assert.InRange((decimal)w!["metrics"]![0]!["value"]!, 5, 10));
        var feedback = Assert.Single(await JsonAsync(sync, "feedback?team=Data&from=2026-03-01"))!;
        Assert.Equal(("+1 \"more\" light, please", "Office", "We look into it."), ((string?)feedback["message"], (string?)feedback["tags"]![0], (string?)feedback["replies"]![0]!["message"]));

        // For people: no cell is a formula. For machines: verbatim. Neither stays anywhere.
        using (var csv = await GetAsync(sync, "feedback?team=Data&from=2026-03-01&format=csv"))
        {
            Assert.Equal(("text/csv", "no-store"), (csv.Content.Headers.ContentType!.MediaType, csv.Headers.CacheControl!.ToString()));
            var text = await csv.Content.ReadAsStringAsync(SimulatorServer.Cancel);
            Assert.Contains("\"'+1 \"\"more\"\" light, please\"", text, StringComparison.Ordinal);
            Assert.Contains("(for spreadsheets only)", text, StringComparison.Ordinal);
        }

        Assert.Contains("\"'=HYPERLINK(\"\"x\"\")\"", await TextAsync(sync, "members?format=csv"), StringComparison.Ordinal);
        Assert.Contains(",\"=HYPERLINK(\"\"x\"\")\",", await TextAsync(sync, "members?format=csv&for=data"), StringComparison.Ordinal);
        Assert.StartsWith("date,team,metricId,metric,value", await TextAsync(sync, "engagement?team=Data&date=2026-03-02&for=data", "text/csv"), StringComparison.Ordinal);
        Assert.StartsWith("{", await TextAsync(sync, "teams", "application/json, text/csv;q=0.5"), StringComparison.Ordinal);

        using var audit = await sync.Gateway.Http.GetAsync(new Uri("/v1/audit", UriKind.Relative), SimulatorServer.Cancel);
        var noted = (await SyncGateway.JsonAsync(audit))["items"]!.AsArray().Where(a => ((string)a!["action"]!).StartsWith("export.", StringComparison.Ordinal)).ToList();
        Assert.Equal(["export.engagement", "export.engagement", "export.feedback", "export.feedback", "export.members", "export.members", "export.members", "export.teams", "export.teams"],
            noted.Select(a => (string)a!["action"]!).Order(StringComparer.Ordinal));
        var read = noted.First(a => (string?)a!["action"] == "export.feedback")!;
        Assert.Equal(("key:development", "Data", 1), ((string?)read["actor"], (string?)read["detail"]!["asked"]!["team"], (int)read["detail"]!["items"]!));
        Assert.DoesNotContain("light", noted.Aggregate("", (all, a) => all + a), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Good_Vibes_of_Workleap_are_read_page_after_page_and_what_is_between_people_only_where_it_is_asked_for()
    {
        await using var sync = await SyncGateway.StartAsync(
            new() { ["Gateway:Officevibe:Dialect"] = "workleap" }, o => o.Members.AddRange(Enumerable.Range(1, 3).Select(i => new OfficevibeSimulator.Account.SeedMember { Email = $"E00{i}@example.test", FirstName = "Ana", LastName = $"Number {i}" })));
        await sync.Officevibe.ControlAsync("account", new
        {
            goodVibes = Enumerable.Range(0, 205).Select(i => new
            {
                from = "E001@example.test", to = new[] { "E002@example.test", "E003@example.test" }, message = i == 204 ? "=cmd" : $"Thank you {i}", prompt = "Great help",
                isPublic = i % 5 != 0, creationDate = SyncGateway.Start.AddMinutes(i),
            }),
        });

        var all = await JsonAsync(sync, "goodvibes");
        Assert.Equal((205, 205), (all.Count, all.Select(v => (string)v!["id"]!).Distinct(StringComparer.Ordinal).Count()));
        var last = all[0]!;
        Assert.Equal(("=cmd", "Great help", true, "E001@example.test", "Ana Number 2"),
            ((string?)last["message"], (string?)last["prompt"], (bool)last["isPublic"]!, (string?)last["sender"]!["email"], (string?)last["recipients"]![0]!["name"]));
        Assert.Equal(164, (await JsonAsync(sync, "goodvibes?public=true")).Count);
        var text = await TextAsync(sync, "goodvibes?format=csv&for=data");
        Assert.StartsWith("creationDate,sender,senderEmail,recipients,recipientEmails,message,isPublic,collection,prompt,replyCount,reactions,id", text, StringComparison.Ordinal);
        Assert.Contains(",Ana Number 1,E001@example.test,Ana Number 2; Ana Number 3,", text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("'=cmd", await TextAsync(sync, "goodvibes?format=csv"), StringComparison.Ordinal);

        // The second page is never the end of it when it cannot be read.
        await sync.Officevibe.ArmAsync(new { kind = "truncatedJson", path = "/officevibe/goodvibes", times = 4 });
        await RefusedAsync(sync, "goodvibes", 502, "officevibe-failed", "read to its end");
        await sync.Officevibe.ControlAsync("faults/release", new { });
        using (var audit = await sync.Gateway.Http.GetAsync(new Uri("/v1/audit", UriKind.Relative), SimulatorServer.Cancel))
        {
            var noted = (await SyncGateway.JsonAsync(audit))["items"]!.AsArray().Where(a => (string?)a!["action"] == "export.goodvibes").ToList();
            Assert.Equal((4, 164), (noted.Count, noted.Min(a => (int)a!["detail"]!["items"]!)));
            Assert.DoesNotContain("Thank you", noted.Aggregate("", (t, a) => t + a), StringComparison.Ordinal);
        }

        await sync.Gateway.RestartAsync(new() { ["Gateway:Exports:GoodVibes"] = "false" });
        await RefusedAsync(sync, "goodvibes", 403, "switched-off", "Gateway:Exports:GoodVibes");
        await sync.Gateway.RestartAsync(new() { ["Gateway:Exports:GoodVibes"] = "true", ["Gateway:Officevibe:Workleap:GoodVibesUrl"] = new Uri(sync.Officevibe.Http.BaseAddress!, "/officevibe/elsewhere").ToString() });
        await RefusedAsync(sync, "goodvibes", 502, "officevibe-failed", null);
        await using var legacy = await SyncGateway.StartAsync();
        await RefusedAsync(legacy, "goodvibes", 501, "not-given", "legacy");
    }

    [Fact]
    public async Task What_cannot_be_read_is_said_with_its_cause_and_is_never_an_empty_list()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(6);
        await RefusedAsync(sync, "feedback?team=Nobody&from=2026-03-01", 502, "officevibe-failed", "under that very name");
        await RefusedAsync(sync, "feedback", 400, "invalid", null);
        await RefusedAsync(sync, "engagement?team=Data&date=02/03/2026", 400, "invalid", null);
        await RefusedAsync(sync, "members?format=xml", 400, "invalid", null);

        await sync.Officevibe.ArmAsync(new { kind = "rateLimited", retryAfterSeconds = 120, path = "/api/v2/users" });
        using (var limited = await GetAsync(sync, "members")) Assert.Equal((502, TimeSpan.FromSeconds(120)), ((int)limited.StatusCode, limited.Headers.RetryAfter!.Delta));
        await sync.Officevibe.ArmAsync(new { kind = "truncatedJson", path = "/api/v2/users", times = 4 });
        await RefusedAsync(sync, "members", 502, "officevibe-failed", "read to its end");
        await sync.Officevibe.ControlAsync("faults/release", new { });
        await sync.Officevibe.ControlAsync("account", new { key = "another" });
        foreach (var list in new[] { "members", "teams", "feedback?team=Data&from=2026-03-01", "engagement?team=Data&date=2026-03-02" })
            await RefusedAsync(sync, list, 502, "officevibe-failed", "Gateway:Officevibe:ApiKey");

        await sync.Gateway.RestartAsync(new() { ["Gateway:Exports:Feedback"] = "false" });
        await RefusedAsync(sync, "feedback?team=Data&from=2026-03-01", 403, "switched-off", "Gateway:Exports:Feedback");
        await sync.Gateway.RestartAsync(new(SyncGateway.Workleap(sync.Officevibe)));
        Assert.Equal(6, (await JsonAsync(sync, "members")).Count);
        Assert.Equal(2, (await JsonAsync(sync, "teams")).Count);
        await RefusedAsync(sync, "engagement?team=Data&date=2026-03-02", 501, "not-given", null);
    }

    [Fact]
    public async Task Who_may_only_read_sees_members_and_teams_and_not_what_people_say()
    {
        const string key = "gwk_reads";
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key)));
        await using var sync = await SyncGateway.StartAsync(new() { ["Gateway:Keys:reader:Hash"] = hash, ["Gateway:Keys:reader:Scopes:0"] = "read" });
        sync.Gateway.Http.DefaultRequestHeaders.Remove("X-Api-Key");
        sync.Gateway.Http.DefaultRequestHeaders.Add("X-Api-Key", key);
        Assert.Empty(await JsonAsync(sync, "members"));
        await RefusedAsync(sync, "feedback?team=Data&from=2026-03-01", 403, "scope-missing", "operate");
        await RefusedAsync(sync, "engagement?team=Data&date=2026-03-02", 403, "scope-missing", "operate");
        await RefusedAsync(sync, "goodvibes", 403, "scope-missing", "operate");
    }

    private static (string?, bool) Of(JsonNode member) => ((string?)member["firstName"], (bool)member["isAdmin"]!);

    private static Task<HttpResponseMessage> GetAsync(SyncGateway sync, string path, string? accept = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/exports/" + path);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        return sync.Gateway.Http.SendAsync(request, SimulatorServer.Cancel);
    }

    private static async Task<JsonArray> JsonAsync(SyncGateway sync, string path)
    {
        using var response = await GetAsync(sync, path);
        var text = await response.Content.ReadAsStringAsync(SimulatorServer.Cancel);
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!["items"]!.AsArray();
    }

    private static async Task<string> TextAsync(SyncGateway sync, string path, string? accept = null)
    {
        using var response = await GetAsync(sync, path, accept);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(SimulatorServer.Cancel);
    }

    private static async Task RefusedAsync(SyncGateway sync, string path, int status, string type, string? says)
    {
        using var response = await GetAsync(sync, path);
        var text = await response.Content.ReadAsStringAsync(SimulatorServer.Cancel);
        Assert.True((int)response.StatusCode == status && text.Contains("urn:gateway:problem:" + type, StringComparison.Ordinal), text);
        if (says is not null) Assert.Contains(says, (string?)JsonNode.Parse(text)!["detail"], StringComparison.Ordinal);
    }
}
