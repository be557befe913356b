using System.Text.Json;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Officevibe;

namespace Gateway.Exports;

/// <summary>Reads a list through from the account, and answers with it or with why there is none. Nothing is kept but who has read what, and when.</summary>
public sealed class ExportDesk(LedgerWriter ledger, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(5);

    /// <summary>A whole account stands in memory for each.</summary>
    private readonly SemaphoreSlim readers = new(2, 2);

    /// <param name="context">The request.</param>
    /// <param name="query">The form of the answer.</param>
    /// <param name="list">What is read, such as <c>feedback</c>.</param>
    /// <param name="table">How it is written as CSV.</param>
    /// <param name="detail">What was asked for, for the audit; null: all.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="hint">What a reading that failed may be due to.</param>
    public async Task<IResult> AnswerAsync<T>(HttpContext context, ExportQuery query, string list, ExportTable<T> table, object? detail, Func<CancellationToken, Task<AccountExport<T>>> read, string? hint = null)
    {
        var (form, bad) = ExportForm.Read(query, context.Request);
        if (form is null) return bad!;
        context.Response.Headers.CacheControl = "no-store";
        var stopped = context.RequestAborted;
        if (!await readers.WaitAsync(TimeSpan.Zero, stopped))
            return new Problem(ProblemKind.TooManyRequests, "Two exports are being read at the moment, which is as many as may be.") { RetryAfter = TryAgain };
        try
        {
            switch (await read(stopped))
            {
                case AccountExport<T>.Given given:
                    await NoteAsync(context, list, detail, given.Items.Count, stopped);
                    return form.Answer(list, table, given.Items, time.GetUtcNow());
                case AccountExport<T>.Refused refused:
                    return new Problem(ProblemKind.OfficevibeFailed, $"{refused.Reason} {refused.WhatToDo}");
                case AccountExport<T>.NotGiven missing:
                    return new Problem(ProblemKind.NotGiven, missing.Reason);
                case AccountExport<T>.Failed failed:
                    return new Problem(ProblemKind.OfficevibeFailed, hint is null ? failed.Reason : $"{failed.Reason} {hint}") { RetryAfter = failed.RetryAfter };
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
        finally
        {
            readers.Release();
        }
    }

    /// <summary>Before the first byte goes out: what cannot be noted is not given.</summary>
    private async Task NoteAsync(HttpContext context, string list, object? detail, int count, CancellationToken cancellationToken)
    {
        await using var write = await ledger.BeginAsync(cancellationToken);
        write.Db.Audit.Add(new AuditEntry
        {
            At = time.GetUtcNow(), Actor = context.User.Actor ?? "unknown", Action = $"export.{list}", Detail = JsonSerializer.Serialize(new { asked = detail, items = count }, JsonSerializerOptions.Web),
        });
        await write.CommitAsync(cancellationToken);
    }

    public void Dispose() => readers.Dispose();
}
