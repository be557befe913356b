using System.Text.RegularExpressions;
using Gateway.Edge.Outgoing;
using Gateway.EventLog.Ledger;
using Gateway.Rules;

namespace Gateway.Notifications;

/// <summary>Somebody who is told: their settings, checked.</summary>
public sealed class NotificationEndpoint(string name, Uri url, StandardWebhook signer, IReadOnlySet<string> types, AddressRules addresses, TimeSpan timeout)
{
    public string Name => name;

    public Uri Url => url;

    public StandardWebhook Signer => signer;

    public IReadOnlySet<string> Types => types;

    public AddressRules Addresses => addresses;

    public TimeSpan Timeout => timeout;
}

/// <summary>Everybody who is told. Read at the start, whole: what is wrong stops it, by the name of the setting.</summary>
public sealed partial class NotificationEndpoints
{
    public const string Section = "Gateway:Notifications";

    private readonly SortedDictionary<string, NotificationEndpoint> _all = new(StringComparer.Ordinal);

    /// <exception cref="SettingsException">With every error found.</exception>
    public NotificationEndpoints(IConfiguration configuration)
    {
        var errors = new List<string>();
        foreach (var section in configuration.GetSection(Section).GetChildren())
        {
            var before = errors.Count;
            var endpoint = Read(section, errors);
            if (errors.Count == before) _all[section.Key] = endpoint!;
        }

        if (errors.Count > 0) throw new SettingsException(errors);
    }

    public IReadOnlyCollection<NotificationEndpoint> All => _all.Values;

    public NotificationEndpoint? Find(string name) => _all.GetValueOrDefault(name);

    private static NotificationEndpoint? Read(IConfigurationSection section, List<string> errors)
    {
        var (key, options) = (section.Path, RulesReader.Bind<NotificationOptions>(section, errors));
        if (!Name().IsMatch(section.Key)) errors.Add($"{key}: a name has 1 to 40 characters of a-z, 0-9 and -, and begins with a letter or a digit.");
        var addresses = AddressRules.Read($"{key}:AllowedAddresses", options.AllowedAddresses, errors);
        var url = OutgoingUrl.Read($"{key}:Url", options.Url, options.AllowHttp, addresses, errors);
        var secrets = new List<byte[]>();
        foreach (var (i, text) in options.Secrets.Index())
        {
            if (StandardWebhook.SecretOf(text) is { } secret) secrets.Add(secret);
            else errors.Add($"{key}:Secrets:{i}: whsec_ and 24 to 64 random bytes in base64 are needed, such as whsec_$(head -c 32 /dev/urandom | base64) gives.");
        }

        if (options.Secrets.Count == 0) errors.Add($"{key}:Secrets: at least one is needed; what is not signed, anybody could have sent.");
        foreach (var type in options.Types.Except(NoticeTypes.All, StringComparer.Ordinal)) errors.Add($"{key}:Types: \"{type}\" is not one of {string.Join(", ", NoticeTypes.All)}.");
        if (options.Timeout < TimeSpan.FromMilliseconds(100) || options.Timeout > TimeSpan.FromMinutes(1)) errors.Add($"{key}:Timeout: between 00:00:00.1 and 00:01:00.");
        return url is null ? null : new NotificationEndpoint(
            section.Key, url, new StandardWebhook(secrets), (options.Types.Count == 0 ? [.. NoticeTypes.All] : options.Types).ToHashSet(StringComparer.Ordinal), addresses, options.Timeout);
    }

    [GeneratedRegex("""\A[a-z0-9][a-z0-9-]{0,39}\z""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
