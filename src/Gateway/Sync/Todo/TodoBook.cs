using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership;
using Gateway.Membership.Drift;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Sync.Readings;
using Gateway.Sync.Storing;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Todo;

/// <summary>What an accepted run leaves for a person to do. In the transaction of its acceptance, however that came to be known, so that nobody is lost between the two.</summary>
internal static class TodoBook
{
    /// <param name="db">The transaction in which the run is accepted; e-mails of the run are not remembered yet.</param>
    /// <param name="run">As it stands now.</param>
    /// <param name="difference">From what was accepted before.</param>
    public static async Task AfterAcceptedAsync(GatewayDb db, RunRow run, SnapshotDiff difference, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var seen = await db.RunPartOrNullAsync<SeenAccount>(run.Id, RunPart.Account, cancellationToken) ?? SeenAccount.Nothing;
        await db.SaveChangesAsync(cancellationToken);
        await ManyRows.InsertAsync(db, "let_go_emails (\"RunId\", \"Email\")", [run.Id], seen.OnlyThere.People.Select(e => new[] { e }), "ON CONFLICT (\"Email\") DO NOTHING", cancellationToken);

        await ReaddressAsync(db, difference, cancellationToken);
        await RenumberAsync(db, difference, cancellationToken);
        await LeaveAsync(db, run, difference, seen, now, cancellationToken);
        await ReturnAsync(db, run, difference, now, cancellationToken);
        await CreateAsync(db, run, difference, seen, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
    }

    private static async Task ReaddressAsync(GatewayDb db, SnapshotDiff difference, CancellationToken cancellationToken)
    {
        var emails = difference.UsersChanged.SelectMany(u => u.Fields.Where(f => f is { Field: UserFields.Email, After: not null }).Select(f => (u.Id, Email: f.After!))).ToDictionary(c => c.Id, c => c.Email, StringComparer.Ordinal);
        foreach (var item in await ItemsAsync(db, emails.Keys, cancellationToken)) item.Email = AcceptedEmail.KeyOf(emails[item.Subject]);
    }

    /// <summary>A person under another id is the same one to the account, which finds them by their address.</summary>
    private static async Task RenumberAsync(GatewayDb db, SnapshotDiff difference, CancellationToken cancellationToken)
    {
        var changes = Newcomers.IdChanges(difference);
        var taken = (await ItemsAsync(db, [.. changes.Values.Select(u => u.Id)], cancellationToken)).ToDictionary(i => (i.Kind, i.Subject));
        foreach (var item in await ItemsAsync(db, [.. changes.Keys], cancellationToken))
        {
            var to = changes[item.Subject];
            db.Remove(item);
            if (taken.TryGetValue((item.Kind, to.Id), out var there)) db.Remove(there);
            await db.SaveChangesAsync(cancellationToken);
            db.Add(new TodoItem
            {
                Kind = item.Kind, Subject = to.Id, Email = AcceptedEmail.KeyOf(to.Email), Since = item.Since, RunId = item.RunId, Certain = item.Certain,
                EndedAt = item.EndedAt, End = item.End, EndedBy = item.EndedBy, Reason = item.Reason,
            });
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    private static async Task LeaveAsync(GatewayDb db, RunRow run, SnapshotDiff difference, SeenAccount seen, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var renumbered = Newcomers.IdChanges(difference);
        var left = difference.UsersRemoved.Where(u => !renumbered.ContainsKey(u.Id)).ToDictionary(u => u.Id, StringComparer.Ordinal);
        var items = await ItemsAsync(db, left.Keys, cancellationToken);
        foreach (var item in items.Where(i => i is { Kind: TodoKind.Invite, EndedAt: null })) item.EndAs(TodoEnd.Left, now, "system", "They left.");

        // An administrator keeps their access.
        var (shown, exempt) = (seen.Administrators.ToHashSet(AsciiCaseInsensitive.Comparer), seen.Exempt.ToHashSet(AsciiCaseInsensitive.Comparer));
        foreach (var user in left.Values.Where(u => shown.Contains(u.Email) || exempt.Contains(u.Email)))
        {
            var item = items.FirstOrDefault(i => i.Kind == TodoKind.Administrator && i.Subject == user.Id);
            if (item is null) db.Add(item = new TodoItem { Kind = TodoKind.Administrator, Subject = user.Id, Since = now });
            item.OpenAgain(now, run.Id, AcceptedEmail.KeyOf(user.Email));
            item.Certain = shown.Contains(user.Email);
        }
    }

    /// <summary>Somebody who left without an invitation has none when they come back; an administrator who is back may have their access.</summary>
    private static async Task ReturnAsync(GatewayDb db, RunRow run, SnapshotDiff difference, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // As at every first sync: nobody has been here before.
        if (difference.UsersAdded.Count == 0 || !await db.Set<TodoItem>().AnyAsync(cancellationToken)) return;
        var back = difference.UsersAdded.ToDictionary(u => u.Id, StringComparer.Ordinal);
        foreach (var item in await ItemsAsync(db, back.Keys, cancellationToken))
        {
            if (item is { Kind: TodoKind.Invite, End: TodoEnd.Left }) item.OpenAgain(now, item.RunId, AcceptedEmail.KeyOf(back[item.Subject].Email));
            else if (item is { Kind: TodoKind.Administrator, EndedAt: null }) item.EndAs(TodoEnd.Over, now, "system", "They are back.");
        }

        // Under another id, by the address that the account finds them by.
        var byEmail = difference.UsersAdded.GroupBy(u => AcceptedEmail.KeyOf(u.Email)).ToDictionary(u => u.Key, u => u.First(), StringComparer.Ordinal);
        foreach (var emails in byEmail.Keys.Chunk(500))
            foreach (var item in await db.Set<TodoItem>().Where(t => t.Kind == TodoKind.Invite && t.End == TodoEnd.Left && EF.Parameter(emails).Contains(t.Email!)).ToListAsync(cancellationToken))
            {
                var user = byEmail[item.Email!];
                if (user.Id == item.Subject) continue;
                db.Remove(item);
                if (await db.Set<TodoItem>().FindAsync([TodoKind.Invite, user.Id], cancellationToken) is { } there) there.OpenAgain(now, item.RunId, item.Email);
                else db.Add(new TodoItem { Kind = TodoKind.Invite, Subject = user.Id, Email = item.Email, Since = now, RunId = run.Id, Certain = item.Certain });
            }
    }

    private static async Task CreateAsync(GatewayDb db, RunRow run, SnapshotDiff difference, SeenAccount seen, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (difference.UsersAdded.Count == 0) return;
        await db.SaveChangesAsync(cancellationToken);
        var before = await AcceptedBeforeAsync(db, difference, cancellationToken);
        // Only where an address changed hands: a company is read for that.
        var here = before.Count == 0 || !difference.UsersAdded.Any(u => before.TryGetValue(u.Email, out var owner) && owner != u.Id) ? []
            : (await db.RunPartAsync<Snapshot>(run.Id, RunPart.Sections, cancellationToken)).Users.Select(u => u.Id).ToHashSet(StringComparer.Ordinal);
        var created = Newcomers.Created(difference, before, seen.Known.ToHashSet(AsciiCaseInsensitive.Comparer), here);
        var certain = run.Invites is not true;
        if (!certain)
        {
            // A run without an answer may have created them before, without an invitation: then this one invited nobody.
            var earlier = await CreatedUnseenAsync(db, run, cancellationToken);
            created = [.. created.Where(u => earlier.Contains(u.Email))];
        }

        await ManyRows.InsertAsync(
            db, "todo_items (kind, since, run_id, certain, subject, email)", [nameof(TodoKind.Invite), Micros.Of(now), run.Id, certain], created.Select(u => new[] { u.Id, AcceptedEmail.KeyOf(u.Email) }),
            "ON CONFLICT (kind, subject) DO UPDATE SET email = excluded.email, since = excluded.since, run_id = excluded.run_id, certain = excluded.certain, ended_at = NULL, ended = NULL, ended_by = NULL, reason = NULL",
            cancellationToken);
    }

    /// <summary>Of those who join now: whose address was accepted before, by e-mail.</summary>
    private static async Task<Dictionary<string, string>> AcceptedBeforeAsync(GatewayDb db, SnapshotDiff difference, CancellationToken cancellationToken)
    {
        var before = new Dictionary<string, string>(AsciiCaseInsensitive.Comparer);
        if (!await db.Set<AcceptedEmail>().AnyAsync(cancellationToken)) return before;
        foreach (var emails in difference.UsersAdded.Select(u => AcceptedEmail.KeyOf(u.Email)).Chunk(500))
            foreach (var known in await db.Set<AcceptedEmail>().AsNoTracking().Where(e => EF.Parameter(emails).Contains(e.Email)).ToListAsync(cancellationToken)) before[known.Email] = known.MemberId;
        return before;
    }

    private static async Task<HashSet<string>> CreatedUnseenAsync(GatewayDb db, RunRow run, CancellationToken cancellationToken)
    {
        var runs = await db.Set<RunRow>().AsNoTracking()
            .Where(r => r.Id != run.Id && r.Id > (run.BaseRunId ?? 0) && r.Invites == false && r.SendingAt != null && r.AcceptedAt == null
                && (r.State == RunState.Unknown || r.State == RunState.Processing || r.State == RunState.AwaitingUpstreamApproval))
            .Select(r => r.Id).ToListAsync(cancellationToken);
        var emails = new HashSet<string>(AsciiCaseInsensitive.Comparer);
        foreach (var id in runs)
            if (await db.RunPartOrNullAsync<SnapshotDiff>(id, RunPart.Difference, cancellationToken) is { } sent) emails.UnionWith(sent.UsersAdded.Select(u => u.Email));
        return emails;
    }

    private static async Task<List<TodoItem>> ItemsAsync(GatewayDb db, IReadOnlyCollection<string> subjects, CancellationToken cancellationToken)
    {
        var items = new List<TodoItem>();
        foreach (var some in subjects.Chunk(500)) items.AddRange(await db.Set<TodoItem>().Where(t => EF.Parameter(some).Contains(t.Subject)).ToListAsync(cancellationToken));
        return items;
    }
}
