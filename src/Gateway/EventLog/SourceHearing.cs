using Microsoft.EntityFrameworkCore;

namespace Gateway.EventLog;

/// <summary>When sources were heard.</summary>
public static class SourceHearing
{
    /// <summary>When the last event of a source came in; null: none ever did.</summary>
    public static async Task<DateTimeOffset?> LastSeenAsync(this GatewayDb db, string source, CancellationToken cancellationToken) =>
        await db.Events.Where(e => e.Source == source).OrderByDescending(e => e.Sequence).Select(e => (long?)e.ReceivedAt).FirstOrDefaultAsync(cancellationToken) is { } micros
            ? Micros.ToInstant(micros)
            : null;
}
