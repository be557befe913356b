using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership;
using Gateway.Membership.Adoption;
using Gateway.Membership.Drift;
using Gateway.Membership.Snapshots;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Todo;

/// <summary>What a reading of the account shows to be done, and what it shows to be over.</summary>
internal static class TodoReadings
{
    public static async Task AfterReadingAsync(GatewayDb db, AccountReport report, Snapshot accepted, AccountContent content, AccountDrift drift, CancellationToken cancellationToken)
    {
        await AdministratorsAsync(db, report, accepted, content, drift, cancellationToken);
        await InvitedAsync(db, report, content, cancellationToken);
    }

    /// <summary>An administrator who was in the company once and is not any more. One who never was is somebody else's business.</summary>
    private static async Task AdministratorsAsync(GatewayDb db, AccountReport report, Snapshot accepted, AccountContent content, AccountDrift drift, CancellationToken cancellationToken)
    {
        var open = await db.Set<TodoItem>().Where(t => t.Kind == TodoKind.Administrator).ToDictionaryAsync(t => t.Subject, StringComparer.Ordinal, cancellationToken);
        if (drift.Administrators.Count > 0)
        {
            var here = accepted.Users.Select(u => u.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var emails in drift.Administrators.Select(a => AcceptedEmail.KeyOf(a.Email)).Chunk(500))
                foreach (var left in await db.Set<AcceptedEmail>().AsNoTracking().Where(e => emails.Contains(e.Email)).ToListAsync(cancellationToken))
                {
                    // Under another address they are still here.
                    if (here.Contains(left.MemberId)) continue;
                    if (!open.TryGetValue(left.MemberId, out var item))
                        db.Add(new TodoItem { Kind = TodoKind.Administrator, Subject = left.MemberId, Email = left.Email, Since = report.At, RunId = report.RunId });
                    else if (item.End == TodoEnd.Over) item.OpenAgain(report.At, report.RunId, left.Email);
                }
        }

        // Whom nobody calls an administrator there any more. An account that does not tell is not asked.
        if (!content.People.Any(p => p.AdminTold) || open.Count == 0) return;
        var administrators = content.People.Where(p => p.IsAdmin).Select(p => AcceptedEmail.KeyOf(p.Email)).ToHashSet(StringComparer.Ordinal);
        // One who is an administrator by the settings alone was never called one: they are over when they are not listed.
        var listed = content.People.Select(p => AcceptedEmail.KeyOf(p.Email)).ToHashSet(StringComparer.Ordinal);
        foreach (var item in open.Values.Where(i => i.EndedAt is null && i.Since < report.At && i.Email is not null && !(i.Certain ? administrators : listed).Contains(i.Email)))
            item.EndAs(TodoEnd.Over, report.At, "system", "The account does not list them as an administrator any more.");
    }

    /// <summary>Who is active has taken up an invitation. Only Workleap tells.</summary>
    private static async Task InvitedAsync(GatewayDb db, AccountReport report, AccountContent content, CancellationToken cancellationToken)
    {
        var active = content.People.Where(p => p.IsActive is true).Select(p => AcceptedEmail.KeyOf(p.Email)).ToHashSet(StringComparer.Ordinal);
        if (active.Count == 0) return;
        var open = await db.Set<TodoItem>().AsNoTracking().Where(t => t.Kind == TodoKind.Invite && t.EndedAt == null).Select(t => new { t.Subject, t.Email }).ToListAsync(cancellationToken);
        foreach (var subjects in open.Where(t => t.Email is not null && active.Contains(t.Email)).Select(t => t.Subject).Chunk(500))
            foreach (var item in await db.Set<TodoItem>().Where(t => t.Kind == TodoKind.Invite && subjects.Contains(t.Subject)).ToListAsync(cancellationToken))
                item.EndAs(TodoEnd.Over, report.At, "system", "The account lists them as active.");
    }

    public static void OpenAgain(this TodoItem item, DateTimeOffset now, long? run, string? email)
    {
        (item.EndedAt, item.End, item.EndedBy, item.Reason) = (null, null, null, null);
        (item.Since, item.RunId, item.Email) = (now, run, email ?? item.Email);
    }

    public static void EndAs(this TodoItem item, TodoEnd end, DateTimeOffset now, string by, string? reason) =>
        (item.EndedAt, item.End, item.EndedBy, item.Reason) = (now, end, by, reason);
}
