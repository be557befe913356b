using Gateway.Aggregation;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Intake;
using Gateway.Membership.Events;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;
using Gateway.Sync;
using Gateway.Sync.Composing;
using Gateway.Sync.Storing;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Operations.Reading;

/// <summary>
/// Reads the company for whoever looks at it. As it is now it is composed once and shared for as long as nothing changes; at another
/// instant or position the whole log is folded, so that only two such readings go on at once.
/// </summary>
public sealed class CompanyReading : IDisposable
{
    private static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CountFor = TimeSpan.FromMinutes(1);
    private readonly CompanyComposer composer;
    private readonly IDbContextFactory<GatewayDb> contexts;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim now = new(1, 1);
    private readonly SemaphoreSlim others = new(2, 2);
    private readonly ITimer forget;
    private volatile Kept? kept;
    private volatile Counted? counted;

    public CompanyReading(CompanyComposer composer, IDbContextFactory<GatewayDb> contexts, TimeProvider time)
    {
        (this.composer, this.contexts, this.time) = (composer, contexts, time);
        // A large company is not held in memory for nobody.
        forget = time.CreateTimer(_ => kept = null, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <param name="Index">The company.</param>
    /// <param name="AcceptedRun">What was accepted last before it was read.</param>
    /// <param name="Exclusions">How many rows there were, and how many of them taken back, before it was read.</param>
    private sealed record Kept(CompanyIndex Index, long? AcceptedRun, (int, int) Exclusions);

    /// <param name="Of">The company without its people.</param>
    /// <param name="People">How many there were.</param>
    /// <param name="AcceptedRun">See <see cref="Kept"/>.</param>
    /// <param name="Exclusions">Likewise.</param>
    private sealed record Counted(IReadOnlyList<IssueCount> Issues, ComposedCompany Of, int People, long? AcceptedRun, (int, int) Exclusions);

    /// <summary>The company of the query's <c>at</c> and <c>known</c>, or why there is none.</summary>
    public async Task<(CompanyIndex? Company, Problem? Refusal)> ReadAsync(string? at, long? known, CancellationToken cancellationToken)
    {
        if (known < 0) return (null, Problem.Invalid("known", "A position of the log: 0 or more."));
        if (!Instants.TryRead(at, out var instant)) return (null, Instants.Invalid("at"));
        return instant is null && known is null
            ? await GuardedAsync(() => NowAsync(cancellationToken))
            : await OtherAsync(() => new CompanyQuestion(instant, known, null), instant, cancellationToken);
    }

    /// <summary>The company as a run saw it: its instant, its position, and what was accepted before it.</summary>
    public async Task<(CompanyIndex? Company, Problem? Refusal)> OfRunAsync(RunRow run, CancellationToken cancellationToken)
    {
        if (run is not { At: { } at, Head: { } head }) return (null, new Problem(ProblemKind.Conflict, "This run has not looked at the company yet."));
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var accepted = run.BaseRunId is { } id ? await db.RunPartOrNullAsync<Snapshot>(id, RunPart.Sections, cancellationToken) : null;
        return await OtherAsync(() => new CompanyQuestion(at, head, accepted), at, cancellationToken, acceptedKnown: true);
    }

    /// <summary>The company as it is at an instant (null: now), and as it would be if these events had come too. Or why there is none.</summary>
    public async Task<(CompanyIndex? Now, CompanyIndex? Supposed, Problem? Refusal)> SupposeAsync(IReadOnlyList<MembershipEvent> events, CancellationToken cancellationToken, DateTimeOffset? at = null)
    {
        if (!await others.WaitAsync(TimeSpan.Zero, cancellationToken)) return (null, null, Busy());
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var run = await AcceptedRunAsync(db, time.GetUtcNow(), cancellationToken);
            var accepted = run is { } id ? await db.RunPartOrNullAsync<Snapshot>(id, RunPart.Sections, cancellationToken) : null;
            CompanyIndex? supposed = null;
            var (now, refusal) = await GuardedAsync(async () =>
            {
                var pair = await composer.SupposeAsync(events, accepted, cancellationToken, at);
                supposed = new CompanyIndex(pair.Supposed);
                return new CompanyIndex(pair.Now);
            });
            return (now, supposed, refusal);
        }
        finally
        {
            others.Release();
        }
    }

    public async Task<CompanyIndex> NowAsync(CancellationToken cancellationToken)
    {
        await now.WaitAsync(cancellationToken);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var (run, exclusions) = await SettledAsync(db, cancellationToken);
            if (kept is not { } current || current.AcceptedRun != run || current.Exclusions != exclusions || !await StillStandsAsync(db, current.Index.Composed, cancellationToken))
            {
                kept = current = new Kept(new CompanyIndex(await ComposeAsync(db, run, inPassing: false, cancellationToken)), run, exclusions);
            }

            forget.Change(KeepFor, Timeout.InfiniteTimeSpan);
            return current.Index;
        }
        finally
        {
            now.Release();
        }
    }

    /// <summary>
    /// How many issues there are of each code. Of a large company they are counted once a minute, and not while a run is made; it is not held for that. Null: there is no whole company.
    /// </summary>
    public async Task<IReadOnlyList<IssueCount>?> IssueCountsAsync(CancellationToken cancellationToken)
    {
        Counted fresh;
        await now.WaitAsync(cancellationToken);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var (run, exclusions) = await SettledAsync(db, cancellationToken);
            if (kept is { } whole && whole.AcceptedRun == run && whole.Exclusions == exclusions && await StillStandsAsync(db, whole.Index.Composed, cancellationToken))
                return Counts(whole.Index.Composed);
            if (counted is { } last && (await IsRecentAsync(db, last, cancellationToken)
                || (last.AcceptedRun == run && last.Exclusions == exclusions && await StillStandsAsync(db, last.Of, cancellationToken)))) return last.Issues;

            var company = await ComposeAsync(db, run, inPassing: true, cancellationToken);
            counted = fresh = new Counted(Counts(company), company with { Company = Company.Nobody, Snapshot = Snapshot.Empty, Issues = [], Later = [] }, company.Snapshot.Users.Count, run, exclusions);
        }
        catch (CutFailedException)
        {
            return null;
        }
        finally
        {
            now.Release();
        }

