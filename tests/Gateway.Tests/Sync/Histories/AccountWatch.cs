using System.Net;
using System.Text.Json.Nodes;
using Gateway.Sync;
using Gateway.Tests.Simulator;

namespace Gateway.Tests.Sync.Histories;

/// <summary>Makes runs, and looks at the account after each that was accepted.</summary>
internal sealed class AccountWatch(SyncGateway sync, RandomCompany company, int seed, bool workleap)
{
    private static readonly string[] Settled = ["accepted", "accepted_with_issues"];

    /// <summary>By the id on the wire: what the account calls the team, and how many syncs it has seen it through.</summary>
    private readonly Dictionary<string, (string InternalId, int History)> _teams = [];
    private readonly HashSet<string> _seen = [];

    /// <summary>The company as it was when a run was made, by the run's id.</summary>
    private readonly Dictionary<string, Remembered> _made = [];
    private Remembered? _accepted;

    /// <summary>What was done, for whoever reads a failure.</summary>
    public List<string> Told { get; } = [];

    public int Accepted { get; private set; }

    /// <summary>Nothing but events has changed the company since it was accepted last: they can be taken back.</summary>
    public bool CanComeBack => _accepted is not null;

    public void CannotComeBack()
    {
        _accepted = null;
        _made.Clear();
    }

    /// <summary>An account with data, under other names and an old address, is taken over.</summary>
    public async Task AdoptAsync(Random random)
    {
        await sync.EventsAsync([.. company.Found(teams: 6, people: 14)]);
        var (teams, people) = (company.Teams.Values.Take(5).ToList(), company.People.Values.ToList());
        await sync.Officevibe.ControlAsync("account", new
        {
            members = people.Take(8).Select((p, i) => new { email = i == 0 ? "old.address@example.test" : p.Email, firstName = p.First, lastName = "", status = "Active" }),
            teams = teams.Select((t, i) => new { name = i < 3 ? $"Formerly {i}" : t.Name, history = 9, members = people.Skip(i + 1).Take(2).Select(p => p.Email) }),
        });
        await OkAsync("/v1/adoption", null);
        await OkAsync("/v1/adoption/decisions", new
        {
            decisions = teams.Take(3).Select((t, i) => new { kind = "team", there = $"Formerly {i}", action = "same", here = t.Id })
                .Append(new { kind = "person", there = "old.address@example.test", action = "same", here = people[0].Id }),
        });
        foreach (var team in (await sync.Officevibe.StateAsync())["teams"]!.AsArray())
        {
            var name = (string)team!["name"]!;
            var here = teams.Where((t, i) => name == (i < 3 ? $"Formerly {i}" : t.Name)).Single();
            _teams[here.Id] = ((string)team["internalId"]!, (int)team["history"]!);
        }

        if (random.Next(2) == 0) await DisturbAsync(random.Next(5));
        for (var attempt = 0; Accepted == 0; attempt++)
        {
            Assert.InRange(attempt, 0, 5);
            var run = await RequestAsync();
            if (run.State() == "held") await ApproveAsync(run);
        }

        await SettleAsync();
    }

    /// <summary>The next sync meets this.</summary>
    public async Task DisturbAsync(int kind)
    {
        var path = workleap ? "/public/provisioning/json" : "/api/v2/sync";
        object fault = kind switch
        {
            0 => new { kind = "cutAfterApply", path },
            1 => new { kind = "cutBeforeApply", path },
            2 => new { kind = "cutMidAnswer", path },
            3 => new { kind = "serverError", path },
            _ => new { kind = "rateLimited", path, retryAfterSeconds = 60 },
        };
        Told.Add($"fault {kind}");
        await sync.Officevibe.ArmAsync(fault);
    }

    public async Task<JsonNode> RequestAsync()
    {
        using var response = await sync.PostAsync("/v1/syncs", new { dryRun = false });
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var queued = await SyncGateway.JsonAsync(response);
        _made[queued.Id()] = company.Remember();
        await WorkAsync();
        var run = await sync.RunAsync(queued.Id());
        // After a call that nobody answered, the account is looked at first; at Workleap after each.
        for (var waits = 0; run.State() is "queued" or "unknown" or "processing" && waits < 10; waits++)
        {
            await PassAsync(TimeSpan.FromMinutes(3));
            run = await sync.RunAsync(queued.Id());
        }

        Told.Add($"run {run.Id()} {run.State()} {string.Join(',', run["guard"]?["reasons"] is JsonArray ? run.Rules() : [])}");
        Assert.DoesNotContain(run.State(), (string[])["refused", "queued", "assembling", "sending"]);
        return run;
    }

