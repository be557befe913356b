namespace Gateway.Sources.Webhooks;

/// <summary>Why deliveries are parked or wait, beside the codes that scripts and enrichment give.</summary>
public static class ParkedFor
{
    /// <summary>Rightly signed, but too long ago or in the future.</summary>
    public const string Stale = "stale";

    /// <summary>An event of it is not valid.</summary>
    public const string Invalid = "invalid";

    /// <summary>An event of it has the id of another one.</summary>
    public const string Conflict = "event-conflict";

    /// <summary>The store cannot hold an event of it.</summary>
    public const string Rejected = "event-rejected";

    /// <summary>Nobody signed it, and yet it says something without an answer of the vendor's API.</summary>
    public const string Untrusted = "untrusted";

    /// <summary>The script asks on and on.</summary>
    public const string EndlessQuestions = "enrichment-endless";

    /// <summary>The vendor's API did not answer; tried again for a day.</summary>
    public const string EnrichmentLater = "enrichment-later";

    /// <summary>A fault of the gateway; see its log.</summary>
    public const string Internal = "internal";
}
