using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Gateway.Operations.Demo;

/// <summary>
/// A month of the made-up company, told through the gateway's HTTP door. After each part the simulated account is compared with what
/// the company ought to be; the first difference ends the story.
/// </summary>
internal sealed class DemoStory(DemoDoor door, DemoScreen screen, MadeUpCompany company, DateOnly today)
{
    private readonly DateOnly _start = today.AddDays(-31);
    private int _lastEvent;

    /// <exception cref="UnmetExpectationException">Something is not as it ought to be.</exception>
    public async Task TellAsync(CancellationToken cancel)
    {
        (string What, Func<CancellationToken, Task<string>> Play)[] steps =
        [
            ("The whole company comes in as a baseline", BaselineAsync),
            ("The first sync is held, looked at and approved", FirstSyncAsync),
            ("Week 1: four people join, one of them reported twice", JoinersAsync),
            ("Week 2: five people move, and a new team is formed", MoversAsync),
            ("Week 3: three people leave, one marries, one is on parental leave", LeaversAsync),
            ("Week 4: somebody gives notice for next month", FutureLeaveAsync),
            ("A leave is reported by mistake, synced and taken back", RetractionAsync),
            ("A broken export reports that 40 people left", MassLeaveAsync),
        ];
        foreach (var (what, play) in steps)
        {
            await screen.StepAsync(what, steps.Length, () => play(cancel));
        }
    }

    private async Task<string> BaselineAsync(CancellationToken cancel)
    {
        var answer = await door.BaselineAsync(CompanyJson.Baseline(company), _start, cancel);
        Expect.Status("the baseline is taken", answer, HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.Accepted);
        return $"{company.People.Count} people, {company.Teams.Count} teams, {company.Relations} relations, as of {CompanyJson.Date(_start)}";
    }

    private async Task<string> FirstSyncAsync(CancellationToken cancel)
    {
        var held = await door.SyncAsync(cancel);
        Expect.Equal("the first sync", "held", (string?)held["state"]);
        Expect.Equal("syncs that reached Officevibe before the approval", 0, (int)(await door.AccountAsync(cancel))["counts"]!["syncsApplied"]!);

        var run = held["id"]!.ToString();
        var approval = new JsonObject { ["contentHash"] = (string?)held["contentHash"], ["reason"] = "checked against the payroll", ["firstSync"] = true };
        Expect.Status("the approval is taken", await door.DecideAsync(run, "approve", approval, cancel), HttpStatusCode.OK, HttpStatusCode.Accepted);
        var sent = await door.RestAsync(run, cancel);
        Expect.Equal("the approved sync", "accepted", (string?)sent["state"]);
        return $"run {run} {await CompareAsync(cancel)}";
    }

    private async Task<string> JoinersAsync(CancellationToken cancel)
    {
        var (events, names) = (new List<JsonObject>(), new List<string>());
        foreach (var (team, day) in ((string, int)[])[("Platform", 1), ("Marketing", 1), ("Optics", 3), ("Legal", 4)])
        {
            var person = company.Next("Engineer", _start.AddDays(day), company.TeamNamed(team).Id);
            company.Add(person);
            names.Add($"{person.FirstName} {person.LastName}");
            events.Add(Hire(person, _start.AddDays(day)));
            Expect.Status("a hire is accepted", await door.EventAsync(events[^1], cancel), HttpStatusCode.Accepted);
        }

        var again = await door.EventAsync(events[0], cancel);
        Expect.Status("the same hire again is known", again, HttpStatusCode.OK);
        Expect.Equal("it is called a duplicate", true, (bool?)again.Body?["duplicate"]);
        return $"{string.Join(", ", names)}: {await SyncedAsync(cancel)}";
    }

