using Gateway.Membership.Baselines;

namespace Gateway.Sources.Baselines;

/// <summary>What came of a baseline.</summary>
public abstract record BaselineOutcome
{
    private BaselineOutcome() { }

    /// <summary>The difference that was found, whatever came of it.</summary>
    public required BaselineFinding Finding { get; init; }

    /// <summary>Its events are on disk.</summary>
    public sealed record Applied(string Id) : BaselineOutcome;

    /// <summary>The source said just that already: no unit was made.</summary>
    public sealed record NoDifference : BaselineOutcome;

    /// <summary>Asked for only: nothing was stored.</summary>
    public sealed record DryRun : BaselineOutcome;

    /// <summary>The guard wants a person's word, or got one about another difference.</summary>
    public sealed record Held(bool OtherHash) : BaselineOutcome;

    /// <summary>The source kept on sending while the difference was taken.</summary>
    public sealed record Moved : BaselineOutcome;
}

/// <summary>A difference, its hash and what the guard says of it.</summary>
public sealed record BaselineFinding(DateTimeOffset AsOf, BaselineDifference Difference, string Hash, IReadOnlyList<BaselineReason> Reasons);
