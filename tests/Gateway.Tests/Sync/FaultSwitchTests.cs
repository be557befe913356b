using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.OfficevibeSimulator.Faults;

namespace Gateway.Tests.Sync;

/// <summary>Every fault that the simulator can play on a sync, and what becomes of the run.</summary>
public sealed class FaultSwitchTests
{
    private const string NotJson = "Officevibe answered with something that is no JSON: the key or the address is wrong.";
    private const string NoAnswer = "There was no answer; read back, the account has nothing of what was sent.";
    private const string Arrived = "There was no answer; read back, the account has what was sent.";
    private const string Late = "No answer within 00:00:10.";
    private const string Cut = "The answer could not be read to its end.";
    private const string WebPage = "Officevibe answered with a web page, as it does when the key is wrong or revoked, or the address is wrong.";
    private const string Activation = "You must activate API synchronization via the admin dashboard on officevibe.com.";

    /// <summary>One way in which a sync can go wrong.</summary>
    /// <param name="Name">Of the row; the fault's kind comes first.</param>
    /// <param name="Fault">As it is armed; it is played once, on the sync.</param>
    /// <param name="State">What the run is when the answer, or none, has come.</param>
    /// <param name="Reason">In the run's reason then.</param>
    /// <param name="Applied">The account has the change.</param>
    public sealed record Row(string Name, string Fault, string State, string Reason, bool Applied = false)
    {
        /// <summary>What Officevibe asked for; null: nothing.</summary>
        public TimeSpan? RetryAfter { get; init; }

        /// <summary>What a reading back says of an <c>unknown</c> run: its state and reason then.</summary>
        public (string State, string Reason)? ReadBack { get; init; }

        /// <summary>The connection stays open without an answer: only the gateway's own deadline ends it.</summary>
        public bool Hangs { get; init; }

        /// <summary>In the raw answer that is kept.</summary>
        public string Raw { get; init; } = "";

        /// <summary>The texts that are kept one by one.</summary>
        public string[] Reported { get; init; } = [];

        /// <summary>How the account tells that a key is wrong.</summary>
        public string? AuthenticationFailure { get; init; }

        public override string ToString() => Name;
    }