    private async Task<string> MoversAsync(CancellationToken cancel)
    {
        var day = _start.AddDays(8);
        var events = new List<JsonObject>();
        var lead = company.Ordinary("Optics");
        var prototypes = new MadeUpTeam("T201", "Prototypes", company.TeamNamed("Research").Id, lead.Id);
        company.Put(prototypes);
        events.Add(Event("team", day, ("teamId", prototypes.Id), ("name", prototypes.Name), ("parentId", prototypes.Parent)));
        events.Add(Event("assign", day, ("employeeId", lead.Id), ("teamId", prototypes.Id), ("role", "manager")));
        foreach (var person in (Person[])[company.Ordinary("Optics", 1), company.Ordinary("Materials"), company.Ordinary("Firmware")])
        {
            events.Add(Move(person, prototypes.Id, day));
        }

        events.Add(Move(company.Ordinary("Sales Europe"), company.TeamNamed("Marketing").Id, day));
        events.Add(Move(company.Ordinary("Data"), company.TeamNamed("Quality").Id, day));
        await SendAsync(events, cancel);
        return await SyncedAsync(cancel);
    }

    private async Task<string> LeaversAsync(CancellationToken cancel)
    {
        var day = _start.AddDays(15);
        var events = new List<JsonObject>();
        foreach (var team in (string[])["Manufacturing", "Logistics", "Customer Care"])
        {
            var leaver = company.Ordinary(team);
            company.People.Remove(leaver.Id);
            var leave = CompanyJson.Event(NextId(), "leave", day, null, ("employeeId", leaver.Id), ("lastDay", CompanyJson.Date(day.AddDays(1))));
            events.Add(leave);
        }

        var before = company.Ordinary("Finance");
        var married = before with { LastName = "Lindqvist-Rossi", Email = $"married.{before.Email}", JobTitle = "Controller" };
        company.Put(married);
        events.Add(Event("update", day, ("employeeId", married.Id), ("member", new JsonObject
        {
            ["lastName"] = married.LastName,
            ["email"] = married.Email,
            ["jobTitle"] = married.JobTitle,
        })));

        // Somebody on parental leave stays where they are.
        events.Add(Event("absence", day, ("employeeId", company.Ordinary("People").Id)));
        await SendAsync(events, cancel);
        return await SyncedAsync(cancel);
    }

    private async Task<string> FutureLeaveAsync(CancellationToken cancel)
    {
        var leaver = company.Ordinary("Information Technology");
        var leave = CompanyJson.Event(
            NextId(), "leave", _start.AddDays(22), null, ("employeeId", leaver.Id), ("lastDay", CompanyJson.Date(today.AddDays(20))));
        Expect.Status("the notice is accepted", await door.EventAsync(leave, cancel), HttpStatusCode.Accepted);

        // The same content as before: nothing is sent.
        Expect.Equal("a sync that changes nothing", "unchanged", (string?)(await door.SyncAsync(cancel))["state"]);
        Expect.Equal("the notice", "scheduled", (string?)(await door.EventStateAsync((string)leave["id"]!, cancel)).Body?["state"]);
        Expect.Equal("people in Officevibe next week", company.People.Count, await UsersAsync(today.AddDays(7), cancel));
        Expect.Equal("people in Officevibe next month", company.People.Count - 1, await UsersAsync(today.AddDays(25), cancel));
        return $"{leaver.FirstName} {leaver.LastName} is still there; gone from {CompanyJson.Date(today.AddDays(21))} on, without another event";
    }

    private async Task<string> RetractionAsync(CancellationToken cancel)
    {
        var stays = company.Ordinary("Platform");
        var leave = Event("leave", _start.AddDays(24), ("employeeId", stays.Id));
        Expect.Status("the wrong leave is accepted", await door.EventAsync(leave, cancel), HttpStatusCode.Accepted);
        company.People.Remove(stays.Id);
        var without = await SyncedAsync(cancel);

        var retract = CompanyJson.Event(NextId(), "retract", _start.AddDays(25), null, ("eventId", (string?)leave["id"]));
        Expect.Status("the retraction is accepted", await door.EventAsync(retract, cancel), HttpStatusCode.Accepted);
        company.Add(stays);
        return $"{without}; then {await SyncedAsync(cancel)}";
    }

