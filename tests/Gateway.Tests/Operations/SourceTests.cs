using System.Net;
using System.Text.Json;
using Gateway.Notifications;
using Gateway.Tests.Notifications;
using Gateway.Tests.Sources.Baselines;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Operations;

/// <summary>What a source never told, found by its baselines; and for how long it has been silent.</summary>
public sealed class SourceTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_a_baseline_finds_is_what_the_source_never_told()
    {
        var time = new FakeTimeProvider(Start);
        await using var gateway = await TestGateway.StartAsync(Settings, time);
        await gateway.AcceptAsync(Hire("h1", "E1"), Hire("h2", "E2"), Hire("h3", "E3"));
        time.AdjustTime(Start.AddHours(12));

        // E3 has left, E4 has come and E2 has another title: nobody said so.
        await gateway.PutJsonAsync(Users(("E1", "Dev"), ("E2", "Lead"), ("E4", "Dev"))).OkAsync();
        var losses = await GetAsync(gateway, "/v1/sources/hris/losses");
        Assert.Equal((1, 1, 1, 1, 1), (Total(losses, "baselines"), Total(losses, "withLosses"), Total(losses, "hires"), Total(losses, "leaves"), Total(losses, "updates")));

        // The night after nothing is amiss.
        time.AdjustTime(Start.AddHours(36));
        await gateway.PutJsonAsync(Users(("E1", "Dev"), ("E2", "Lead"), ("E4", "Dev"))).OkAsync();
        losses = await GetAsync(gateway, "/v1/sources/hris/losses");
        Assert.Equal((2, 1), (Total(losses, "baselines"), Total(losses, "withLosses")));
        Assert.Equal([JsonValueKind.Null, JsonValueKind.Object], losses.GetProperty("items").EnumerateArray().Select(l => l.GetProperty("counts").ValueKind));

        Assert.Equal(1, Total(await GetAsync(gateway, $"/v1/sources/hris/losses?from={Start.AddHours(24):yyyy-MM-ddTHH:mm:ssZ}"), "baselines"));
        Assert.Equal(JsonValueKind.Null, Source(await GetAsync(gateway, "/v1/sources")).GetProperty("lastBaseline").GetProperty("counts").ValueKind);
    }

    [Fact]
    public async Task A_sources_first_word_and_what_was_taken_back_are_no_losses()
    {
        await using var gateway = await TestGateway.StartAsync(Settings);
        await gateway.PutJsonAsync(Users(("E1", "Dev"), ("E2", "Dev"))).OkAsync();
        var second = await gateway.PutJsonAsync(Users(("E1", "Dev"), ("E2", "Dev"), ("E3", "Dev"))).OkAsync();
        using var reverted = await gateway.PostAsync($"/v1/baselines/{second.GetProperty("id").GetString()}/revert", "{}");
        Assert.Equal(HttpStatusCode.OK, reverted.StatusCode);

        var losses = await GetAsync(gateway, "/v1/sources/hris/losses");
        Assert.Equal((0, 0), (Total(losses, "baselines"), Total(losses, "hires")));
        Assert.Equal([(false, true), (true, false)], losses.GetProperty("items").EnumerateArray().Select(l => (l.GetProperty("initial").GetBoolean(), l.GetProperty("reverted").GetBoolean())));
    }

    [Fact]
    public async Task What_a_baseline_finds_is_told_once_and_one_that_is_held_once_a_day()
    {
        var time = new FakeTimeProvider(Start);
        await using var receiver = await Receiver.StartAsync();
        var settings = receiver.Settings("ops", ("Types:0", "source.losses"));
        foreach (var (key, value) in Settings) settings[key] = value;
        await using var gateway = await TestGateway.StartAsync(settings, time);
        async Task<List<JsonElement>> ToldAsync()
        {
            await gateway.Get<NoticeQueue>().FillAsync(CancellationToken.None);
            await gateway.Get<NotificationSender>().SendDueAsync(gateway.Get<NotificationEndpoints>().All.First(), CancellationToken.None);
            return [.. receiver.Got.Select(g => g.Data)];
        }

        var people = Enumerable.Range(1, 40).Select(n => ($"E{n}", "Dev")).ToArray();
        await gateway.PutJsonAsync(Users(people)).OkAsync();
        Assert.Empty(await ToldAsync());

        var second = await gateway.PutJsonAsync(Users([.. people, ("E41", "Dev")])).OkAsync();
        await gateway.PutJsonAsync(Users([.. people, ("E41", "Dev")])).OkAsync();
        var told = Assert.Single(await ToldAsync());
        Assert.Equal(("hris", second.GetProperty("id").GetString(), false, 1, "/v1/sources/hris/losses"), (
            told.GetProperty("source").GetString(), told.GetProperty("baselineId").GetString(), told.GetProperty("held").GetBoolean(),
            told.GetProperty("counts").GetProperty("hires").GetInt32(), told.GetProperty("path").GetString()));

        // A file cut short, night after night.
        for (var night = 1; night <= 2; night++)
        {
            for (var again = 0; again < 2; again++) Assert.Equal(HttpStatusCode.Conflict, (await gateway.PutJsonAsync(Users(people[..5]))).StatusCode);
            var held = await ToldAsync();
            Assert.Equal((night + 1, true, JsonValueKind.Null), (held.Count, held[^1].GetProperty("held").GetBoolean(), held[^1].GetProperty("baselineId").ValueKind));
            time.AdjustTime(time.GetUtcNow() + TimeSpan.FromDays(1));
        }
    }

    [Fact]
    public async Task Silence_is_told_with_its_beginning_and_ends_with_an_event()
    {
        var time = new FakeTimeProvider(Start);
        await using var gateway = await TestGateway.StartAsync(Settings, time);
        await gateway.AcceptAsync(Hire("h1", "E1"));
        time.AdjustTime(Start.AddDays(2).AddSeconds(-1));
        Assert.Equal(JsonValueKind.Null, Source(await GetAsync(gateway, "/v1/sources")).GetProperty("silentSince").ValueKind);

        time.AdjustTime(Start.AddDays(3));
        Assert.Equal(Start.AddDays(2), Source(await GetAsync(gateway, "/v1/sources")).GetProperty("silentSince").GetDateTimeOffset(), TimeSpan.FromSeconds(1));
        Assert.True(Source(await GetAsync(gateway, "/v1/status"), "sources").GetProperty("silent").GetBoolean());

        await gateway.AcceptAsync(Hire("h2", "E2"));
        Assert.Equal(JsonValueKind.Null, Source(await GetAsync(gateway, "/v1/sources")).GetProperty("silentSince").ValueKind);
    }

    [Fact]
    public async Task A_source_that_is_not_there_is_404()
    {
        await using var gateway = await TestGateway.StartAsync(Settings);
        using var answer = await gateway.Http.GetAsync(new Uri("/v1/sources/nobody/losses", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static Dictionary<string, string?> Settings => new()
    {
        ["Gateway:Sources:hris:SilentAfter"] = "2.00:00:00",
        ["Gateway:Sync:Guard:MembersRemoved:Count"] = "100",
    };

    private static string Hire(string id, string number) =>
        $$$"""{"id":"{{{id}}}","type":"hire","employeeId":"{{{number}}}","member":{"email":"{{{number}}}@x.test","jobTitle":"Dev"},"teams":[]}""";

    private static string Users(params (string Id, string Title)[] users) =>
        $$"""{"users":[{{string.Join(',', users.Select(u => $$"""{"id":"{{u.Id}}","email":"{{u.Id}}@x.test","jobTitle":"{{u.Title}}"}"""))}}]}""";

    private static int Total(JsonElement losses, string name) => losses.GetProperty("totals").GetProperty(name).GetInt32();

    private static JsonElement Source(JsonElement answer, string list = "items") => answer.GetProperty(list).EnumerateArray().Single(s => s.GetProperty("name").GetString() == "hris");

    private static Task<JsonElement> GetAsync(TestGateway gateway, string path) => gateway.Http.GetAsync(new Uri(path, UriKind.Relative)).OkAsync();
}
