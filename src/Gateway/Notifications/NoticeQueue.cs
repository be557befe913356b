using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Notifications;

/// <summary>Brings what was noted into the queue of every endpoint that wants it: in one transaction, so that a crash tells nothing twice and leaves nothing out.</summary>
public sealed class NoticeQueue(IDbContextFactory<GatewayDb> contexts, LedgerWriter ledger, NotificationEndpoints endpoints, TimeProvider time)
{
    private const int Most = 500;

    /// <summary>Returns how many notifications there are to send now that were not before.</summary>
    public async Task<int> FillAsync(CancellationToken cancellationToken)
    {
        var queued = 0;
        while (await IsAnythingToDoAsync(time.GetUtcNow(), cancellationToken)) queued += await FillOnceAsync(time.GetUtcNow(), cancellationToken);
        return queued;
    }

    private async Task<int> FillOnceAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var write = await ledger.BeginAsync(cancellationToken);
        var db = write.Db;
        var queued = 0;
        var notices = await db.Set<Notice>().OrderBy(n => n.Id).Take(Most).ToListAsync(cancellationToken);
        var stories = await StoriesAsync(db, notices, cancellationToken);
        foreach (var notice in notices)
        {
            if (notice.Type == NoticeTypes.SyncAccepted) await EndOfTroubleAsync(db, stories, cancellationToken);
            else if (notice.Story is null) queued += Queue(db, notice.Type, NotificationBody.Of(notice.Type, notice.At, notice.Data), now);
            else Add(db, stories, notice);
        }

        db.RemoveRange(notices);
        var fresh = stories.Values.Where(s => s.Waiting > 0);
        var due = await db.Set<NoticeStory>().Where(s => s.Waiting > 0).ToListAsync(cancellationToken);
        foreach (var story in due.Union(fresh).Where(s => s.Waiting > 0 && IsDue(s, now)))
        {
            queued += Queue(db, story.Type, NotificationBody.Of(story.Type, story.At, story.Data, story.Waiting, story.Since), now);
            (story.Waiting, story.ToldAt) = (0, now);
        }

        await write.CommitAsync(cancellationToken);
        return queued;
    }

    /// <summary>The queue is looked at all the time, and others who write wait for a write.</summary>
    private async Task<bool> IsAnythingToDoAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<Notice>().AnyAsync(cancellationToken)) return true;
        return (await db.Set<NoticeStory>().AsNoTracking().Where(s => s.Waiting > 0).ToListAsync(cancellationToken)).Exists(s => IsDue(s, now));
    }

    private static bool IsDue(NoticeStory story, DateTimeOffset now) => story.ToldAt is not { } told || told + TimeSpan.FromSeconds(story.Every) <= now;

    private static async Task<Dictionary<string, NoticeStory>> StoriesAsync(GatewayDb db, List<Notice> notices, CancellationToken cancellationToken)
    {
        var named = notices.Where(n => n.Story is not null).Select(n => n.Story!).Distinct(StringComparer.Ordinal).ToList();
        return await db.Set<NoticeStory>().Where(s => named.Contains(s.Story)).ToDictionaryAsync(s => s.Story, StringComparer.Ordinal, cancellationToken);
    }

    private static void Add(GatewayDb db, Dictionary<string, NoticeStory> stories, Notice notice)
    {
        if (!stories.TryGetValue(notice.Story!, out var story))
        {
            stories[notice.Story!] = story = new NoticeStory { Story = notice.Story!, Type = notice.Type, Data = notice.Data };
            db.Add(story);
        }

        if (story.Waiting == 0) story.Since = notice.At;
        story.Waiting += notice.Count;
        (story.At, story.Data, story.Every) = (notice.At, notice.Data, notice.Every);
    }

    /// <summary>A sync was accepted: what fails or is rejected after it is another story, told at once. What was told of before is over.</summary>
    private static async Task EndOfTroubleAsync(GatewayDb db, Dictionary<string, NoticeStory> stories, CancellationToken cancellationToken)
    {
        var over = await db.Set<NoticeStory>().Where(s => (s.Type == NoticeTypes.SyncFailed || s.Type == NoticeTypes.SyncRejected) && s.ToldAt != null).ToListAsync(cancellationToken);
        foreach (var story in over)
        {
            // Kept, as one that was never told: its row may be in this transaction's hands.
            (story.Waiting, story.ToldAt) = (0, null);
            stories.TryAdd(story.Story, story);
        }
    }

    private int Queue(GatewayDb db, string type, string body, DateTimeOffset now)
    {
        var wanted = endpoints.All.Where(e => e.Types.Contains(type)).ToList();
        foreach (var endpoint in wanted)
            db.Add(new NotificationRow { MessageId = "msg_" + Guid.NewGuid().ToString("N"), Endpoint = endpoint.Name, Type = type, Body = body, CreatedAt = now, NextAt = now });
        return wanted.Count;
    }
}
