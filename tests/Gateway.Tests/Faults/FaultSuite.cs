namespace Gateway.Tests.Faults;

/// <summary>All faults, and what is done with the outcome.</summary>
internal static class FaultSuite
{
    /// <summary>Where the table is written, for whoever started the tests.</summary>
    private const string ReportSetting = "GATEWAY_FAULTS_REPORT";

    /// <summary>Of the names, divided by commas, only these; for whoever looks for one of them.</summary>
    private const string OnlySetting = "GATEWAY_FAULTS_ONLY";

    public static IReadOnlyList<Fault> All { get; } = Chosen([.. RaceFaults.All, .. ServerFaults.All, .. SendingFaults.All]);

    /// <summary>The short form. Where a sender's time has to run out, something else is played meanwhile.</summary>
    public static IEnumerable<Fault> InOrder()
    {
        var (others, sending) = (new Queue<Fault>(All.Except(SendingFaults.All)), new Queue<Fault>(SendingFaults.All.Intersect(All)));
        while (others.Count > 0 || sending.Count > 0)
        {
            if (sending.TryDequeue(out var next)) yield return next;
            for (var i = 0; i < 3 && others.TryDequeue(out var other); i++) yield return other;
        }
    }

    public static async Task TellAsync(IReadOnlyList<Line> lines, string title)
    {
        var report = Report.Of(lines, title);
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        if (Environment.GetEnvironmentVariable(ReportSetting) is { Length: > 0 } path) await File.WriteAllTextAsync(path, report);
    }

    public static void Judge(Reckoning reckoning)
    {
        Assert.Empty(reckoning.Lost);
        Assert.Empty(reckoning.Doubled);
        Assert.Empty(reckoning.Wrong);
    }

    private static IReadOnlyList<Fault> Chosen(IReadOnlyList<Fault> all) => Environment.GetEnvironmentVariable(OnlySetting) is { Length: > 0 } names
        ? [.. all.Where(f => names.Split(',').Any(n => f.Name.Contains(n.Trim(), StringComparison.OrdinalIgnoreCase)))]
        : all;
}
