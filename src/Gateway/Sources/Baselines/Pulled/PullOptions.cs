using Gateway.Sources.Enrichment;

namespace Gateway.Sources.Baselines.Pulled;

/// <summary><c>Gateway:Sources:{name}:Pull</c>: where the source's whole membership is fetched from, and when. The answer is what <c>PUT /v1/sources/{source}/baseline</c> takes as JSON.</summary>
public sealed class PullOptions
{
    public string Url { get; set; } = "";

    /// <summary>When, as a cron expression. Default <c>0 2 * * *</c>, before the sync's own hour.</summary>
    public string Schedule { get; set; } = "0 2 * * *";

    /// <summary>In which the schedule is read: an IANA name. Default: the source's.</summary>
    public string? TimeZone { get; set; }

    public CredentialOptions Credential { get; set; } = new();

    /// <summary>Without TLS as well. Default false.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>Networks that are not public and wanted, such as <c>10.20.0.0/16</c>. Default none.</summary>
    public IList<string> AllowedAddresses { get; set; } = [];

    /// <summary>From the first byte sent to the last one read. Default 1 minute.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);
}
