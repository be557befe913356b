namespace Gateway.Notifications;

/// <summary><c>Gateway:Notifications:{name}</c>: somebody who is told, over HTTP, of what a person should look at.</summary>
public sealed class NotificationOptions
{
    /// <summary>Where to. A literal; https, unless <see cref="AllowHttp"/>.</summary>
    public string? Url { get; set; }

    /// <summary>
    /// <c>whsec_</c> and 24 to 64 bytes in base64, as the receiver has them. Each signs every notification: while one takes the place of another, both are listed.
    /// </summary>
    public IList<string> Secrets { get; set; } = [];

    /// <summary>What is told. Default: everything.</summary>
    public IList<string> Types { get; set; } = [];

    /// <summary>Networks that are not public and wanted, such as <c>10.20.0.0/16</c>. Default none.</summary>
    public IList<string> AllowedAddresses { get; set; } = [];

    /// <summary>Without TLS as well. Default false.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>Within which the receiver has answered. Default 15 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);
}
