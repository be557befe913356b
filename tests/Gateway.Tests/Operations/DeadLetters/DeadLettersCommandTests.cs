using System.Text.Json;
using Gateway.Operations.CommandLine;
using Gateway.Tests.Servers;

namespace Gateway.Tests.Operations.DeadLetters;

public sealed class DeadLettersCommandTests(Broker broker)
{
    [Fact]
    public async Task The_verbs_list_show_replay_and_discard()
    {
        await using var they = await DeadLetterGateway.StartAsync(broker);
        for (var i = 0; i < 2; i++) await they.RefuseAsync(i);
        var ids = (await they.SeeAsync(2)).ConvertAll(DeadLetterGateway.IdOf);

        var (code, output) = await RunAsync("list");
        Assert.Equal(0, code);
        Assert.All(ids, id => Assert.Contains(id, output, StringComparison.Ordinal));
        (code, output) = await RunAsync("show", ids[0]);
        Assert.Equal(0, code);
        Assert.Contains("\"employeeId\": \"E0\"", output, StringComparison.Ordinal);
        (code, output) = await RunAsync("replay", "--limit", "5", "--json");
        Assert.Equal(1, code);
        Assert.Equal(2, JsonDocument.Parse(output).RootElement.GetProperty("results").GetArrayLength());
        (code, output) = await RunAsync("discard", ids[1]);
        Assert.Equal(1, code);
        Assert.Contains("reason", output, StringComparison.Ordinal);
        (code, _) = await RunAsync("discard", ids[1], "--reason", "Not ours.");
        Assert.Equal(0, code);
        Assert.Equal(ids[..1], (await they.ListAsync()).Select(DeadLetterGateway.IdOf));

        async Task<(int Code, string Output)> RunAsync(params string[] args)
        {
            using var said = new StringWriter();
            var ended = await GatewayCommandLine.RunAsync(["dead-letters", .. args, "--url", they.Gateway.Address.AbsoluteUri, "--key", TestGateway.DevelopmentKey], said, said);
            return (ended, said.ToString());
        }
    }
}
