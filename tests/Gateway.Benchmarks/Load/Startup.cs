using static Gateway.Benchmarks.LoadReport;

namespace Gateway.Benchmarks.Load;

/// <summary>Start to first answer on an empty store, and resident memory after ten idle seconds.</summary>
internal static class Startup
{
    public static async Task<string> RunAsync(bool quick)
    {
        List<double> starts = [], idle = [];
        for (var round = 0; round < (quick ? 1 : 3); round++)
        {
            await using var server = await Server.GatewayAsync();
            starts.Add(server.FirstAnswer.TotalSeconds);
            await Task.Delay(TimeSpan.FromSeconds(10));
            idle.Add(server.MemoryMb());
        }

        return $"| start to first answer | idle memory |\n|--:|--:|\n| {Number(Median(starts))} s | {Number(Median(idle))} MB |\n";
    }
}
