namespace Gateway.Sources.Enrichment;

/// <summary>
/// Answers within a burst. One serves every delivery that came before it was asked for, whether it is here or still on its way; a delivery that
/// came later may tell of what happened since, and is asked for anew.
/// </summary>
internal sealed class BurstCache(TimeSpan keepFor, TimeProvider time)
{
    private const int Most = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    private sealed record Entry(DateTimeOffset AskedAt, Task<CallResult> Result);

    /// <param name="key">What is asked for.</param>
    /// <param name="since">When whoever asks heard of it.</param>
    /// <param name="ask">Asks the vendor. Its end does not depend on who waits for it.</param>
    public Task<CallResult> GetAsync(string key, DateTimeOffset since, Func<Task<CallResult>> ask)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_entries.TryGetValue(key, out var entry) && entry.AskedAt >= since && IsOfUse(entry, now)) return entry.Result;
            Tidy(now);
            var asked = Task.Run(ask);
            _entries[key] = new Entry(now, asked);
            return asked;
        }
    }

    /// <summary>On its way; or here, an answer, and young.</summary>
    private bool IsOfUse(Entry entry, DateTimeOffset now) =>
        !entry.Result.IsCompleted || (entry.Result is { IsCompletedSuccessfully: true, Result: CallResult.Answer } && now - entry.AskedAt < keepFor);

    private void Tidy(DateTimeOffset now)
    {
        foreach (var (key, entry) in _entries)
            if (!IsOfUse(entry, now)) _entries.Remove(key);
        // They are people's data: more of them are not kept for comfort.
        if (_entries.Count >= Most) _entries.Clear();
    }
}
