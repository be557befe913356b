namespace Gateway.Sources.Webhooks;

/// <summary><c>Gateway:Webhooks</c>: what becomes of deliveries once they are stored, for all sources.</summary>
public sealed class WebhooksOptions
{
    public const string Section = "Gateway:Webhooks";

    /// <summary>How long the body of a mapped delivery is kept; that of a parked one stays. Default 30 days.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>For how long a delivery that something was away for is tried again before it is parked. Default a day.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How often is looked for deliveries that another gateway stored, or that are due again. Default 1 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many deliveries of a source are mapped at the same time. Default 8.</summary>
    public int Concurrency { get; set; } = 8;
}
