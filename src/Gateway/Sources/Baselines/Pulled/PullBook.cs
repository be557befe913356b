using System.Text.Json;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sources.Baselines.Pulled;

/// <summary>What came of the last fetch of a source's baseline.</summary>
/// <param name="At">When it was asked for.</param>
/// <param name="Outcome"><c>applied</c>, <c>same</c>, <c>held</c> (nothing was stored: a person's word is needed) or <c>failed</c> (nothing was stored).</param>
/// <param name="Reason">Of what was held or failed.</param>
/// <param name="Baseline">The unit; null: none was made.</param>
/// <param name="Hash">Of what was held: what <c>confirm</c> takes.</param>
/// <param name="Failures">How many failed in a row up to this one.</param>
public sealed record PullResult(DateTimeOffset At, string Outcome, string? Reason = null, string? Baseline = null, string? Hash = null, int Failures = 0);

/// <summary>Keeps what came of fetches, in the audit, where every gateway of a store sees it; and says when the next one is due.</summary>
public sealed class PullBook(IDbContextFactory<GatewayDb> contexts, LedgerWriter ledger, TimeProvider time)
{
    public const string Applied = "applied", Same = "same", Held = "held", Failed = "failed";

    private const string Action = "baseline.pull";
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(2);

    /// <summary>A gateway that never fetched has missed no schedule.</summary>
    private readonly DateTimeOffset _since = time.GetUtcNow();

    /// <summary>Null: nothing was fetched yet.</summary>
    public async Task<PullResult?> LastAsync(string source, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var detail = await db.Audit.AsNoTracking().Where(a => a.Subject == source && a.Action == Action).OrderByDescending(a => a.Id).Select(a => a.Detail).FirstOrDefaultAsync(cancellationToken);
        return detail is null ? null : JsonSerializer.Deserialize<PullResult>(detail, JsonSerializerOptions.Web);
    }

    public async Task NoteAsync(string source, string actor, PullResult result, CancellationToken cancellationToken)
    {
        await using var write = await ledger.BeginAsync(cancellationToken);
        write.Db.Audit.Add(new AuditEntry { At = time.GetUtcNow(), Actor = actor, Action = Action, Subject = source, Detail = JsonSerializer.Serialize(result, JsonSerializerOptions.Web) });
        await write.CommitAsync(cancellationToken);
    }

    /// <summary>By the schedule; one that failed is tried again before, after 5 minutes, 10, 20 … 2 hours. One that was missed is due now.</summary>
    public DateTimeOffset? Next(Pull pull, PullResult? last)
    {
        var scheduled = pull.Cron.GetNextOccurrence(last?.At ?? _since, pull.TimeZone)?.ToUniversalTime();
        if (last is not { Outcome: Failed }) return scheduled;
        var wait = FirstRetry * Math.Pow(2, Math.Clamp(last.Failures - 1, 0, 10));
        var retry = last.At + (wait < LongestRetry ? wait : LongestRetry);
        return scheduled < retry ? scheduled : retry;
    }
}
