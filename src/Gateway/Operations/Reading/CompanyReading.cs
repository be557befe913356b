using Gateway.Aggregation;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Intake;
using Gateway.Membership.Events;
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
    private readonly CompanyComposer composer;
    private readonly IDbContextFactory<GatewayDb> contexts;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim now = new(1, 1);
    private readonly SemaphoreSlim others = new(2, 2);
    private readonly ITimer forget;
    private volatile Kept? kept;

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
            var run = await AcceptedRunAsync(db, time.GetUtcNow(), cancellationToken);
            var exclusions = (await db.Exclusions.CountAsync(cancellationToken), await db.Exclusions.CountAsync(e => e.TakenBackAt != null, cancellationToken));
            if (kept is not { } current || current.AcceptedRun != run || current.Exclusions != exclusions || !await StillStandsAsync(db, current.Index.Composed, cancellationToken))
            {
                var accepted = run is { } id ? await db.RunPartOrNullAsync<Snapshot>(id, RunPart.Sections, cancellationToken) : null;
                kept = current = new Kept(new CompanyIndex(await composer.ComposeAsync(new(null, null, accepted), cancellationToken)), run, exclusions);
            }

            forget.Change(KeepFor, Timeout.InfiniteTimeSpan);
            return current.Index;
        }
        finally
        {
            now.Release();
        }
    }

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
