using System.Globalization;

namespace Gateway.Tests.Faults;

/// <summary>Alone on the machine: what is measured here is this, and nobody else's test is slowed down by it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultCollection
{
    public const string Name = "Faults";
}

/// <summary>
/// Every fault once, under a steady load: what was answered 2xx is there exactly once, what was refused is not, and the company is what the events
/// come to. The long form plays them in any order for as long as one likes.
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class FaultSuiteTests
{
    /// <summary>Where the table is written, for whoever started the tests.</summary>
    private const string ReportSetting = "GATEWAY_FAULTS_REPORT";

    private const int Seed = 20260310;

    [Fact]
    public async Task Nothing_that_was_accepted_is_lost_or_doubled_whatever_breaks()
    {
        await using var run = await FaultRun.StartAsync(Seed);
        foreach (var fault in ServerFaults.All) await run.PlayAsync(fault);
        await CheckAsync(run, "Fault suite, short form");
    }

    private static async Task CheckAsync(FaultRun run, string title)
    {
        var (lines, reckoning) = await run.CloseAsync();
        var report = Report.Of(lines, title);
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        if (Environment.GetEnvironmentVariable(ReportSetting) is { Length: > 0 } path) await File.WriteAllTextAsync(path, report);
        Assert.Empty(reckoning.Lost);
        Assert.Empty(reckoning.Doubled);
        Assert.Empty(reckoning.Wrong);
    }
}
