using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.Membership.Snapshots;
using Gateway.Officevibe;
using Gateway.Operations.Reading;
using Gateway.Tests.EventLogs;

namespace Gateway.Tests.Operations;

/// <summary>The worked example of a person who moves, leaves and is explained, read over HTTP.</summary>
public sealed class ReadingTests : IAsyncLifetime
{
    private TestGateway gateway = null!;

    public async ValueTask InitializeAsync()
    {
        gateway = await TestGateway.StartAsync(new()
        {
            ["Gateway:Sources:hris:Priority"] = "1",
            ["Gateway:Sources:hris:MatchBy"] = "id",
            ["Gateway:Sources:orgtool:Priority"] = "2",
            ["Gateway:Sources:orgtool:MatchBy"] = "id",
            ["Gateway:Sources:orgtool:Owns:0"] = "teams",
        });
        await SendAsync("orgtool",
            """{ "id": "o1", "type": "team", "occurredAt": "2026-01-01T00:00:00Z", "teamId": "T1", "name": "Platform", "parentId": null }""",
            """{ "id": "o2", "type": "team", "occurredAt": "2026-01-05T00:00:00Z", "teamId": "T2", "name": "Data", "parentId": "T1" }""",
            """{ "id": "o3", "type": "move", "occurredAt": "2026-03-01T00:00:00Z", "effectiveAt": "2026-03-02", "employeeId": "E7", "to": "T1" }""",
            """{ "id": "o4", "type": "assign", "occurredAt": "2026-03-02T00:00:00Z", "employeeId": "E1", "teamId": "T1", "role": "manager" }""");
        await SendAsync("hris",
            """{ "id": "h1", "type": "hire", "occurredAt": "2026-03-02T00:00:00Z", "employeeId": "E7", "member": { "email": "ines@example.test", "firstName": "Inés", "lastName": "Muñoz", "jobTitle": "Dev" }, "teams": [{ "teamId": "T9" }] }""");
        await SendAsync("hris",
            """{ "id": "h2", "type": "hire", "occurredAt": "2026-03-02T00:00:00Z", "employeeId": "E1", "member": { "email": "ada@example.test", "firstName": "Ada", "jobTitle": "Lead" } }""",
            """{ "id": "h3", "type": "hire", "occurredAt": "2026-03-02T00:00:00Z", "employeeId": "E2", "member": { "firstName": "Noor" } }""",
            """{ "id": "h4", "type": "leave", "occurredAt": "2026-03-05T00:00:00Z", "employeeId": "E7", "lastDay": "2999-06-26", "reason": "Confidential." }""",
            """{ "id": "h5", "type": "update", "occurredAt": "2026-03-06T00:00:00Z", "employeeId": "E404", "member": { "jobTitle": "Nobody" } }""");
        await gateway.FoldAsync();
    }

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Fact]
    public async Task Members_are_listed_page_by_page_each_once()
    {
        var first = await GetAsync("/v1/members?limit=2");
        var second = await GetAsync($"/v1/members?limit=2&after={first.GetProperty("next").GetString()}");

        Assert.Equal(["E1", "E2", "E404", "E7"], Ids(first).Concat(Ids(second)));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
        Assert.Equal(["E7"], Ids(await GetAsync("/v1/members?q=MUÑ")));
        Assert.Equal(["E1", "E7"], Ids(await GetAsync("/v1/members?team=T1")));
        Assert.Equal(["E1", "E2", "E7"], Ids(await GetAsync("/v1/members?employed=true")));
    }

    [Theory]
    [InlineData("/v1/members?limit=0", "limit")]
    [InlineData("/v1/members?limit=501", "limit")]
    [InlineData("/v1/members?limit=many", "limit")]
    [InlineData("/v1/members/E7?at=yesterday", "at")]
    [InlineData("/v1/members/E7?known=-1", "known")]
    [InlineData("/v1/events?state=gone", "state")]
    [InlineData("/v1/events?type=birth", "type")]
    [InlineData("/v1/snapshot?dialect=klingon", "dialect")]
    [InlineData("/v1/snapshot/issues?code=nothing", "code")]
    [InlineData("/v1/audit?from=once", "from")]
    public async Task A_question_that_makes_no_sense_is_refused_by_name(string path, string parameter)
    {
        var body = await (await gateway.Http.GetAsync(path)).IsProblemAsync(ProblemKind.Invalid);

        Assert.True(body.GetProperty("errors").TryGetProperty(parameter, out _));
    }

    [Theory]
    [InlineData("/v1/members?after=%00")]
    [InlineData("/v1/members?after=zzzz!")]
    [InlineData("/v1/events?after=bm90IGEgbnVtYmVy")]
    [InlineData("/v1/audit?after=bm90IGEgbnVtYmVy")]
    [InlineData("/v1/snapshot/issues?after=bm90IGEgbnVtYmVy")]
    public async Task A_cursor_that_is_not_ours_is_refused(string path) =>
        await (await gateway.Http.GetAsync(path)).IsProblemAsync(ProblemKind.CursorInvalid);

    [Fact]
    public async Task A_member_is_read_now_then_and_as_known()
    {
        var now = await GetAsync("/v1/members/E7");
        var after = await GetAsync("/v1/members/E7?at=2999-07-01");
        var fifth = gateway.Get<ILogStore>().Position(5);
        var before = await GetAsync($"/v1/members/E7?known={fifth}");

        Assert.True(now.GetProperty("member").GetProperty("inSnapshot").GetBoolean());
        Assert.Equal("T1", now.GetProperty("member").GetProperty("assignments")[0].GetProperty("teamId").GetString());
        Assert.False(after.GetProperty("member").GetProperty("employed").GetBoolean());
        Assert.Equal(fifth, before.GetProperty("known").GetInt64());
        await (await gateway.Http.GetAsync("/v1/members/E8")).IsProblemAsync(ProblemKind.NotFound);
        await (await gateway.Http.GetAsync("/v1/members/E7?known=2")).IsProblemAsync(ProblemKind.NotFound);
    }

    [Fact]
    public async Task History_names_the_event_and_the_rule_behind_each_field_and_place()
    {
        var history = await GetAsync("/v1/members/E7/history");

        var title = history.GetProperty("fields").EnumerateArray().Single(f => f.GetProperty("field").GetString() == "jobTitle");
        Assert.Equal(("hris", "h1", "highest-priority"), From(title));
        var place = Assert.Single(history.GetProperty("assignments").EnumerateArray());
        Assert.Equal(("orgtool", "o3", "owner"), From(place));
        Assert.True(place.GetProperty("inSnapshot").GetBoolean());
        var events = history.GetProperty("sources").EnumerateArray().Single(s => s.GetProperty("source").GetString() == "hris").GetProperty("events");
        Assert.Equal([("h1", "applied"), ("h4", "scheduled")], events.EnumerateArray().Select(e => (e.GetProperty("id").GetString()!, e.GetProperty("state").GetString()!)));
        Assert.DoesNotContain("Confidential", history.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("E2", "member.email_missing")]
    [InlineData("E404", "member.never_hired")]
    public async Task History_says_why_somebody_is_not_in_the_snapshot(string id, string code)
    {
        var snapshot = (await GetAsync($"/v1/members/{id}/history")).GetProperty("snapshot");

        Assert.False(snapshot.GetProperty("included").GetBoolean());
        Assert.Contains(snapshot.GetProperty("issues").EnumerateArray(), i => i.GetProperty("code").GetString() == code && i.GetProperty("leftOut").GetBoolean());
        Assert.Equal(snapshot.GetProperty("issues").EnumerateArray().First(i => i.GetProperty("leftOut").GetBoolean()).GetProperty("message").GetString(), snapshot.GetProperty("why").GetString());
    }

    [Fact]
    public async Task Teams_are_read_with_parent_managers_and_members()
    {
        var list = await GetAsync("/v1/teams");
        var team = (await GetAsync("/v1/teams/T1")).GetProperty("team");

        Assert.Equal(["T1", "T2"], Ids(list));
        Assert.Equal("T1", list.GetProperty("items")[1].GetProperty("parentId").GetString());
        Assert.Equal("E1", Assert.Single(team.GetProperty("managers").EnumerateArray()).GetString());
        Assert.Equal("E7", Assert.Single(team.GetProperty("members").EnumerateArray()).GetString());
        Assert.Equal("T2", Assert.Single(team.GetProperty("subTeams").EnumerateArray()).GetString());
        Assert.Equal("o1", team.GetProperty("nameFrom").GetProperty("eventId").GetString());
        await (await gateway.Http.GetAsync("/v1/teams/T9")).IsProblemAsync(ProblemKind.NotFound);
    }

    [Fact]
    public async Task Events_are_read_with_their_state_and_without_a_reason_to_leave()
    {
        var scheduled = await GetAsync("/v1/events?state=scheduled");
        var waiting = await GetAsync("/v1/events?state=waiting");
        var leave = await GetAsync("/v1/events/hris/h4");
        var page = await GetAsync("/v1/events?source=hris&limit=3");
        var rest = await GetAsync($"/v1/events?source=hris&limit=3&after={page.GetProperty("next").GetString()}");

        Assert.Equal(["h4"], Ids(scheduled));
        Assert.Equal(["h5"], Ids(waiting));
        Assert.Equal(["h5", "h4", "h3", "h2", "h1"], Ids(page).Concat(Ids(rest)));
        Assert.Equal(["o3", "h1", "h4"], Ids(await GetAsync("/v1/events?subject=E7")).OrderBy(i => i[0] == 'h').ThenBy(i => i, StringComparer.Ordinal));
        Assert.Equal("2999-06-27T00:00:00+00:00", leave.GetProperty("effectiveAt").GetString());
        Assert.Equal("2999-06-26", leave.GetProperty("event").GetProperty("lastDay").GetString());
        Assert.DoesNotContain("Confidential", leave.ToString(), StringComparison.Ordinal);
        await (await gateway.Http.GetAsync("/v1/events/hris/h99")).IsProblemAsync(ProblemKind.NotFound);
    }

    [Fact]
    public async Task The_snapshot_is_what_would_be_sent_under_its_hash_and_is_not_sent_twice()
    {
        var answer = await gateway.Http.GetAsync("/v1/snapshot");
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        using var again = new HttpRequestMessage(HttpMethod.Get, "/v1/snapshot");
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);

        Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\"", answer.Headers.ETag!.Tag);
        Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
        Assert.Equal(["E1", "E7"], JsonDocument.Parse(bytes).RootElement.GetProperty("users").EnumerateArray().Select(u => u.GetProperty("id").GetString()));
        Assert.Equal(HttpStatusCode.NotModified, (await gateway.Http.SendAsync(again)).StatusCode);
        var later = JsonDocument.Parse(await gateway.Http.GetStringAsync("/v1/snapshot?at=2999-07-01")).RootElement;
        Assert.Equal(["E1"], later.GetProperty("users").EnumerateArray().Select(u => u.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task No_snapshot_is_left_on_disk()
    {
        var body = SnapshotFile.Write(Snapshot.Empty, new OfficevibeOptions());
        await using (body.Stream)
        {
            Assert.Equal(OperatingSystem.IsWindows(), File.Exists(body.Stream.Name));
            Assert.Equal(body.Hash, Convert.ToHexStringLower(await SHA256.HashDataAsync(body.Stream, TestContext.Current.CancellationToken)));
        }

        Assert.False(File.Exists(body.Stream.Name));
    }

    [Fact]
    public async Task Issues_are_listed_by_code_page_by_page()
    {
        var all = await GetAsync("/v1/snapshot/issues");
        var paged = new List<string>();
        string? next = null;
        do
        {
            var page = await GetAsync("/v1/snapshot/issues?limit=1" + (next is null ? "" : $"&after={next}"));
            paged.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.ToString()));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);

        Assert.Equal(all.GetProperty("items").EnumerateArray().Select(i => i.ToString()), paged);
        Assert.Equal(["E2"], (await GetAsync("/v1/snapshot/issues?code=member.email_missing")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("subject").GetString()));
    }

    [Fact]
    public async Task The_difference_says_what_a_coming_day_brings_and_what_the_guard_would_say()
    {
        var today = await GetAsync("/v1/snapshot/diff");
        var then = await GetAsync("/v1/snapshot/diff?at=2999-07-01");

        Assert.Equal(2, today.GetProperty("diff").GetProperty("usersAdded").GetArrayLength());
        Assert.Equal(1, then.GetProperty("diff").GetProperty("usersAdded").GetArrayLength());
        Assert.Equal("hold", today.GetProperty("guard").GetProperty("verdict").GetString());
        await (await gateway.Http.GetAsync("/v1/snapshot/diff?since=77")).IsProblemAsync(ProblemKind.NotFound);
    }

    [Fact]
    public async Task An_operator_keeps_a_person_out_and_takes_it_back_and_the_audit_tells()
    {
        var put = await gateway.Http.PutAsJsonAsync("/v1/members/E7/exclusion", new { reason = "Asked not to be surveyed.", until = "2998-01-01" });
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        var excluded = await GetAsync("/v1/members/E7");
        Assert.False(excluded.GetProperty("member").GetProperty("inSnapshot").GetBoolean());
        Assert.Equal("key:development", excluded.GetProperty("exclusion").GetProperty("by").GetString());

        Assert.Equal(HttpStatusCode.NoContent, (await gateway.Http.DeleteAsync("/v1/members/E7/exclusion")).StatusCode);
        var included = await GetAsync("/v1/members/E7");
        Assert.True(included.GetProperty("member").GetProperty("inSnapshot").GetBoolean());
        Assert.Equal(JsonValueKind.Null, included.GetProperty("exclusion").ValueKind);
        await (await gateway.Http.DeleteAsync("/v1/members/E7/exclusion")).IsProblemAsync(ProblemKind.NotFound);

        var audit = (await GetAsync("/v1/audit?subject=E7")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["member.include", "member.exclude"], audit.Select(a => a.GetProperty("action").GetString()));
        Assert.Equal("Asked not to be surveyed.", audit[1].GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("""{ "reason": " " }""", "reason")]
    [InlineData("""{ "reason": "x", "until": "2001-01-01" }""", "until")]
    [InlineData("""{ "reason": "x", "until": "soon" }""", "until")]
    public async Task An_exclusion_needs_a_reason_and_an_end_that_makes_sense(string body, string path)
    {
        var answer = await gateway.Http.PutAsync("/v1/members/E7/exclusion", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.True((await answer.IsProblemAsync(ProblemKind.Invalid)).GetProperty("errors").TryGetProperty(path, out _));
    }

    [Fact]
    public async Task What_is_new_is_read_at_once_though_nothing_is_folded_yet()
    {
        await GetAsync("/v1/members");
        await SendAsync("hris", """{ "id": "h9", "type": "update", "employeeId": "E7", "member": { "jobTitle": "Chief" } }""");

        Assert.Equal("Chief", (await GetAsync("/v1/members/E7")).GetProperty("member").GetProperty("jobTitle").GetString());
    }

    [Fact]
    public async Task Status_is_one_look()
    {
        var status = await GetAsync("/v1/status");

        Assert.True(status.GetProperty("pendingChanges").GetBoolean());
        Assert.Equal(gateway.Get<ILogStore>().Position(9), status.GetProperty("head").GetInt64());
        Assert.Equal(0, status.GetProperty("parked").GetInt32());
        Assert.Equal(["hris", "orgtool"], status.GetProperty("sources").EnumerateArray().Select(s => s.GetProperty("name").GetString()));
        Assert.Contains(status.GetProperty("issues").EnumerateArray(), i => i.GetProperty("code").GetString() == "member.email_missing" && i.GetProperty("count").GetInt32() == 1);
        Assert.Equal(JsonValueKind.Null, status.GetProperty("lastAccepted").ValueKind);
    }

    private async Task SendAsync(string source, params string[] events)
    {
        var answer = await gateway.PostAsync($"/v1/events/batch?source={source}", "[" + string.Join(',', events) + "]");
        var results = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("results");
        Assert.All(results.EnumerateArray(), r => Assert.Equal(202, r.GetProperty("status").GetInt32()));
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        var answer = await gateway.Http.GetAsync(path);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {body}");
        return JsonDocument.Parse(body).RootElement;
    }

    private static IEnumerable<string> Ids(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!);

    private static (string?, string?, string?) From(JsonElement said)
    {
        var from = said.GetProperty("from");
        return (from.GetProperty("source").GetString(), from.GetProperty("eventId").GetString(), from.GetProperty("rule").GetString());
    }
}
