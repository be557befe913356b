using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Sync.Storing;
using Gateway.Sync.Views;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Todo;

/// <summary>What came of a word on the to-do list.</summary>
public abstract record TodoAnswer
{
    private TodoAnswer() { }

    /// <param name="Changed">How many are otherwise than before.</param>
    public sealed record Said(int Changed) : TodoAnswer;

    public sealed record Invalid(IReadOnlyDictionary<string, string[]> Errors) : TodoAnswer;
}

/// <summary>A person's word on what is to be done in the app.</summary>
public sealed class TodoDesk(LedgerWriter ledger, TimeProvider time)
{
    /// <summary>Ticks off, or opens again, all or none of what is named; or whatever a run made necessary.</summary>
    public async Task<TodoAnswer> SayAsync(SayTodo word, bool done, string actor, CancellationToken cancellationToken)
    {
        await using var write = await ledger.BeginAsync(cancellationToken);
        var (db, now) = (write.Db, time.GetUtcNow());
        var items = new List<TodoItem>();
        if (word.Run is { } run)
        {
            var (id, kind) = (RunView.ParseId(run), word.Kind!.Value);
            items.AddRange(await db.Set<TodoItem>().Where(t => t.RunId == id && t.Kind == kind).ToListAsync(cancellationToken));
            if (items.Count == 0) return new TodoAnswer.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["run"] = ["This run left nothing of this kind to do."] });
        }
        else
        {
            var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
            for (var i = 0; i < word.Items!.Count; i++)
            {
                if (await db.Set<TodoItem>().FindAsync([word.Items[i].Kind!.Value, word.Items[i].Subject!.Trim()], cancellationToken) is { } item) items.Add(item);
                else errors[$"items[{i}].subject"] = ["The list has nothing of this kind for this subject."];
            }

            if (errors.Count > 0) return new TodoAnswer.Invalid(errors);
        }

        var changed = items.Distinct().Where(i => done ? i.EndedAt is null : i.End == TodoEnd.Done).ToList();
        foreach (var item in changed)
        {
            if (done) item.EndAs(TodoEnd.Done, now, actor, word.Reason!.Trim());
            else (item.EndedAt, item.End, item.EndedBy, item.Reason) = (null, null, null, null);
            db.Audit.Add(new AuditEntry
            {
                At = now, Actor = actor, Action = done ? "todo.done" : "todo.reopen", Subject = item.Subject, Reason = word.Reason!.Trim(), Detail = StoredContent.Text(new { item.Kind, run = word.Run }),
            });
        }

        await write.CommitAsync(cancellationToken);
        return new TodoAnswer.Said(changed.Count);
    }

    /// <summary>Notes that somebody is to be erased in the app. Only whom Officevibe was ever sent is there.</summary>
    public async Task<TodoAnswer> EraseAsync(AddTodo request, string actor, CancellationToken cancellationToken)
    {
        var subject = request.Subject!.Trim();
        await using var write = await ledger.BeginAsync(cancellationToken);
        var (db, now) = (write.Db, time.GetUtcNow());
        var email = await db.Set<AcceptedEmail>().Where(e => e.MemberId == subject).OrderBy(e => e.Email).Select(e => e.Email).FirstOrDefaultAsync(cancellationToken);
        if (email is null) return new TodoAnswer.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["subject"] = ["Nobody of this id was ever sent to Officevibe, so there is nobody to erase there."] });

        var item = await db.Set<TodoItem>().FindAsync([TodoKind.Erase, subject], cancellationToken);
        if (item is { EndedAt: null }) return new TodoAnswer.Said(0);
        if (item is null) db.Add(new TodoItem { Kind = TodoKind.Erase, Subject = subject, Email = email, Since = now });
        else item.OpenAgain(now, null, email);
        db.Audit.Add(new AuditEntry { At = now, Actor = actor, Action = "todo.add", Subject = subject, Reason = request.Reason!.Trim(), Detail = StoredContent.Text(new { kind = TodoKind.Erase }) });
        await write.CommitAsync(cancellationToken);
        return new TodoAnswer.Said(1);
    }
}