    private static readonly Row[] Table =
    [
        new("RateLimited", """{"kind":"rateLimited"}""", "failed", "Officevibe answered 429."),
        new("RateLimited, back in half an hour", """{"kind":"rateLimited","retryAfterSeconds":1800}""", "failed", "Officevibe answered 429.") { RetryAfter = TimeSpan.FromMinutes(30) },
        new("RateLimited, back in a week", """{"kind":"rateLimited","retryAfterSeconds":604800}""", "failed", "Officevibe answered 429.") { RetryAfter = TimeSpan.FromHours(6) },
        new("ServerError", """{"kind":"serverError"}""", "failed", "Officevibe answered 500.") { Raw = "Something went wrong." },
        new("ServerError 503", """{"kind":"serverError","status":503,"retryAfterSeconds":1200}""", "failed", "Officevibe answered 503.") { RetryAfter = TimeSpan.FromMinutes(20) },
        new("ServerError 507", """{"kind":"serverError","status":507}""", "failed", "Officevibe answered 507."),
        new("ServerError 408", """{"kind":"serverError","status":408}""", "unknown", "Officevibe answered 408.") { ReadBack = ("failed", NoAnswer) },
        new("ServerError 502", """{"kind":"serverError","status":502}""", "unknown", "Officevibe answered 502.") { ReadBack = ("failed", NoAnswer) },
        new("ServerError 504", """{"kind":"serverError","status":504}""", "unknown", "Officevibe answered 504.") { ReadBack = ("failed", NoAnswer) },
        new("ServerError 400", """{"kind":"serverError","status":400}""", "refused", "Officevibe answered 400: it does not take this body.") { Raw = "Something went wrong." },
        new("ServerError 413", """{"kind":"serverError","status":413}""", "refused", "Officevibe answered 413: it does not take this body.") { Raw = "Something went wrong." },
        new("ServerError 422", """{"kind":"serverError","status":422}""", "refused", "Officevibe answered 422: it does not take this body.") { Raw = "Something went wrong." },
        new("ServerError 401", """{"kind":"serverError","status":401}""", "refused", "Officevibe answered 401"),
        new("ServerError 403", """{"kind":"serverError","status":403}""", "refused", "Officevibe answered 403"),
        new("ServerError 404", """{"kind":"serverError","status":404}""", "refused", "Officevibe answered 404"),
        new("ServerError 410", """{"kind":"serverError","status":410}""", "refused", "Officevibe answered 410"),
        new("ServerError 405", """{"kind":"serverError","status":405}""", "refused", NotJson),
        new("Maintenance", """{"kind":"maintenance"}""", "failed", "Officevibe answered 503.") { Raw = "<html" },
        new("Maintenance, back in an hour", """{"kind":"maintenance","retryAfterSeconds":3600}""", "failed", "Officevibe answered 503.") { RetryAfter = TimeSpan.FromHours(1) },
        new("Maintenance 200", """{"kind":"maintenance","status":200}""", "refused", WebPage) { Raw = "<html" },
        new("CutBeforeApply", """{"kind":"cutBeforeApply"}""", "unknown", "broke") { ReadBack = ("failed", NoAnswer) },
        new("CutAfterApply", """{"kind":"cutAfterApply"}""", "unknown", "broke", Applied: true) { ReadBack = ("accepted", Arrived) },
        new("CutMidAnswer", """{"kind":"cutMidAnswer"}""", "unknown", "broke", Applied: true) { ReadBack = ("accepted", Arrived) },
        new("Slow", """{"kind":"slow"}""", "unknown", Late) { Hangs = true, ReadBack = ("failed", NoAnswer) },
        new("Slow after it was applied", """{"kind":"slow","afterApply":true}""", "unknown", Late, Applied: true) { Hangs = true, ReadBack = ("accepted", Arrived) },
        new("TruncatedJson", """{"kind":"truncatedJson"}""", "unknown", Cut, Applied: true) { ReadBack = ("accepted", Arrived) },
        new("SuccessWithErrors", """{"kind":"successWithErrors","errors":["attribute not found: Hobby"]}""", "accepted_with_issues", "1 rows that it skipped", Applied: true)
        {
            Reported = ["attribute not found: Hobby"],
        },
        new("FailureText", """{"kind":"failureText","errors":["The moon is in the wrong house."]}""", "failed", "Officevibe reported that the call failed.") { Reported = ["The moon is in the wrong house."] },
        new("FailureText of activation", $$"""{"kind":"failureText","errors":["{{Activation}}"]}""", "refused", "Officevibe refused the call.") { Reported = [Activation] },
        new("KeyRegenerated", """{"kind":"keyRegenerated"}""", "refused", WebPage),
        new("KeyRegenerated, to a login page", """{"kind":"keyRegenerated"}""", "refused", "Officevibe answered 302") { AuthenticationFailure = "redirect" },
        new("IntegrationOff", """{"kind":"integrationOff"}""", "refused", "Officevibe refused the call.") { Reported = [Activation] },
    ];

    public static TheoryData<string> Rows => [.. Table.Select(r => r.Name)];

