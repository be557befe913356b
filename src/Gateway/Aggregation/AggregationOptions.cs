namespace Gateway.Aggregation;

/// <summary><c>Gateway:Aggregation</c>.</summary>
public sealed class AggregationOptions
{
    public const string Section = "Gateway:Aggregation";

    /// <summary>False: this process only accepts, and another one folds (or this one later). Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How often the sweeper looks for what no message told and for what comes due. Default 2 s.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(2);
}
