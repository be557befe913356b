namespace Gateway.Sync.Composing;

/// <summary>
/// A large company is in memory for seconds and not for hours. The collector alone lets the process grow to several times what is alive, and gives little of it back; so a run of a
/// large company collects between its steps (a tenth of a second each) and at its end.
/// </summary>
internal static class LargeCompany
{
    private const int People = 5_000;
    private const int Turns = 50;

    public static bool Is(int people) => people > People;

    /// <summary>What the step before left behind goes back to the machine.</summary>
    public static async Task TidyAsync(int people)
    {
        if (!Is(people)) return;
        // An awaited step that has just ended is still on the stack of whoever goes on, with all that it holds: a few turns of the pool, and it is gone.
        for (var turn = 0; turn < Turns; turn++) await Task.Yield();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
