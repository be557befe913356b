using System.Globalization;
using Gateway.EventLog;
using Gateway.EventLog.Copying;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Snapshots;
using Gateway.Officevibe;
using Gateway.Sync;
using Gateway.Sync.Composing;
using Gateway.Sync.Storing;
using Gateway.Sync.Views;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Operations.CommandLine;

/// <summary>One thing that two stores were compared in.</summary>
internal sealed record Compared(string What, string From, string To)
{
    public bool Same => From == To;
}

/// <summary>Compares a copy with what it was made of: every row of log and ledger, and the company that each of them gives.</summary>
internal static class StoreComparison
{
    /// <summary>The copy has these of its own: a pause, and, in the audit, that it is a copy.</summary>
    private const string SyncState = "sync_state";

    public static async Task<List<Compared>> OfAsync(IServiceProvider from, IServiceProvider to, CopyProgress tell, CancellationToken cancellationToken)
    {
        using var one = StoreCut.Of(from.GetRequiredService<ILogStore>());
        using var other = StoreCut.Of(to.GetRequiredService<ILogStore>());
        var audit = await one.Db.Audit.MaxAsync(a => (long?)a.Id, cancellationToken) ?? 0;
        var here = StoreCopier.Content(one, (table, rows, of) => tell($"{table}, from", rows, of), cancellationToken);
        var there = StoreCopier.Content(other, (table, rows, of) => tell($"{table}, to", rows, of), cancellationToken, audit);
        var compared = here.Where(t => t.Name != SyncState)
            .Select(t => new Compared(t.Name.Replace('_', ' '), Told(t), Told(there.Single(u => u.Name == t.Name)))).ToList();

        // At one instant, each folded from its own log.
        var now = from.GetRequiredService<TimeProvider>().GetUtcNow();
        compared.Add(new("snapshot at " + now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            await SnapshotAsync(from, one.Db, now, cancellationToken), await SnapshotAsync(to, other.Db, now, cancellationToken)));
        compared.Add(new("last accepted", await AcceptedAsync(one.Db, cancellationToken), await AcceptedAsync(other.Db, cancellationToken)));
        return compared;
    }

    private static async Task<string> SnapshotAsync(IServiceProvider services, GatewayDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var last = await SyncHistory.LastAcceptedAsync(db, cancellationToken);
        var accepted = last is null ? null : await db.RunPartAsync<Snapshot>(last.Id, RunPart.Sections, cancellationToken);
        var company = await services.GetRequiredService<CompanyComposer>().ComposeAsync(new(now, null, accepted), cancellationToken);
        return StoredContent.Body(company.Snapshot, services.GetRequiredService<IOptions<OfficevibeOptions>>().Value).Hash;
    }

    private static async Task<string> AcceptedAsync(GatewayDb db, CancellationToken cancellationToken) =>
        await SyncHistory.LastAcceptedAsync(db, cancellationToken) is { } run ? $"run {RunView.IdOf(run.Id)}, {run.ContentHash}" : "none";

    private static string Told(TableContent table) => string.Create(CultureInfo.InvariantCulture, $"{table.Rows}, {table.Hash[..16]}");
}
