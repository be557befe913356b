using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sources.Webhooks;

/// <summary>
/// The tokens that vendors post when a webhook is registered, for a person who confirms them there. Nobody has signed them, so that few are kept and
/// few are written.
/// </summary>
internal sealed class HandshakeBook(LedgerWriter ledger, IDbContextFactory<GatewayDb> contexts, TimeProvider time)
{
    public const int MostKept = 10;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);
    private long _last = long.MinValue / 2;

    /// <summary>False: not now, the last one came in this second.</summary>
    public async Task<bool> KeepAsync(string source, string token, CancellationToken cancellationToken)
    {
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            if (await db.Handshakes.AnyAsync(h => h.Source == source && h.Token == token, cancellationToken)) return true;
        }

        var (last, now) = (Volatile.Read(ref _last), time.GetTimestamp());
        if (last > 0 && time.GetElapsedTime(last, now) < Between) return false;
        if (Interlocked.CompareExchange(ref _last, now, last) != last) return false;
        await using var write = await ledger.BeginAsync(cancellationToken);
        write.Db.Handshakes.Add(new HandshakeRow { Source = source, Token = token, At = time.GetUtcNow() });
        var old = await write.Db.Handshakes.Where(h => h.Source == source).OrderByDescending(h => h.Id).Skip(MostKept - 1).ToListAsync(cancellationToken);
        write.Db.Handshakes.RemoveRange(old);
        await write.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>The latest first.</summary>
    public async Task<List<HandshakeRow>> ListAsync(string source, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Handshakes.AsNoTracking().Where(h => h.Source == source).OrderByDescending(h => h.Id).ToListAsync(cancellationToken);
    }
}