        await LargeCompany.TidyAsync(fresh.People);
        return fresh.Issues;
    }

    private async Task<ComposedCompany> ComposeAsync(GatewayDb db, long? run, bool inPassing, CancellationToken cancellationToken)
    {
        var accepted = run is { } id ? await db.RunPartOrNullAsync<Snapshot>(id, RunPart.Sections, cancellationToken) : null;
        return await composer.ComposeAsync(new(null, null, accepted) { InPassing = inPassing }, cancellationToken);
    }

    private static List<IssueCount> Counts(ComposedCompany company) =>
        [.. company.Issues.GroupBy(i => i.Code, StringComparer.Ordinal).Select(g => new IssueCount(g.Key, g.Count(), g.Any(i => i.LeftOut)))];

    /// <summary>Of a large company: looked at within the minute, or a run looks at it.</summary>
    private async Task<bool> IsRecentAsync(GatewayDb db, Counted last, CancellationToken cancellationToken) => LargeCompany.Is(last.People)
        && (time.GetUtcNow() - last.Of.At < CountFor || await db.Set<RunRow>().AnyAsync(r => r.State == RunState.Assembling, cancellationToken));

    public void Dispose()
    {
        forget.Dispose();
        now.Dispose();
        others.Dispose();
    }

    private async Task<(CompanyIndex?, Problem?)> OtherAsync(
        Func<CompanyQuestion> ask, DateTimeOffset? at, CancellationToken cancellationToken, bool acceptedKnown = false)
    {
        if (!await others.WaitAsync(TimeSpan.Zero, cancellationToken))
            return (null, Busy());
        try
        {
            return await GuardedAsync(async () =>
            {
                var question = ask();
                if (!acceptedKnown)
                {
                    await using var db = await contexts.CreateDbContextAsync(cancellationToken);
                    var run = await AcceptedRunAsync(db, at ?? time.GetUtcNow(), cancellationToken);
                    question = question with { Accepted = run is { } id ? await db.RunPartOrNullAsync<Snapshot>(id, RunPart.Sections, cancellationToken) : null };
                }

                return new CompanyIndex(await composer.ComposeAsync(question, cancellationToken));
            });
        }
        finally
        {
            others.Release();
        }
    }

    private static Problem Busy() =>
        new(ProblemKind.TooManyRequests, "Two readings of another time are under way already.") { RetryAfter = TimeSpan.FromSeconds(2) };

    private static async Task<(CompanyIndex?, Problem?)> GuardedAsync(Func<Task<CompanyIndex>> read)
    {
        try
        {
            return (await read(), null);
        }
        catch (CutFailedException)
        {
            return (null, new Problem(ProblemKind.Unavailable, "What one source says of one record cannot be worked out, so there is no whole company to show; see /v1/status and the log.")
            {
                RetryAfter = TimeSpan.FromMinutes(1),
            });
        }
    }

    /// <summary>No event and no date has changed it since.</summary>
    private async Task<bool> StillStandsAsync(GatewayDb db, ComposedCompany company, CancellationToken cancellationToken)
    {
        var (at, until) = (company.At, time.GetUtcNow());
        return !(company.NextDue <= until)
            && !await db.EventsAfter(company.Head).AnyAsync(cancellationToken)
            && !await db.Exclusions.AnyAsync(e => e.Until > at && e.Until <= until, cancellationToken);
    }

    /// <summary>What besides events shapes the company: the run accepted last, and how many exclusions there are and were taken back.</summary>
    private async Task<(long? AcceptedRun, (int, int) Exclusions)> SettledAsync(GatewayDb db, CancellationToken cancellationToken) => (
        await AcceptedRunAsync(db, time.GetUtcNow(), cancellationToken),
        (await db.Exclusions.CountAsync(cancellationToken), await db.Exclusions.CountAsync(e => e.TakenBackAt != null, cancellationToken)));

    private static Task<long?> AcceptedRunAsync(GatewayDb db, DateTimeOffset at, CancellationToken cancellationToken) =>
        db.Set<RunRow>().Where(r => r.AcceptedAt != null && r.AcceptedAt <= at).OrderByDescending(r => r.AcceptedAt).ThenByDescending(r => r.Id)
            .Select(r => (long?)r.Id).FirstOrDefaultAsync(cancellationToken);
}

/// <summary>Instants in queries: RFC 3339 with a zone, or a date, which is its first instant in UTC.</summary>
internal static class Instants
{
    /// <summary>Null text is a null instant. False: neither an instant nor a date.</summary>
    public static bool TryRead(string? text, out DateTimeOffset? instant)
    {
        instant = text is null ? null
            : Rfc3339.Day(text) is { } day ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)
            // A plus in a query is a space to whoever reads it.
            : Rfc3339.Instant(text.Replace(' ', '+'));
        return text is null || instant is not null;
    }

    public static Problem Invalid(string name) => Problem.Invalid(name, "An instant such as 2026-03-02T09:00:00Z, or a date such as 2026-03-02.");
}
