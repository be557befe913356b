using Gateway.Membership.Sync;

namespace Gateway.Tests.Sync.Histories;

/// <summary>
/// Companies that change at random, an account that had data before, answers that get lost, and a person who approves some holds, rejects some, and lets some lie. Whatever
/// happens: after each accepted run the account is what that run's plan says; after the next one without changes it is the company; no team has lost its history.
/// </summary>
public sealed class HistoryPropertyTests
{
    private const int Rounds = 25;

    public static TheoryData<int, string> Histories() => new([.. Enumerable.Range(1, 6).Select(seed => (seed, "officevibe")), (7, "workleap"), (8, "workleap")]);

    [Theory]
    [MemberData(nameof(Histories))]
    public Task The_account_follows_the_company_through_any_history_and_no_team_loses_its_own(int seed, string dialect) => RunAsync(seed, dialect, Rounds);

    /// <summary>2,500 rounds in each dialect, a quarter of an hour. A failure names its history.</summary>
    [Theory(Explicit = true)]
    [InlineData("officevibe")]
    [InlineData("workleap")]
    public async Task So_it_does_through_a_hundred_histories(string dialect)
    {
        for (var seed = 1000; seed < 1100; seed++) await RunAsync(seed, dialect, Rounds);
    }

    private static async Task RunAsync(int seed, string dialect, int rounds)
    {
        var random = new Random(seed);
        var company = new RandomCompany(random);
        var settings = new Dictionary<string, string?>
        {
            ["Gateway:Officevibe:Dialect"] = dialect, ["Gateway:Officevibe:InviteNewUsers"] = dialect == "officevibe" && seed % 2 == 0 ? "true" : null,
        };
        await using var sync = await SyncGateway.StartAsync(settings);
        var watch = new AccountWatch(sync, company, seed, workleap: dialect == "workleap");
        try
        {
            await watch.AdoptAsync(random);
            for (var round = 0; round < rounds; round++) await RoundAsync(sync, company, watch, random);
            await watch.SettleAsync();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"History {seed} ({dialect}): {string.Join(" · ", watch.Told)}", e);
        }

        Assert.True(watch.Accepted > rounds / 4, $"History {seed}: only {watch.Accepted} runs were accepted.");
    }

    private static async Task RoundAsync(SyncGateway sync, RandomCompany company, AccountWatch watch, Random random)
    {
        sync.Advance(TimeSpan.FromMinutes(random.Next(1, random.Next(4) == 0 ? 5000 : 200)));
        if (company.PassTo(sync.Time.GetUtcNow())) watch.CannotComeBack();
        var events = company.Happen(6, sync.Time.GetUtcNow());
        if (events.Count > 0) await sync.EventsAsync([.. events]);
        if (random.Next(4) == 0) await watch.DisturbAsync(random.Next(5));

        var run = await watch.RequestAsync();
        if (run.State() == "held")
        {
            switch (random.Next(10))
            {
                case < 6:
                    await watch.ApproveAsync(run);
                    break;
                // Whom Workleap would delete left before: that is not taken back with what came since.
                case < 8 when watch.CanComeBack && !run.Rules().Contains(GuardRules.Deletions):
                    await watch.RejectAndCorrectAsync(run);
                    break;
            }
        }

        if (random.Next(3) == 0) await watch.SettleAsync();
    }
}
