using System.Net;
using System.Text.Json;
using Gateway.Operations.CommandLine;
using Gateway.Operations.Security;
using Gateway.Tests.Simulator;

namespace Gateway.Tests.Operations;

/// <summary>The verbs, as a script calls them: what they print, and what they end with.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task A_new_key_is_accepted_with_the_settings_it_is_printed_with()
    {
        var (code, output, _) = await RunAsync("keys", "new", "--name", "hris-prod", "--scopes", "ingest,read", "--source", "hris", "--not-after", "2999-01-01", "--json");
        var made = JsonDocument.Parse(output).RootElement;
        var settings = made.GetProperty("settings").EnumerateObject().ToDictionary(s => $"Gateway:Keys:hris-prod:{s.Name}", s => (string?)s.Value.GetString());
        await using var host = await EdgeHost.StartAsync(settings);

        Assert.Equal(0, code);
        Assert.Equal("key:hris-prod", await (await host.GetAsync("/read", made.GetProperty("key").GetString())).Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("--scopes", "reed")]
    [InlineData("--scopes", "ingest")]
    [InlineData("--not-after", "soon")]
    public async Task A_key_that_would_not_be_accepted_is_not_made(string option, string value)
    {
        var (code, output, error) = await RunAsync(["keys", "new", option, value, .. option == "--scopes" ? Array.Empty<string>() : ["--scopes", "read"]]);

        Assert.Equal(1, code);
        Assert.DoesNotContain("gwk_", output, StringComparison.Ordinal);
        Assert.Contains("Gateway:Keys:new:", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stauts")]
    [InlineData("serve", "now")]
    [InlineData("migrate", "--Gateway:Sync:Mode", "observe", "please")]
    public async Task A_word_that_is_no_command_starts_nothing(params string[] args)
    {
        var (code, _, error) = await RunAsync(args);

        Assert.Equal(1, code);
        Assert.Contains($"'{args[^1]}'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_ends_0_for_a_gateway_that_takes_events_and_1_for_none()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (well, output, _) = await RunAsync("health", "--url", gateway.Address.AbsoluteUri);
        var (away, _, error) = await RunAsync("health", "--url", "http://127.0.0.1:1");

        Assert.Equal((0, 1), (well, away));
        Assert.Contains("healthy", output, StringComparison.Ordinal);
        Assert.NotEmpty(error);
    }

    [Fact]
    public async Task Settings_that_stop_the_start_are_named_and_end_with_1()
    {
        using var folder = new TempFolder();

        var (code, _, error) = await RunAsync("migrate", "--Gateway:Sources:HR!:Priority=1", $"--ConnectionStrings:Gateway={folder.Path}/gateway.db");

        Assert.Equal(1, code);
        Assert.Contains("Gateway:Sources:HR!", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_is_migrated_and_folded_again_and_doctor_finds_nothing_wrong()
    {
        using var folder = new TempFolder();
        string[] settings = [$"--ConnectionStrings:Gateway={folder.Path}/gateway.db", "--environment=Development", "--Gateway:Simulator:Enabled=false"];

        Assert.Equal(0, (await RunAsync(["doctor", "--offline", .. settings])).Code);
        Assert.False(File.Exists(Path.Combine(folder.Path, "gateway.db")));
        Assert.Equal(0, (await RunAsync(["migrate", .. settings])).Code);
        var (code, output, _) = await RunAsync(["rebuild", .. settings]);

        Assert.Equal(0, code);
        Assert.Contains("Folded again: 0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_names_what_would_go_wrong()
    {
        using var folder = new TempFolder();

        var (code, output, _) = await RunAsync(
            "doctor", "--offline", "--json", $"--ConnectionStrings:Gateway={folder.Path}/gateway.db", "--Gateway:Limits:Depth=1", "--Gateway:Keys:a:Hash=gwk_secret", "--Gateway:Sync:Schedule=often");

        Assert.Equal(1, code);
        foreach (var key in (string[])["Gateway:Limits:Depth", "Gateway:Keys:a:Hash", "Gateway:Sync:Schedule"]) Assert.Contains(key, output, StringComparison.Ordinal);
        Assert.DoesNotContain("gwk_secret", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_says_when_too_few_could_approve()
    {
        using var folder = new TempFolder();
        string[] doctor = ["doctor", "--offline", "--json", $"--ConnectionStrings:Gateway={folder.Path}/gateway.db", "--environment=Development", "--Gateway:Simulator:Enabled=false", "--Gateway:Sync:Guard:Approvals=2"];

        var (_, alone, _) = await RunAsync(doctor);
        // One that has ended, and one that may only read.
        string[] no = [$"--Gateway:Keys:gone:Hash={new string('b', 64)}", "--Gateway:Keys:gone:Scopes=approve", "--Gateway:Keys:gone:NotAfter=2020-01-01", $"--Gateway:Keys:reader:Hash={new string('c', 64)}", "--Gateway:Keys:reader:Scopes=read"];
        var (_, still, _) = await RunAsync([.. doctor, .. no]);
        // Who has a token that approves is not in the settings.
        var (_, tokens, _) = await RunAsync([.. doctor, "--Gateway:Authentication:Authority=https://login.example.test", "--Gateway:Authentication:Audience=gateway"]);
        var (_, two, _) = await RunAsync([.. doctor, $"--Gateway:Keys:nadia:Hash={new string('a', 64)}", "--Gateway:Keys:nadia:Scopes=approve"]);

        Assert.Contains("Gateway:Sync:Guard:Approvals", alone, StringComparison.Ordinal);
        Assert.Contains("Gateway:Sync:Guard:Approvals), and 1 can", still, StringComparison.Ordinal);
        Assert.DoesNotContain("Gateway:Sync:Guard:Approvals", tokens, StringComparison.Ordinal);
        Assert.DoesNotContain("Gateway:Sync:Guard:Approvals", two, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_names_what_would_stop_the_start_in_every_section_that_is_read_by_hand()
    {
        using var folder = new TempFolder();

        var (code, output, _) = await RunAsync(
            "doctor", "--offline", "--json", $"--ConnectionStrings:Gateway={folder.Path}/gateway.db", "--Gateway:Sources:hr:Webhook:Preset=bamboohr",
            "--Gateway:Sources:hr:Webhook:Enrichment:Url=http://{id}.example.test/", "--Gateway:Notifications:ops:Url=nowhere", "--Gateway:Sources:hr:TimeZone=Nowhere",
            "--Gateway:Sources:hr:Pull:Url=http://{host}/");

        Assert.Equal(1, code);
        foreach (var key in (string[])["hr:Webhook:Signature", "hr:Webhook:Enrichment", "Notifications:ops", "hr:TimeZone", "hr:Pull:Url"]) Assert.Contains(key, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_knocks_at_the_broker()
    {
        using var folder = new TempFolder();

        var (code, output, _) = await RunAsync(
            "doctor", "--json", "--environment=Development", "--Gateway:Simulator:Enabled=false", $"--ConnectionStrings:Gateway={folder.Path}/gateway.db", "--Gateway:Bus:Transport=rabbitmq", "--ConnectionStrings:RabbitMq=amqp://user:hidden@127.0.0.1:1/");

        Assert.Equal(1, code);
        Assert.Contains("127.0.0.1 does not answer", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_is_not_there_and_a_key_that_is_not_good_are_told_apart()
    {
        await using var gateway = await TestGateway.StartAsync();

        var absent = await RunAsync("status", "--url", "http://127.0.0.1:1");
        var refused = await RunAsync("status", "--url", gateway.Address.ToString(), "--key", "gwk_other");

        Assert.Equal((1, 1), (absent.Code, refused.Code));
        Assert.Contains("No gateway answers", absent.Error, StringComparison.Ordinal);
        Assert.Contains("401", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_ends_2_while_changes_are_pending()
    {
        await using var gateway = await TestGateway.StartAsync();
        var url = gateway.Address.ToString();

        var quiet = await RunAsync("status", "--url", url);
        await gateway.AcceptAsync("""{ "id": "1", "type": "hire", "employeeId": "E1", "member": { "email": "ada@example.test" } }""");
        var pending = await RunAsync("status", "--url", url, "--json");

        Assert.Equal(0, quiet.Code);
        Assert.Contains("pending changes", quiet.Output, StringComparison.Ordinal);
        Assert.Equal(2, pending.Code);
        Assert.True(JsonDocument.Parse(pending.Output).RootElement.GetProperty("pendingChanges").GetBoolean());
    }

    [Fact]
    public async Task An_account_is_looked_at_decided_about_and_waived()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.ControlAsync("account", new { teams = new[] { new { name = "Old" }, new { name = "Long gone" } } });
        await using var gateway = await TestGateway.StartAsync(new()
        {
            ["Gateway:Officevibe:BaseUrl"] = new Uri(officevibe.Http.BaseAddress!, "/api/v2").ToString(), ["Gateway:Officevibe:ApiKey"] = SimulatorServer.Key,
        });
        await gateway.AcceptAsync("""{ "id": "1", "type": "team", "teamId": "T1", "name": "New" }""");
        var url = gateway.Address.ToString();

        var unread = await RunAsync("adopt", "show", "--url", url);
        var open = await RunAsync("adopt", "--url", url);
        var half = await RunAsync("adopt", "decide", "--team", "Old=T1", "--reason", "Renamed.", "--url", url);
        var all = await RunAsync("adopt", "decide", "--team", "Long gone", "--url", url, "--json");
        var silent = await RunAsync("adopt", "waive", "--url", url);
        var waived = await RunAsync("adopt", "waive", "--reason", "A test account.", "--url", url);

        Assert.Equal((1, 2, 2, 0, 1, 0), (unread.Code, open.Code, half.Code, all.Code, silent.Code, waived.Code));
        Assert.Contains("Long gone", open.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Old", half.Output, StringComparison.Ordinal);
        Assert.Equal("complete", JsonDocument.Parse(all.Output).RootElement.GetProperty("state").GetString());
    }

    [Fact]
    public async Task Runs_are_listed_started_paused_and_resumed()
    {
        await using var gateway = await TestGateway.StartAsync();
        var url = gateway.Address.ToString();

        Assert.Equal(0, (await RunAsync("syncs", "pause", "--reason", "Maintenance.", "--url", url)).Code);
        var paused = await RunAsync("syncs", "run", "--url", url);
        Assert.Equal(0, (await RunAsync("syncs", "resume", "--url", url)).Code);
        var dry = await RunAsync("syncs", "run", "--dry-run", "--url", url, "--json");
        var list = await RunAsync("syncs", "list", "--url", url);

        Assert.Equal(1, paused.Code);
        Assert.Contains("paused", paused.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("dry_run", JsonDocument.Parse(dry.Output).RootElement.GetProperty("state").GetString());
        Assert.Equal(2, dry.Code);
        Assert.Contains("dry_run", list.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("syncs", "show", "404", "--url", url)).Code);
        var unseen = await RunAsync("syncs", "approve", "1", "--url", url);
        Assert.Equal(1, unseen.Code);
        Assert.Contains("--content-hash", unseen.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_is_approved_by_two_keys_sent_again_and_parted()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await using var gateway = await TestGateway.StartAsync(Sync.ApprovalStoryTests.TwoKeys(new()
        {
            ["Gateway:Officevibe:BaseUrl"] = new Uri(officevibe.Http.BaseAddress!, "/api/v2").ToString(), ["Gateway:Officevibe:ApiKey"] = SimulatorServer.Key, ["Gateway:Sync:Schedule"] = "",
        }));
        await gateway.AcceptAsync("""{ "id": "1", "type": "team", "teamId": "T1", "name": "Platform" }""",
            """{ "id": "2", "type": "hire", "employeeId": "E1", "member": { "email": "ana@example.test" }, "teams": [{ "teamId": "T1" }] }""");
        var url = gateway.Address.ToString();

        var held = await RunAsync("syncs", "run", "--url", url, "--json");
        var hash = JsonDocument.Parse(held.Output).RootElement.GetProperty("contentHash").GetString()!;
        var parted = await RunAsync("syncs", "send-rest", "1", "--reason", "Everybody else.", "--url", url);
        string[] approve = ["syncs", "approve", "1", "--content-hash", hash, "--first-sync", "--reason", "Compared.", "--url", url];
        var one = await RunAsync([.. approve, "--key", "gwk_nadia"]);
        var shown = await RunAsync("syncs", "show", "1", "--url", url);
        var same = await RunAsync([.. approve, "--key", "gwk_nadia"]);
        var two = await RunAsync([.. approve, "--key", "gwk_omar"]);
        var again = await RunAsync("syncs", "restore", "1", "--structure", "--reason", "As it was.", "--url", url, "--json");

        Assert.Equal((3, 1, 3, 3, 1, 0, 0), (held.Code, parted.Code, one.Code, shown.Code, same.Code, two.Code, again.Code));
        Assert.Contains("FirstSync", parted.Error, StringComparison.Ordinal);
        Assert.Contains("One more approval", one.Output, StringComparison.Ordinal);
        Assert.Contains("1 of 2", shown.Output, StringComparison.Ordinal);
        Assert.Contains("another key", same.Error, StringComparison.Ordinal);
        Assert.Equal("restore", JsonDocument.Parse(again.Output).RootElement.GetProperty("trigger").GetString());
    }

    [Fact]
    public async Task A_baseline_is_imported_from_files_and_only_shown_with_dry_run()
    {
        await using var gateway = await TestGateway.StartAsync();
        var url = gateway.Address.ToString();
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "company.json");
        await File.WriteAllTextAsync(file, """{ "users": [{ "id": "E1", "email": "ada@example.test" }], "groups": [{ "id": "T1", "name": "Platform" }], "mappings": [{ "groupId": "T1", "userId": "E1", "isMember": true }] }""");

        var neither = await RunAsync("import", "--source", "hris", "--url", url);
        var dry = await RunAsync("import", "--source", "hris", "--file", file, "--dry-run", "--url", url);
        var none = await gateway.Http.GetAsync("/v1/members/E1");
        var done = await RunAsync("import", "--source", "hris", "--file", file, "--url", url);

        Assert.Equal(1, neither.Code);
        Assert.True(dry.Code == 2, dry.Output + dry.Error);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        Assert.True(done.Code == 0, done.Output + done.Error);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Http.GetAsync("/v1/members/E1")).StatusCode);
    }

    internal static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await GatewayCommandLine.RunAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    internal sealed class TempFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("gateway-cli-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