    [Fact]
    public void The_table_has_a_row_for_every_fault_that_the_simulator_knows() =>
        // What fails after Workleap has taken a body has tests of its own.
        Assert.Equal(Enum.GetNames<FaultKind>().Except([nameof(FaultKind.ProvisioningFails)]).Order(StringComparer.Ordinal), Table.Select(r => r.Name.Split(' ', ',')[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_fault_of_Officevibe_comes_to_its_state_and_nothing_is_resent_blindly(string name)
    {
        var row = Table.Single(r => r.Name == name);
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(12, new() { ["Gateway:Officevibe:Timeout"] = "00:00:10" });
        if (row.AuthenticationFailure is { } form) await sync.Officevibe.ControlAsync("account", new { authenticationFailure = form });
        await sync.EventsAsync(sync.Hire(100));
        var fault = JsonNode.Parse(row.Fault)!;
        Assert.Equal(row.Name.Split(' ', ',')[0], JsonNamingPolicy.CamelCase.ConvertName((string)fault["kind"]!), ignoreCase: true);
        fault["path"] = "/api/v2/sync";
        await sync.Officevibe.ArmAsync(fault);

        var run = await (row.Hangs ? GivenUpAsync(sync) : sync.RequestAsync());

        Assert.Equal(row.State, run.State());
        Assert.Contains(row.Reason, (string)run["reason"]!, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(row.Raw, (string)run["answer"]!["raw"]!, StringComparison.Ordinal);
        Assert.Equal(row.Reported, run["answer"]!["reported"]!.AsArray().Select(r => (string)r!["text"]!));
        Assert.Equal((2, row.Applied ? 13 : 12), (await sync.SentAsync(), await sync.MembersAsync()));
        await (row.State switch
        {
            "failed" => IsTriedAgainAsync(sync, run, row.RetryAfter),
            "unknown" => IsReadBackAsync(sync, run, row),
            "refused" => WaitsForAPersonAsync(sync, run),
            _ => Task.CompletedTask,
        });
    }

    /// <summary>The same content goes out again when its time has come, and not a moment sooner.</summary>
    private static async Task IsTriedAgainAsync(SyncGateway sync, JsonNode failed, TimeSpan? asked)
    {
        var sent = await sync.SentAsync();
        var (at, from) = (Instant(failed, "retryAt"), Instant(failed, "finishedAt"));
        if (asked is { } least) Assert.InRange(at - from, least, least * 1.25);
        else Assert.InRange(at - from, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

        sync.Advance(at - sync.Time.GetUtcNow() - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await sync.WorkAsync());
        Assert.Equal(sent, await sync.SentAsync());
        sync.Advance(TimeSpan.FromMilliseconds(1));
        var retried = await sync.RunAsync(Assert.Single(await sync.WorkAsync()));
        Assert.Equal(("accepted", "retry"), (retried.State(), (string)retried["trigger"]!));
        Assert.Equal((sent + 1, 13), (await sync.SentAsync(), await sync.MembersAsync()));
    }

    /// <summary>Nothing goes out before the account was looked at; what is there already does not go out at all.</summary>
    private static async Task IsReadBackAsync(SyncGateway sync, JsonNode unknown, Row row)
    {
        Assert.Null((string?)unknown["retryAt"]);
        using var asked = await sync.PostAsync("/v1/syncs", new { });
        Assert.Empty(await sync.WorkAsync());
        Assert.Equal(("unknown", 2), ((await sync.RunAsync(unknown.Id())).State(), await sync.SentAsync()));

        sync.Advance(TimeSpan.FromSeconds(16));
        await sync.WorkAsync();

        var settled = await sync.RunAsync(unknown.Id());
        Assert.Equal(row.ReadBack, (settled.State(), (string)settled["reason"]!));
        var next = await sync.LastAsync();
        Assert.Equal(row.Applied ? ("unchanged", 2) : ("accepted", 3), (next.State(), await sync.SentAsync()));
        Assert.Equal(13, await sync.MembersAsync());
    }

    /// <summary>No time makes it better: a person is told what to do.</summary>
    private static async Task WaitsForAPersonAsync(SyncGateway sync, JsonNode refused)
    {
        Assert.Null((string?)refused["retryAt"]);
        Assert.NotEmpty((string)refused["whatToDo"]!);
        sync.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await sync.WorkAsync());
        Assert.Equal((2, 12), (await sync.SentAsync(), await sync.MembersAsync()));
    }

    /// <summary>The answer never comes, and the gateway's patience ends.</summary>
    private static async Task<JsonNode> GivenUpAsync(SyncGateway sync)
    {
        var asking = sync.RequestAsync();
        await sync.Officevibe.GetAsync("/_simulator/faults/held");
        sync.Time.Advance(TimeSpan.FromSeconds(10));
        return await asking.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static DateTimeOffset Instant(JsonNode run, string field) => DateTimeOffset.Parse((string)run[field]!, CultureInfo.InvariantCulture);
}
