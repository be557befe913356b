using System.Collections.Concurrent;
using System.Text.Json;
using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Baselines;
using Gateway.Membership.Events;
using Gateway.Membership.Sync;
using Gateway.Rules;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sources.Baselines;

/// <summary>What a caller wants done with a baseline.</summary>
/// <param name="AsOf">Null: now.</param>
/// <param name="Confirm">The hash of the difference that is insisted on.</param>
public sealed record BaselineWish(string Source, DateTimeOffset? AsOf, bool DryRun, string? Confirm, string Actor)
{
    /// <summary>When a baseline without <see cref="AsOf"/> was asked for: it holds from then. No part of the hash, so that the same can be insisted on later. Null: now.</summary>
    public DateTimeOffset? AskedAt { get; init; }
}

/// <summary>Applies baselines, whole or not at all, one at a time for a source, and takes them back.</summary>
public sealed partial class BaselineStation(
    CompanyReader company, LedgerWriter ledger, IDbContextFactory<GatewayDb> contexts, RulesInForce rules, GuardSettings guard, TimeProvider time, ILogger<BaselineStation> log)
{
    private const int Attempts = 3;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> turns = new();

    /// <summary>Takes the source's turn; null: somebody has it. Dispose to give it back.</summary>
    public IDisposable? TryTakeTurn(string source)
    {
        var turn = turns.GetOrAdd(source, _ => new SemaphoreSlim(1, 1));
        return turn.Wait(0) ? new Turn(turn) : null;
    }

    /// <summary>Takes the difference, asks the guard, and appends its events. The caller has the source's turn.</summary>
    /// <exception cref="CutFailedException">A facet cannot be folded, so there is nothing to compare with.</exception>
    public async Task<BaselineOutcome> ApplyAsync(BaselineWish wish, Baseline baseline, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var cut = await company.ReadAsync(wish.AsOf ?? wish.AskedAt, known: null, packed: false, cancellationToken);
            var unit = new BaselineUnit(Guid.CreateVersion7(time.GetUtcNow()).ToString("N"), wish.Source, cut.At, await RecordedAtAsync(wish.Source, cancellationToken));
            var finding = Find(unit, wish, cut, baseline);
            var found = finding.Difference.Events.Count;

            if (wish.DryRun) return new BaselineOutcome.DryRun { Finding = finding };
            if (wish.Confirm is { } confirmed && confirmed != finding.Hash) return new BaselineOutcome.Held(OtherHash: true) { Finding = finding };
            var (now, isFirstWord) = (time.GetUtcNow(), await IsFirstWordAsync(wish.Source, cancellationToken));
            if (wish.Confirm is null && finding.Reasons.Count > 0)
            {
                if (!isFirstWord) await NotifyHeldAsync(wish.Source, finding, now, cancellationToken);
                return new BaselineOutcome.Held(OtherHash: false) { Finding = finding };
            }

            var events = finding.Difference.Events.Select(e => NewEvent.From(e, occurredAtSupplied: false, now)).ToList();
            await using var write = await ledger.BeginAsync(cancellationToken);
            // What the source sent meanwhile may have changed the difference.
            if (await write.Db.EventsAfter(cut.Head).AnyAsync(e => e.Source == wish.Source, cancellationToken))
            {
                if (attempt == Attempts) return new BaselineOutcome.Moved { Finding = finding };
                continue;
            }

            if (found == 0)
            {
                write.Db.Audit.Add(new AuditEntry { At = now, Actor = wish.Actor, Action = BaselineRow.FoundNone, Subject = wish.Source });
                await write.CommitAsync(cancellationToken);
                return new BaselineOutcome.NoDifference { Finding = finding };
            }

            Append(write, events);
            if (!isFirstWord) write.Db.Notify(NoticeTypes.SourceLosses, Losses(wish.Source, unit.Id, finding), now);
            write.Db.Baselines.Add(Row(unit, wish, finding, now));
            write.Db.Audit.Add(new AuditEntry
            {
                At = now, Actor = wish.Actor, Action = "baseline.apply", Subject = unit.Id,
                Detail = JsonSerializer.Serialize(new { source = wish.Source, events = found, confirmed = wish.Confirm is not null }),
            });
            await write.CommitAsync(cancellationToken);
            Log.Applied(log, unit.Id, wish.Source, found);
            return new BaselineOutcome.Applied(unit.Id) { Finding = finding };
        }
    }

    /// <summary>Takes back every event of a unit, in one transaction; again changes nothing. Null: there is no such unit. The caller has the source's turn.</summary>
    public async Task<BaselineRow?> RevertAsync(string id, string actor, CancellationToken cancellationToken)
    {
        await using var write = await ledger.BeginAsync(cancellationToken);
        var row = await write.Db.Baselines.SingleOrDefaultAsync(b => b.Id == id, cancellationToken);
        if (row is null or { RevertedAt: not null }) return row;

        var now = Micros.Cut(time.GetUtcNow());
        var unit = new BaselineUnit(row.Id, row.Source, row.AsOf, now);
        Append(write, [.. Enumerable.Range(1, row.Events).Select(n => NewEvent.From(
            new Retract { Source = row.Source, Id = $"{unit.EventId(n)}:revert", OccurredAt = now.AddMicroseconds(n), EventId = unit.EventId(n) }, occurredAtSupplied: false, now))]);
        (row.RevertedAt, row.RevertedBy) = (now, actor);
        write.Db.Audit.Add(new AuditEntry { At = now, Actor = actor, Action = "baseline.revert", Subject = row.Id });
        await write.CommitAsync(cancellationToken);
        Log.Reverted(log, row.Id, row.Source, row.Events);
        return row;
    }

    private BaselineFinding Find(BaselineUnit unit, BaselineWish wish, Cut cut, Baseline baseline)
    {
        var difference = BaselineDiff.Between(
            unit, cut.Members.Where(m => m.Source == wish.Source), cut.Teams.Where(t => t.Source == wish.Source), baseline, EventsOf, rules.ZoneOf(wish.Source));
        return new BaselineFinding(cut.At, difference, BaselineHash.Of(wish.Source, wish.AsOf, difference), BaselineGuard.Judge(difference, baseline, wish.Source, guard));

        IReadOnlyList<MembershipEvent> EventsOf(FacetKey key) =>
            company.ReadFacet(key, cut.At, cut.Head) is { Events: var logged } ? [.. logged.Where(e => e.Event is not null).Select(e => e.Event!)] : [];
    }

    /// <summary>Everything is new then, and nothing was lost.</summary>
    private async Task<bool> IsFirstWordAsync(string source, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return !await db.Events.AnyAsync(e => e.Source == source, cancellationToken);
    }

    /// <summary>A file that is held night after night with the same difference is told of once a day.</summary>
    private async Task NotifyHeldAsync(string source, BaselineFinding finding, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var write = await ledger.BeginAsync(cancellationToken);
        write.Db.Notify(NoticeTypes.SourceLosses, Losses(source, null, finding), now, $"{source}|{finding.Hash}", TimeSpan.FromDays(1));
        await write.CommitAsync(cancellationToken);
    }

    private static string Losses(string source, string? unit, BaselineFinding finding) => JsonSerializer.Serialize(
        new
        {
            source,
            baselineId = unit,
            held = unit is null,
            reasons = finding.Reasons.Select(r => new { r.Rule, r.Number, r.Limit }),
            counts = BaselineCounts.Of(finding.Difference),
            path = $"/v1/sources/{source}/losses",
        },
        JsonSerializerOptions.Web);

    /// <summary>Now, and after whatever the source's last baseline recorded.</summary>
    private async Task<DateTimeOffset> RecordedAtAsync(string source, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var last = await db.Baselines.Where(b => b.Source == source).OrderByDescending(b => b.Sequence).Select(b => (DateTimeOffset?)b.RecordedThrough).FirstOrDefaultAsync(cancellationToken);
        var now = Micros.Cut(time.GetUtcNow());
        return last >= now ? last.Value.AddMicroseconds(1) : now;
    }

    private static BaselineRow Row(BaselineUnit unit, BaselineWish wish, BaselineFinding finding, DateTimeOffset now) => new()
    {
        Id = unit.Id,
        Source = unit.Source,
        AsOf = unit.AsOf,
        AppliedAt = now,
        AppliedBy = wish.Actor,
        RecordedThrough = finding.Difference.Events[^1].OccurredAt,
        Events = finding.Difference.Events.Count,
        Counts = JsonSerializer.Serialize(BaselineCounts.Of(finding.Difference), BaselineJson.Default.BaselineCounts),
        Hash = finding.Hash,
        Confirmed = wish.Confirm is not null,
    };

    private static void Append(LedgerWrite write, IReadOnlyList<NewEvent> events)
    {
        if (write.Append(events).Any(a => a.Outcome != AppendOutcome.Appended))
            throw new InvalidOperationException("An event of a baseline is in the log already; its ids are new.");
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }

    private static partial class Log
    {
        [LoggerMessage(4101, LogLevel.Information, "Baseline {Id} of {Source} applied: {Events} events")]
        public static partial void Applied(ILogger logger, string id, string source, int events);

        [LoggerMessage(4102, LogLevel.Information, "Baseline {Id} of {Source} taken back: {Events} events")]
        public static partial void Reverted(ILogger logger, string id, string source, int events);
    }
}
