using System.Text.RegularExpressions;
using Gateway.Edge.Outgoing;
using Gateway.Rules;

namespace Gateway.Sources.Enrichment;

/// <summary>The calls that sources may make, by source. Read at the start, whole: what is wrong stops it, by the name of the setting.</summary>
public sealed partial class EnrichmentCalls
{
    private readonly IReadOnlyDictionary<string, EnrichmentCall> _all;

    /// <exception cref="SettingsException">With every error found.</exception>
    public EnrichmentCalls(IConfiguration configuration)
    {
        var (all, errors) = (new Dictionary<string, EnrichmentCall>(StringComparer.Ordinal), new List<string>());
        foreach (var source in configuration.GetSection("Gateway:Sources").GetChildren())
        {
            var section = source.GetSection("Webhook:Enrichment");
            if (!section.Exists()) continue;
            var before = errors.Count;
            var call = Read(source.Key, section, EnrichmentPresets.Find(source["Webhook:Preset"]), errors);
            if (errors.Count == before) all[source.Key] = call!;
        }

        if (errors.Count > 0) throw new SettingsException(errors);
        _all = all;
    }

    /// <summary>Null: nothing is asked for this source.</summary>
    public EnrichmentCall? Find(string source) => _all.GetValueOrDefault(source);

    private static EnrichmentCall? Read(string source, IConfigurationSection section, EnrichmentPreset? preset, List<string> errors)
    {
        var key = section.Path;
        var options = RulesReader.Bind<EnrichmentOptions>(section, errors);
        _ = RulesReader.Bind<CredentialOptions>(section.GetSection(nameof(options.Credential)), errors);
        var addresses = AddressRules.Read($"{key}:AllowedAddresses", options.AllowedAddresses, errors);
        Limits(key, options, errors);

        var url = Template($"{key}:Url", options.Url ?? preset?.Url);
        var calls = new Dictionary<string, AddressTemplate>(StringComparer.Ordinal);
        foreach (var (name, text) in (preset?.Calls ?? new Dictionary<string, string>()).Where(c => !options.Calls.ContainsKey(c.Key) && options.Url is null).Concat(options.Calls))
        {
            if (Template($"{key}:Calls:{name}", text) is not { } call) continue;
            calls[name] = call;
            if (url is not null && call.Origin != url.Origin) errors.Add($"{key}:Calls:{name}: the same scheme, host and port as {key}:Url; the credential goes to no other.");
        }

        var headers = new Dictionary<string, string>(preset?.Headers ?? new Dictionary<string, string>(), StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in options.Headers) headers[name] = value;
        foreach (var (name, value) in headers)
            if (!HeaderName().IsMatch(name) || name.Equals("Host", StringComparison.OrdinalIgnoreCase) || !IsHeaderValue(value)) errors.Add($"{key}:Headers:{name}: no header that can be sent.");
        var credential = Credential(key, options, preset, addresses, errors);
        return url is null ? null : new EnrichmentCall
        {
            Source = source, Url = url, Calls = calls, Accept = options.Accept ?? "application/json", Headers = headers, Body = BodyTemplate.Read($"{key}:Body", options.Body ?? preset?.Body, errors),
            Credential = credential, Addresses = addresses, Timeout = options.Timeout, MaxBytes = options.MaxBytes, Concurrency = options.Concurrency,
            CacheFor = options.CacheFor, AlsoAnswers = options.AlsoAnswers ?? [404],
        };

        AddressTemplate? Template(string of, string? text)
        {
            if (text?.Contains("{company}", StringComparison.Ordinal) == true)
            {
                if (options.Company is not { } company || !CompanyName().IsMatch(company))
                {
                    errors.Add($"{key}:Company: the account's own part of the vendor's address is needed: letters, digits and -, at most 63.");
                    return null;
                }

                text = text.Replace("{company}", company, StringComparison.Ordinal);
            }

            return AddressTemplate.Read(of, text, options.AllowHttp, addresses, errors);
        }
    }

    internal static Credential Credential(string section, EnrichmentOptions options, EnrichmentPreset? preset, AddressRules addresses, List<string> errors)
    {
        var (key, set) = ($"{section}:Credential", options.Credential);
        var kinds = new[] { set.Header ?? set.Value, set.User, set.Token, set.ClientId ?? set.ClientSecret }.Count(k => k is not null);
        if (kinds > 1) errors.Add($"{key}: one of Header and Value, User and Password, Token, or ClientId and ClientSecret with TokenUrl.");
        if (kinds != 1)
        {
            if (kinds == 0 && preset is not null && options.Url is null) errors.Add($"{key}: {preset.Name} wants {string.Join(" and ", preset.Wants)}.");
            return new Credential.None();
        }

        if ((set.Header ?? set.Value) is not null)
        {
            if (set.Header is null || !HeaderName().IsMatch(set.Header)) errors.Add($"{key}:Header: the name of a header is needed.");
            return new Credential.InHeader(set.Header ?? "", Needed("Value", set.Value));
        }

        if (set.User is not null)
        {
            if (set.User.Contains(':', StringComparison.Ordinal)) errors.Add($"{key}:User: a user of a basic credential has no colon; what follows it is Password.");
            return new Credential.Basic(Needed("User", set.User), Needed("Password", set.Password ?? preset?.Password));
        }

        if (set.Token is not null) return new Credential.Bearer(Needed("Token", set.Token));
        var url = OutgoingUrl.Read($"{key}:TokenUrl", set.TokenUrl ?? preset?.TokenUrl, options.AllowHttp, addresses, errors);
        return new Credential.Client(url ?? new Uri("https://localhost"), Needed("ClientId", set.ClientId), Needed("ClientSecret", set.ClientSecret), set.Scope ?? preset?.Scope);

        string Needed(string name, string? value)
        {
            if (string.IsNullOrEmpty(value) || !IsHeaderValue(value)) errors.Add($"{key}:{name}: is needed, without line ends and blanks around it; a file can hold it, named by an environment variable that ends in __FILE.");
            return value ?? "";
        }
    }

    private static void Limits(string key, EnrichmentOptions options, List<string> errors)
    {
        if (options.Timeout < TimeSpan.FromMilliseconds(100) || options.Timeout > TimeSpan.FromMinutes(1)) errors.Add($"{key}:Timeout: between 00:00:00.1 and 00:01:00.");
        if (options.MaxBytes is < 1 or > 16 * 1024 * 1024) errors.Add($"{key}:MaxBytes: between 1 and 16777216.");
        if (options.Concurrency is < 1 or > 64) errors.Add($"{key}:Concurrency: between 1 and 64.");
        if (options.CacheFor < TimeSpan.Zero || options.CacheFor > TimeSpan.FromMinutes(10)) errors.Add($"{key}:CacheFor: between 00:00:00 and 00:10:00.");
        if (options.AlsoAnswers?.Any(s => s is < 400 or > 499 or 401 or 403 or 408 or 429) == true) errors.Add($"{key}:AlsoAnswers: of 400 to 499, and none of 401, 403, 408, 429: those are no answer.");
        if (options.Accept is { } accept && !System.Net.Http.Headers.MediaTypeWithQualityHeaderValue.TryParse(accept, out _)) errors.Add($"{key}:Accept: a media type such as application/json.");
    }

    private static bool IsHeaderValue(string value) => value.Length > 0 && value.Trim() == value && value.All(c => c is >= ' ' and <= '~');

    [GeneratedRegex("^[A-Za-z0-9-]{1,63}\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CompanyName();

    [GeneratedRegex("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HeaderName();
}
