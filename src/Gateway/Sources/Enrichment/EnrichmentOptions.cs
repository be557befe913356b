namespace Gateway.Sources.Enrichment;

/// <summary>
/// <c>Gateway:Sources:{name}:Webhook:Enrichment</c>: the call to the vendor's API for what its deliveries leave out. There only if the section is;
/// what is not set comes from the source's <c>Webhook:Preset</c>, where that has it.
/// </summary>
public sealed class EnrichmentOptions
{
    /// <summary>With places for a delivery's values, see <see cref="AddressTemplate"/>. Called where a lookup names no other.</summary>
    public string? Url { get; set; }

    /// <summary>Further addresses of the same origin, by name: a lookup whose values have <c>call</c> goes there.</summary>
    public IDictionary<string, string> Calls { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The account's own part of the vendor's address, where it has one: put in place of <c>{company}</c> at the start. Letters, digits, <c>-</c>.</summary>
    public string? Company { get; set; }

    /// <summary>Sent as the body of a POST, for the APIs that read that way; JSON, with places inside of its strings. Default: none, and GET.</summary>
    public string? Body { get; set; }

    /// <summary>Sent besides, such as the version of the API. No credential: that has its own place.</summary>
    public IDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    public CredentialOptions Credential { get; set; } = new();

    /// <summary>Default <c>application/json</c>.</summary>
    public string? Accept { get; set; }

    /// <summary>Without TLS as well. Default false.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>Networks that are not public and wanted, such as <c>10.20.0.0/16</c>. Default none.</summary>
    public IList<string> AllowedAddresses { get; set; } = [];

    /// <summary>From the first byte sent to the last one read. Default 10 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest answer. Default 1 MB.</summary>
    public int MaxBytes { get; set; } = 1024 * 1024;

    /// <summary>The most calls at a time, of this gateway. Default 4.</summary>
    public int Concurrency { get; set; } = 4;

    /// <summary>How long an answer serves the other deliveries of a burst, those that came before it was asked for. Default 30 s.</summary>
    public TimeSpan CacheFor { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Statuses that are an answer too, once the address that was asked has answered 2xx since the start. Default 404: there is nobody.</summary>
    public int[]? AlsoAnswers { get; set; }
}

/// <summary>What the vendor's API knows us by: one of a header, basic, bearer, or OAuth 2.0 client credentials. It goes to the origin of <c>Url</c>, and a client's secret to that of <c>TokenUrl</c>, alone.</summary>
public sealed class CredentialOptions
{
    /// <summary>The name of a header that carries <see cref="Value"/>.</summary>
    public string? Header { get; set; }

    public string? Value { get; set; }

    /// <summary>Basic.</summary>
    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>Bearer.</summary>
    public string? Token { get; set; }

    /// <summary>OAuth 2.0 client credentials (RFC 6749, section 4.4): where tokens are given out.</summary>
    public string? TokenUrl { get; set; }

    public string? ClientId { get; set; }

    public string? ClientSecret { get; set; }

    public string? Scope { get; set; }
}
