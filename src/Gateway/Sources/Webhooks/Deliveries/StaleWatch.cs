using System.Text.Json;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sources.Webhooks.Deliveries;

/// <summary>
/// Tells of deliveries that the door parked as stale, once an hour for a source; of a series of them, at once, as a problem of clocks. The door
/// notes nothing, and is not slowed down: what was told of last says which ones are new.
/// </summary>
internal sealed class StaleWatch(WebhookSources sources, IDbContextFactory<GatewayDb> contexts, LedgerWriter ledger, TimeProvider time)
{
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromHours(1);

    /// <summary>As long as it is known what was told of.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromDays(30);

    /// <summary>Returns how many were found.</summary>
    public async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        var (found, now) = (0, time.GetUtcNow());
        foreach (var source in sources.ByName.Keys)
        {
            await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
            {
                if (await NewAsync(db, source, now, cancellationToken) is null) continue;
            }

            await using var write = await ledger.BeginAsync(cancellationToken);
            if (await NewAsync(write.Db, source, now, cancellationToken) is not var (count, last)) continue;
            var clockProblem = await DeliveryCounts.IsClockProblemAsync(write.Db, source, now, cancellationToken);
            var data = new { source, reason = ParkedFor.Stale, clockProblem, path = $"/v1/deliveries?source={source}&state=parked&reason={ParkedFor.Stale}" };
            write.Db.Notify(NoticeTypes.DeliveryParked, JsonSerializer.Serialize(data, JsonSerializerOptions.Web), last, clockProblem ? Series(source) : Single(source), AtMostEvery, count);
            await write.CommitAsync(cancellationToken);
            found += count;
        }

        return found;
    }

    /// <summary>How many came since the last that people were told of, and when the last one did. Null: none, or what is noted waits to be told.</summary>
    private static async Task<(int Count, DateTimeOffset Last)?> NewAsync(GatewayDb db, string source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        string[] stories = [$"{NoticeTypes.DeliveryParked}|{Single(source)}", $"{NoticeTypes.DeliveryParked}|{Series(source)}"];
        if (await db.Set<Notice>().AnyAsync(n => n.Story != null && stories.Contains(n.Story), cancellationToken)) return null;
        var told = await db.Set<NoticeStory>().Where(s => stories.Contains(s.Story)).Select(s => s.At).ToListAsync(cancellationToken);
        var after = told.Append(now - Back).Max();
        var stale = db.Deliveries.Where(d => d.Source == source && d.State == DeliveryState.Parked && d.Reason == ParkedFor.Stale && d.ReceivedAt > after);
        return await stale.CountAsync(cancellationToken) is > 0 and var count
            ? (count, await stale.OrderByDescending(d => d.ReceivedAt).Select(d => d.ReceivedAt).FirstAsync(cancellationToken)) : null;
    }

    private static string Single(string source) => $"{source}|{ParkedFor.Stale}";

    private static string Series(string source) => $"{source}|{ParkedFor.Stale}|clock";
}
