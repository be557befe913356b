using System.Text.Json;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Intake;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Sources.Webhooks.Deliveries;

/// <summary>Writes what came of deliveries: their events and their states in one transaction, many deliveries at a time.</summary>
internal sealed partial class DeliveryCommitter(LedgerWriter ledger, IOptions<WebhooksOptions> options, TimeProvider time, ILogger<DeliveryCommitter> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>Returns how many were written; one that somebody else has decided on meanwhile is not.</summary>
    public async Task<int> CommitAsync(IReadOnlyList<Decided> group, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(group, cancellationToken);
            return group.Count;
        }
        catch (Exception e) when (e is not OperationCanceledException && StorageFailure.NameOf(e) is null)
        {
            if (group.Count > 1)
            {
                // One of them is to blame; the others are none the worse for it.
                var written = 0;
                foreach (var one in group) written += await CommitAsync([one], cancellationToken);
                return written;
            }

            if (e is DbUpdateConcurrencyException) return 0;
            Log.Rejected(logger, group[0].Row.Sequence, group[0].Row.Source, e);
            await WriteAsync([group[0] with { Decision = new Decision.Parked(ParkedFor.Rejected, "The store cannot hold what it says; the gateway's log has the reason under the delivery's id.") }], cancellationToken);
            return 1;
        }
    }

    private async Task WriteAsync(IReadOnlyList<Decided> group, CancellationToken cancellationToken)
    {
        var now = Micros.Cut(time.GetUtcNow());
        await using var write = await ledger.BeginAsync(cancellationToken);
        write.Db.ChangeTracker.AutoDetectChangesEnabled = false;
        var plan = await EventPlan.MakeAsync(write.Db, group, cancellationToken);
        var events = plan.Append;
        IReadOnlyList<Appended> appended = events.Count == 0 ? [] : write.Append(events);
        if (appended.Any(a => a.Outcome is AppendOutcome.Conflict or AppendOutcome.Rejected))
            throw new InvalidOperationException("An event that was looked up before could not be stored.");
        var parked = new List<(string Source, string Reason)>();
        var mapped = group.Where(d => IsPlainlyMapped(plan.Of(d))).ToList();
        await NoteMappedAsync(write.Db, mapped, now, cancellationToken);
        foreach (var decided in group.Except(mapped))
        {
            var row = decided.Row.Copy();
            write.Db.Attach(row);
            Note(row, plan.Of(decided), now);
            row.Revision++;
            write.Db.Entry(row).DetectChanges();
            if (row.State == DeliveryState.Parked) parked.Add((row.Source, row.Reason!));
        }

        foreach (var (of, count) in parked.CountBy(p => p)) write.Db.NotifyParked(of.Source, of.Reason, now, count);

        if (plan.Rows.Count > 0) write.Note(plan.Rows);
        await write.CommitAsync(cancellationToken);
        for (var i = 0; i < appended.Count; i++) Counted.Outcome(events[i].Event.Source, appended[i].Outcome);
        foreach (var decided in group)
            if (plan.Of(decided) is Decision.Mapped) Telemetry.DeliveriesMapped.Add(1, new KeyValuePair<string, object?>("source", decided.Row.Source));
        foreach (var of in parked) Telemetry.DeliveriesParked.Add(1, new KeyValuePair<string, object?>("source", of.Source), new KeyValuePair<string, object?>("reason", of.Reason));
    }

    /// <summary>Nothing is to be written of it but that it is mapped.</summary>
    private static bool IsPlainlyMapped(Decision decision) => decision is Decision.Mapped { Answers: null };

    /// <summary>As <see cref="Note"/>, in one statement for all that were read at the same revision.</summary>
    /// <exception cref="DbUpdateConcurrencyException">Somebody else has decided on one of them meanwhile.</exception>
    private static async Task NoteMappedAsync(GatewayDb db, List<Decided> mapped, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var same in mapped.GroupBy(d => d.Row.Revision, d => d.Row.Sequence))
        {
            var (revision, sequences) = (same.Key, same.ToList());
            var written = await db.Deliveries.Where(d => EF.Parameter(sequences).Contains(d.Sequence) && d.Revision == revision).ExecuteUpdateAsync(
                d => d.SetProperty(r => r.State, DeliveryState.Mapped).SetProperty(r => r.DecidedAt, now).SetProperty(r => r.Attempts, r => r.Attempts + 1).SetProperty(r => r.Revision, revision + 1)
                    .SetProperty(r => r.Reason, (string?)null).SetProperty(r => r.ReasonText, (string?)null).SetProperty(r => r.Errors, (string?)null).SetProperty(r => r.NextAt, (DateTimeOffset?)null),
                cancellationToken);
            if (written != sequences.Count) throw new DbUpdateConcurrencyException("Somebody else has decided on a delivery meanwhile.");
        }
    }

    private void Note(DeliveryRow row, Decision decision, DateTimeOffset now)
    {
        row.Attempts++;
        row.Answers = decision.Answers ?? row.Answers;
        (row.Reason, row.ReasonText, row.Errors, row.NextAt) = (null, null, null, null);
        switch (decision)
        {
            case Decision.Mapped:
                (row.State, row.DecidedAt) = (DeliveryState.Mapped, now);
                break;
            case Decision.Later later when now - row.TriedSince < options.Value.GiveUpAfter:
                (row.State, row.Reason, row.ReasonText, row.NextAt) = (DeliveryState.Waiting, later.Code, later.Text, now + Pause(row.Attempts, later.After));
                break;
            case Decision.Later given:
                (row.State, row.Reason, row.ReasonText, row.DecidedAt) = (DeliveryState.Parked, given.Code, $"Tried {row.Attempts} times since {row.TriedSince:u}. {given.Text}", now);
                break;
            case Decision.Parked parked:
                (row.State, row.Reason, row.ReasonText, row.DecidedAt) = (DeliveryState.Parked, parked.Code, parked.Text, now);
                row.Errors = parked.Errors is null ? null : JsonSerializer.Serialize(parked.Errors);
                break;
        }
    }

    /// <summary>10 s, 20 s, 40 s … an hour; longer where the vendor says so.</summary>
    internal static TimeSpan Pause(int attempts, TimeSpan? asked)
    {
        var own = attempts > 10 ? LongestPause : TimeSpan.FromSeconds(Math.Min(FirstPause.TotalSeconds * Math.Pow(2, attempts - 1), LongestPause.TotalSeconds));
        return asked > own ? (asked < TimeSpan.FromDays(1) ? asked.Value : TimeSpan.FromDays(1)) : own;
    }

    private static partial class Log
    {
        [LoggerMessage(4202, LogLevel.Error, "What delivery {Delivery} of {Source} says could not be stored; it is parked")]
        public static partial void Rejected(ILogger logger, long delivery, string source, Exception exception);
    }
}
