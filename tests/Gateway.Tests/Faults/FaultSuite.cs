namespace Gateway.Tests.Faults;

/// <summary>All faults, and what is done with the outcome.</summary>
internal static class FaultSuite
{
    /// <summary>Where the table is written, for whoever started the tests.</summary>
    private const string ReportSetting = "GATEWAY_FAULTS_REPORT";

    /// <summary>Of the names, divided by commas, only these; for whoever looks for one of them.</summary>
    private const string OnlySetting = "GATEWAY_FAULTS_ONLY";

    public static IReadOnlyList<Fault> All { get; } = Chosen([.. RaceFaults.All, .. ServerFaults.All, .. SendingFaults.All]);

    /// <summary>Left to the long form: the short one has its like, or another test of this project plays it alone.</summary>
    private static readonly string[] OnlyInTheLongForm =
    [
        "RabbitMQ: queue of changed facets deleted", "network to RabbitMQ stands still", "network to RabbitMQ slow (10 kB/s)",
        "PostgreSQL restarted, -m immediate", "network to PostgreSQL slow (100 kB/s)",
        "Officevibe slow, no answer in time", "Officevibe answers 429", "Officevibe answers 500",
        "sender killed while it assembles", "sender killed before the body arrives", "sender killed after the body, before the answer",
        "one replica killed (kill -9)", "RabbitMQ: queue of events deleted, empty", "Officevibe's key revoked in between",
        "PostgreSQL: connections terminated, five times", "network to PostgreSQL of one replica stands still",
    ];

    /// <summary>The short form. Where a sender's time has to run out, something else is played meanwhile.</summary>
    public static IEnumerable<Fault> InOrder()
    {
        var chosen = All.Where(f => !OnlyInTheLongForm.Contains(f.Name)).ToList();
        if (Environment.GetEnvironmentVariable(OnlySetting) is not { Length: > 0 } && chosen.Count != All.Count - OnlyInTheLongForm.Length)
            throw new InvalidOperationException("A fault that is left to the long form has another name by now.");
        var (others, sending) = (new Queue<Fault>(chosen.Except(SendingFaults.All)), new Queue<Fault>(SendingFaults.All.Intersect(chosen)));
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
