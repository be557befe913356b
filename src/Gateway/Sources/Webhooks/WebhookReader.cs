using System.Globalization;
using System.Net;
using Gateway.Edge;
using Gateway.Rules;
using Gateway.Sources.Webhooks.Signatures;

namespace Gateway.Sources.Webhooks;

/// <summary>Reads the <c>Webhook</c> section of every source. Errors name settings, never values; all are reported at once.</summary>
public static class WebhookReader
{
    private static readonly string[] Known = ["Preset", "Signature", "Script", "Enrichment", "AllowFrom", "Limits", "DeliveryId"];

    /// <exception cref="SettingsException">With every error found.</exception>
    public static WebhookSources Read(IConfiguration configuration, LimitsOptions limits)
    {
        var errors = new List<string>();
        var sources = new SortedDictionary<string, WebhookSource>(StringComparer.Ordinal);
        foreach (var source in configuration.GetSection("Gateway:Sources").GetChildren())
        {
            var section = source.GetSection("Webhook");
            if (section.Exists()) sources[source.Key] = Source(source.Key, section, limits, configuration, errors);
        }

        return errors.Count > 0 ? throw new SettingsException(errors) : new WebhookSources(sources);
    }

    private static WebhookSource Source(string name, IConfigurationSection section, LimitsOptions limits, IConfiguration configuration, List<string> errors)
    {
        foreach (var unknown in section.GetChildren().Where(c => !Known.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
            errors.Add($"{unknown.Path}: there is no such setting. A webhook has {string.Join(", ", Known)}.");
        var vendor = Vendor(section, errors);
        var before = errors.Count;
        var signature = section.GetSection("Signature");
        var verifier = SignatureReader.Read(signature, vendor?.Signature, keyless: vendor?.Handshake == Handshake.Gusto, errors);
        var allowed = Networks(section.GetSection("AllowFrom"), errors);
        var script = section["Script"] is { Length: > 0 } named ? named.Trim() : vendor?.Script ?? WebhookSource.BuiltInScript;
        if (verifier is null && errors.Count == before)
        {
            if (allowed.Count == 0) errors.Add($"{section.Path}:AllowFrom: needed where nobody signs (Signature none): the networks that deliveries come from, such as 192.0.2.0/24.");
            if (script == WebhookSource.BuiltInScript) errors.Add($"{section.Path}:Script: what nobody signs carries no facts, so that the script {script} has nothing to do. Name one that looks people up.");
            // Then the other end of the connection is whatever a header says.
            if (string.Equals(configuration["FORWARDEDHEADERS_ENABLED"], "true", StringComparison.OrdinalIgnoreCase))
                errors.Add($"{section.Path}:Signature: none cannot be had with ASPNETCORE_FORWARDEDHEADERS_ENABLED, since anybody can then say to come from AllowFrom.");
        }

        return new WebhookSource
        {
            Name = name,
            Verifier = verifier,
            AllowFrom = allowed,
            Script = script,
            Handshake = vendor?.Handshake ?? Handshake.None,
            SaysNoMoreThanWho = vendor?.SaysNoMoreThanWho ?? false,
            DeliveryId = IdPlace(section.GetSection("DeliveryId"), errors) ?? vendor?.DeliveryId ?? (verifier?.Scheme.IdHeader is { } header ? new DeliveryIdPlace(header, null) : null),
            Rate = Rate(section.GetSection("Limits"), limits.Rate, errors),
        };
    }

    private static VendorPreset? Vendor(IConfigurationSection section, List<string> errors)
    {
        if (section["Preset"] is not { Length: > 0 } name) return null;
        if (VendorPresets.ByName.TryGetValue(name, out var vendor)) return vendor;
        // A way to sign is a preset too, of nobody in particular.
        if (SignaturePresets.ByName.ContainsKey(name)) return new VendorPreset(name, WebhookSource.BuiltInScript);
        errors.Add($"{section.Path}:Preset: there is no such preset; there are {string.Join(", ", VendorPresets.ByName.Keys)}.");
        return null;
    }

    private static List<IPNetwork> Networks(IConfigurationSection section, List<string> errors)
    {
        var networks = new List<IPNetwork>();
        foreach (var entry in section.Value is null ? section.GetChildren() : section.GetChildren().Prepend(section))
        {
            foreach (var text in (entry.Value ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
            {
                if (IPNetwork.TryParse(text, out var network)) networks.Add(network);
                else if (IPAddress.TryParse(text, out var address)) networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
                else errors.Add($"{entry.Path}: a network such as 192.0.2.0/24 or an address is needed.");
            }
        }

        return networks;
    }

    private static DeliveryIdPlace? IdPlace(IConfigurationSection section, List<string> errors)
    {
        foreach (var unknown in section.GetChildren().Where(c => c.Key is not ("Header" or "Path"))) errors.Add($"{unknown.Path}: there is no such setting. Give Header, or Path such as data.id.");
        var (header, path) = (section["Header"], section["Path"]);
        if (header is not null && path is not null) errors.Add($"{section.Path}: give either Header or Path.");
        return string.IsNullOrEmpty(header) && string.IsNullOrEmpty(path) ? null : new DeliveryIdPlace(header, path?.Split('.'));
    }

    private static int Rate(IConfigurationSection section, int usual, List<string> errors)
    {
        foreach (var unknown in section.GetChildren().Where(c => c.Key is not "Rate")) errors.Add($"{unknown.Path}: there is no such setting. There is Rate, in deliveries per second.");
        if (section["Rate"] is not { } text) return usual;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rate) && rate <= 10_000_000) return rate;
        errors.Add($"{section.Path}:Rate: a whole number of deliveries per second is needed; 0 is no limit.");
        return usual;
    }
}