    public async Task ApproveAsync(JsonNode run)
    {
        using var answer = await sync.DecideAsync(run, "approve", new { contentHash = (string?)run["contentHash"], reason = "Looked at it.", firstSync = true });
        Told.Add($"approve {run.Id()}: {(int)answer.StatusCode}");
        // A base that moved, or a team that came back meanwhile, is answered with a new run.
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict, await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel));
        await WorkAsync();
    }

    /// <summary>A person says no, and the source takes back whatever it sent since the last accepted run.</summary>
    public async Task RejectAndCorrectAsync(JsonNode run)
    {
        sync.Advance(TimeSpan.FromSeconds(1));
        await sync.RejectAsync(run);
        Told.Add($"reject {run.Id()}");
        var sent = await sync.SentAsync();
        await sync.EventsAsync(sync.Update(0, "jobTitle", "Beside the point").Replace("E000", "E900", StringComparison.Ordinal));
        Assert.Equal("rejected", (await RequestAsync()).State());
        Assert.Equal(sent, await sync.SentAsync());
        await sync.EventsAsync([.. company.ComeBack(_accepted!)]);
        await SettleAsync();
    }

    /// <summary>Without changes: whatever is open is approved until nothing is, and then the account is the company.</summary>
    public async Task SettleAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            Assert.InRange(attempt, 0, 8);
            var run = await RequestAsync();
            if (run.State() == "unchanged") break;
            if (run.State() == "held") await ApproveAsync(run);
            await PassAsync(TimeSpan.FromMinutes(2));
        }

        Same(Whole.Of(company), Whole.Of(await sync.Officevibe.StateAsync()));
        _accepted = company.Remember();
    }

    private async Task PassAsync(TimeSpan time)
    {
        sync.Advance(time);
        if (company.PassTo(sync.Time.GetUtcNow())) CannotComeBack();
        await WorkAsync();
    }

    /// <summary>Whatever is to be done, one thing after the other.</summary>
    private async Task WorkAsync()
    {
        while (await sync.Gateway.Get<SyncWorker>().WorkAsync(SimulatorServer.Cancel) is not null) await LookAsync();
    }

    /// <summary>A run that was accepted by now has made the account what its plan says.</summary>
    private async Task LookAsync()
    {
        var runs = await sync.RunsAsync();
        var fresh = runs.Where(r => Settled.Contains(r!.State())).Where(r => _seen.Add(r!.Id())).ToList();
        if (fresh.Count == 0) return;
        var last = fresh[0]!;
        Accepted += fresh.Count;
        _accepted = _made.GetValueOrDefault(last.Id());
        Told.Add($"accepted {last.Id()}");
        using var response = await sync.Gateway.Http.GetAsync(new Uri($"/v1/syncs/{last.Id()}/snapshot", UriKind.Relative), SimulatorServer.Cancel);
        var plan = Whole.OfBody(await SyncGateway.JsonAsync(response));
        var state = await sync.Officevibe.StateAsync();
        Assert.Equal("accepted", last.State());
        Same(plan, Whole.Of(state));

        var there = state["teams"]!.AsArray().ToDictionary(t => (string)t!["externalId"]!, t => ((string)t!["internalId"]!, (int)t["history"]!));
        foreach (var (id, (internalId, history)) in _teams)
        {
            if (!there.TryGetValue(id, out var now)) _teams.Remove(id);
            else Assert.True(now.Item1 == internalId && now.Item2 > history, $"Team {id} was {internalId} with {history} and is {now} (history {seed}, run {last.Id()}).");
        }

        foreach (var (id, team) in there) _teams[id] = team;
    }

    private static void Same(List<string> expected, List<string> there) => Assert.True(
        expected.SequenceEqual(there), $"Not there: {string.Join("; ", expected.Except(there))}. There besides: {string.Join("; ", there.Except(expected))}.");

    private async Task OkAsync(string path, object? body)
    {
        using var answer = await sync.PostAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(SimulatorServer.Cancel));
    }
}
