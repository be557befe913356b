using Xunit;

namespace Gateway.Tests.Simulator;

public sealed class AcceptingASync
{
    [Fact]
    public async Task A_whole_payload_is_answered_with_success_and_no_errors_and_builds_the_company()
    {
        await using var officevibe = await SimulatorServer.StartAsync();

        var answer = await officevibe.SyncAsync(Payload.Small().Build());

        Assert.Equal("""{"isSuccess":true,"errors":[]}""", answer.ToJsonString());
        var state = await officevibe.StateAsync();
        Assert.Equal((2, 2, 3), ((int)state["counts"]!["members"]!, (int)state["counts"]!["teams"]!, (int)state["counts"]!["relations"]!));
        var team = await officevibe.TeamAsync("R&D");
        Assert.Equal(["ana@x.example"], team!["members"]!.AsArray().Select(m => (string)m!));
        Assert.Equal(["bo@x.example"], team["managers"]!.AsArray().Select(m => (string)m!));
        Assert.Equal((string)(await officevibe.TeamAsync("Company"))!["internalId"]!, (string?)team["parent"]);
    }
}
