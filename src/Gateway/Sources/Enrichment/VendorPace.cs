namespace Gateway.Sources.Enrichment;

/// <summary>
/// When a vendor's API may be asked again. One that asks for a pause is left alone for that long; one that fails three times in a row for longer each
/// time, and is then tried by a single call, so that a burst of deliveries does not fall upon whoever is getting up again.
/// </summary>
internal sealed class VendorPace(TimeProvider time)
{
    private const int Patience = 3;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private DateTimeOffset _notBefore;
    private int _failures;
    private bool _trying;

    /// <summary>Null: go ahead, and say then what came of it.</summary>
    public TimeSpan? MustWait()
    {
        lock (_lock)
        {
            var wait = _notBefore - time.GetUtcNow();
            if (wait > TimeSpan.Zero) return wait;
            if (_failures < Patience) return null;
            if (_trying) return First;
            _trying = true;
            return null;
        }
    }

    public void Worked()
    {
        lock (_lock) (_failures, _trying) = (0, false);
    }

    /// <summary>Nobody knows: the call was broken off from this side.</summary>
    public void Unknown()
    {
        lock (_lock) _trying = false;
    }

    /// <param name="asked">The pause that the vendor asks for; null: none.</param>
    /// <returns>How long nobody asks.</returns>
    public TimeSpan? Failed(TimeSpan? asked)
    {
        lock (_lock)
        {
            (_failures, _trying) = (_failures + 1, false);
            var own = _failures < Patience ? TimeSpan.Zero : First * Math.Pow(2, Math.Min(_failures - Patience, 10));
            if (own > Longest) own = Longest;
            var pause = asked > own ? asked.Value : own;
            var until = time.GetUtcNow() + pause;
            if (until > _notBefore) _notBefore = until;
            return pause > TimeSpan.Zero ? pause : null;
        }
    }
}
