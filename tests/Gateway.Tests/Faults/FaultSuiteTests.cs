namespace Gateway.Tests.Faults;

/// <summary>Alone on the machine: what is measured here is this, and nobody else's test is slowed down by it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultCollection
{
    public const string Name = "Faults";
}

/// <summary>
/// Faults of every kind, under a steady load: what was answered 2xx is there exactly once, what was refused is not, and the company is what the events
/// come to. <see cref="SoakTests"/> play all of them in any order for as long as one likes.
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class FaultSuiteTests
{
    private const int Seed = 20260310;

    [Fact]
    public async Task Nothing_that_was_accepted_is_lost_or_doubled_whatever_breaks()
    {
        await using var run = await FaultRun.StartAsync(Seed);
        foreach (var fault in FaultSuite.InOrder()) await run.PlayAsync(fault);
        var (lines, reckoning) = await run.CloseAsync();
        await FaultSuite.TellAsync(lines, "Fault suite, short form");
        FaultSuite.Judge(reckoning);
    }
}
