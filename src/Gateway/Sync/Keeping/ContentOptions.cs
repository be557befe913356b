namespace Gateway.Sync;

/// <summary><c>Gateway:Sync:Content</c>: for how long the bytes of runs are kept. Their differences, verdicts and answers stay.</summary>
public sealed class ContentOptions
{
    /// <summary>The newest accepted runs whose bytes are kept however old they are. Default 30, at least 2.</summary>
    public int AtLeast { get; set; } = 30;

    /// <summary>The newest accepted runs whose bytes are kept at most, however young the others are. Default 500.</summary>
    public int AtMost { get; set; } = 500;

    /// <summary>Between the two: those that are younger than this; and what was rejected, observed, or did not arrive. Default 30 days.</summary>
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(30);

    internal void Check(string key, GuardOptions guard, List<string> errors)
    {
        if (AtLeast < 2) errors.Add($"{key}:AtLeast: 2 or more.");
        if (AtMost < AtLeast) errors.Add($"{key}:AtMost: at least AtLeast ({AtLeast}).");
        if (KeepFor < guard.HoldFor) errors.Add($"{key}:KeepFor: at least Guard:HoldFor ({guard.HoldFor}), since a run can be decided on for so long.");
    }
}