    private async Task<string> MassLeaveAsync(CancellationToken cancel)
    {
        var victims = company.People.Values.OrderBy(p => p.Id, StringComparer.Ordinal).Skip(100).Take(40).ToList();
        var leaves = victims.ConvertAll(p => Event("leave", _start.AddDays(28), ("employeeId", p.Id)));
        await SendAsync(leaves, cancel);

        var held = await door.SyncAsync(cancel);
        Expect.Equal("a sync that would take 40 people away", "held", (string?)held["state"]);
        await CompareAsync(cancel);
        screen.Held(held);

        var run = held["id"]!.ToString();
        var rejection = new JsonObject { ["reason"] = "the export was cut off; nobody left" };
        Expect.Status("the rejection is taken", await door.DecideAsync(run, "reject", rejection, cancel), HttpStatusCode.OK, HttpStatusCode.Accepted);
        Expect.Equal("the held sync", "rejected", (string?)(await door.RestAsync(run, cancel))["state"]);

        await SendAsync(leaves.ConvertAll(l => CompanyJson.Event(NextId(), "retract", _start.AddDays(29), null, ("eventId", (string?)l["id"]))), cancel);
        Expect.Equal("a sync after the correction", "unchanged", (string?)(await door.SyncAsync(cancel))["state"]);
        return $"run {run} held and rejected, the source corrected: {await CompareAsync(cancel)}";
    }

    private async Task SendAsync(List<JsonObject> events, CancellationToken cancel)
    {
        var answer = await door.BatchAsync(events, cancel);
        Expect.Status("the batch is taken", answer, HttpStatusCode.OK);
        var results = answer.Body!["results"]?.AsArray() ?? answer.Body.AsArray();
        Expect.Equal("events of the batch that were accepted", events.Count, results.Count(r => (int)r!["status"]! == 202));
    }

    private async Task<string> SyncedAsync(CancellationToken cancel)
    {
        var run = await door.SyncAsync(cancel);
        Expect.Equal($"run {run["id"]}", "accepted", (string?)run["state"]);
        return $"run {run["id"]} {await CompareAsync(cancel)}";
    }

    private async Task<string> CompareAsync(CancellationToken cancel)
    {
        var state = await door.AccountAsync(cancel);
        var counts = state["counts"]!;
        Expect.Equal("members in Officevibe", company.People.Count, (int)counts["members"]!);
        Expect.Equal("teams in Officevibe", company.Teams.Count, (int)counts["teams"]! - (int)counts["ruleBasedTeams"]!);
        Expect.Equal("relations in Officevibe", company.Relations, (int)counts["relations"]!);
        Expect.Nothing("the account against the company", AccountComparison.Differences(company, state));
        return string.Create(
            CultureInfo.InvariantCulture, $"→ {counts["members"]} members, {company.Teams.Count} teams, {counts["relations"]} relations");
    }

    private async Task<int> UsersAsync(DateOnly at, CancellationToken cancel)
    {
        var answer = await door.SnapshotAsync(at, cancel);
        Expect.Status($"the snapshot of {CompanyJson.Date(at)}", answer, HttpStatusCode.OK);
        return answer.Body!["users"]!.AsArray().Count;
    }

    private JsonObject Hire(Person person, DateOnly day) => Event(
        "hire", day, ("employeeId", person.Id), ("member", CompanyJson.Member(person)),
        ("teams", new JsonArray(new JsonObject { ["teamId"] = person.Team, ["role"] = "member" })));

    private JsonObject Move(Person person, string to, DateOnly day)
    {
        company.Put(person with { Team = to });
        return Event("move", day, ("employeeId", person.Id), ("from", person.Team), ("to", to));
    }

    private JsonObject Event(string type, DateOnly day, params (string Name, JsonNode? Value)[] fields) =>
        CompanyJson.Event(NextId(), type, day, day, fields);

    private string NextId() => string.Create(CultureInfo.InvariantCulture, $"hris-{++_lastEvent:0000}");
}
