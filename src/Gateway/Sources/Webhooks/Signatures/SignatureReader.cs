using System.Globalization;

namespace Gateway.Sources.Webhooks.Signatures;

/// <summary>Reads <c>Gateway:Sources:{name}:Webhook:Signature</c>: the name of a preset, a scheme that is spelled out, or a preset with other fields. Errors name settings, never values.</summary>
internal static class SignatureReader
{
    private static readonly string[] Known =
    [
        "Preset", "Algorithm", "Key", "Encoding", "Padding", "Header", "Form", "Label", "Prefix", "TimestampHeader", "TimestampPart", "TimestampFormat", "IdHeader", "Signed",
        "Tolerance", "Secrets",
    ];

    /// <param name="section">The setting.</param>
    /// <param name="preset">The preset that the source's vendor has; null: none.</param>
    /// <param name="keyless">The secret is only known after the vendor's first call, so that there may be none yet.</param>
    /// <param name="errors">Receives everything wrong.</param>
    /// <returns>Null: no signature (<c>none</c>), or there are errors.</returns>
    public static SignatureVerifier? Read(IConfigurationSection section, string? preset, bool keyless, List<string> errors)
    {
        var name = section["Preset"] ?? (string.IsNullOrWhiteSpace(section.Value) ? preset : section.Value);
        if (IsNone(name))
        {
            foreach (var other in section.GetChildren().Where(c => !Same(c.Key, "Preset"))) errors.Add($"{other.Path}: with the signature none there is nothing else to say.");
            return null;
        }

        var before = errors.Count;
        foreach (var unknown in section.GetChildren().Where(c => !Known.Any(k => Same(k, c.Key))))
            errors.Add($"{unknown.Path}: there is no such setting. A signature has {string.Join(", ", Known)}.");
        if (name is null && !section.GetChildren().Any())
        {
            errors.Add($"{section.Path}: needed, since without a signature anybody could post deliveries. Name a preset ({Presets()}) or spell the scheme out; none has to be written out, and needs AllowFrom.");
            return null;
        }

        var scheme = new SignatureScheme();
        if (name is not null && !SignaturePresets.ByName.TryGetValue(name, out scheme!))
        {
            errors.Add($"{section.Path}{(section["Preset"] is null ? "" : ":Preset")}: there is no such preset; there are {Presets()}.");
            return null;
        }

        scheme = Override(section, scheme, errors);
        Check(section, scheme, errors);
        var keys = Keys(section.GetSection("Secrets"), scheme.Key, keyless, errors);
        return errors.Count > before ? null : new SignatureVerifier(scheme, keys);
    }

    public static bool IsNone(string? name) => Same(name, SignaturePresets.None);

    private static SignatureScheme Override(IConfigurationSection s, SignatureScheme scheme, List<string> errors)
    {
        scheme = scheme with
        {
            Algorithm = Choose(s, "Algorithm", scheme.Algorithm, errors, ("hmac-sha256", SignatureAlgorithm.HmacSha256), ("hmac-sha512", SignatureAlgorithm.HmacSha512), ("hmac-sha1", SignatureAlgorithm.HmacSha1), ("basic", SignatureAlgorithm.Basic), ("token", SignatureAlgorithm.Token)),
            Key = Choose(s, "Key", scheme.Key, errors, ("text", KeyFormat.Text), ("base64", KeyFormat.Base64), ("whsec", KeyFormat.Whsec), ("hex", KeyFormat.Hex)),
            Encoding = Choose(s, "Encoding", scheme.Encoding, errors, ("hex", SignatureEncoding.Hex), ("base64", SignatureEncoding.Base64), ("base64url", SignatureEncoding.Base64Url)),
            Padding = Choose(s, "Padding", scheme.Padding, errors, ("required", SignaturePadding.Required), ("none", SignaturePadding.None), ("either", SignaturePadding.Either)),
            Form = Choose(s, "Form", scheme.Form, errors, ("plain", SignatureForm.Plain), ("list", SignatureForm.List), ("parts", SignatureForm.Parts)),
            Header = s["Header"] ?? scheme.Header,
            Label = s["Label"] ?? scheme.Label,
            Prefix = s["Prefix"] ?? scheme.Prefix,
            TimestampHeader = Text(s, "TimestampHeader", scheme.TimestampHeader),
            TimestampPart = Text(s, "TimestampPart", scheme.TimestampPart),
            TimestampFormats = Formats(s.GetSection("TimestampFormat"), scheme.TimestampFormats, errors),
            IdHeader = Text(s, "IdHeader", scheme.IdHeader),
        };
        if (s["Signed"] is { } signed)
        {
            if (SignedTemplate.Read(signed) is { } parts) scheme = scheme with { Signed = parts };
            else errors.Add($"{s.Path}:Signed: text with {{id}}, {{timestamp}}, {{body}} and {{method}} in it, such as {{timestamp}}.{{body}}.");
        }

        if (s["Tolerance"] is { } tolerance)
        {
            if (TimeSpan.TryParse(tolerance, CultureInfo.InvariantCulture, out var span) && span > TimeSpan.Zero && span <= TimeSpan.FromDays(7)) scheme = scheme with { Tolerance = span };
            else errors.Add($"{s.Path}:Tolerance: a time span above zero and up to 7 days, such as 00:05:00.");
        }

        return scheme;
    }

    private static void Check(IConfigurationSection s, SignatureScheme scheme, List<string> errors)
    {
        if (!IsHeaderName(scheme.Header)) errors.Add($"{s.Path}:Header: the name of the header that the signature stands in is needed.");
        if (!scheme.IsHmac) return;
        foreach (var (key, name) in (ReadOnlySpan<(string, string?)>)[("TimestampHeader", scheme.TimestampHeader), ("IdHeader", scheme.IdHeader)])
            if (name is not null && !IsHeaderName(name)) errors.Add($"{s.Path}:{key}: this is no name of a header.");
        if (scheme.Label.Length == 0 || scheme.Label.AsSpan().ContainsAny(" ,=")) errors.Add($"{s.Path}:Label: a version or name such as v1 is needed.");
        if (scheme.TimestampPart is not null && scheme.Form != SignatureForm.Parts) errors.Add($"{s.Path}:TimestampPart: only where Form is parts.");
        if (scheme.TimestampPart is not null && scheme.TimestampHeader is not null) errors.Add($"{s.Path}:TimestampHeader: give either this or TimestampPart.");
        if (!scheme.Signed.Any(p => p is SignedPart.Body)) errors.Add($"{s.Path}:Signed: {{body}} must be in it, or anybody could change the body.");
        var stamped = scheme.Signed.Any(p => p is SignedPart.Timestamp);
        if (stamped != scheme.HasTimestamp)
            errors.Add(stamped ? $"{s.Path}:TimestampHeader: needed, since Signed has {{timestamp}}." : $"{s.Path}:Signed: has no {{timestamp}}; one that is not signed says nothing.");
        if (scheme.IdHeader is null && scheme.Signed.Any(p => p is SignedPart.Id)) errors.Add($"{s.Path}:IdHeader: needed, since Signed has {{id}}.");
    }

    private static List<byte[]> Keys(IConfigurationSection section, KeyFormat format, bool keyless, List<string> errors)
    {
        var keys = new List<byte[]>();
        var given = section.Value is null ? section.GetChildren() : section.GetChildren().Prepend(section);
        foreach (var secret in given)
        {
            if (SigningKeys.Read(secret.Value ?? "", format) is { } key) keys.Add(key);
            else errors.Add($"{secret.Path}: {SigningKeys.Wanted(format)} is needed.");
        }

        if (!given.Any() && !keyless) errors.Add($"{section.Path}: at least one secret is needed. To change it without a gap, give the old and the new one for a while.");
        return keys;
    }

    private static StampFormats Formats(IConfigurationSection section, StampFormats preset, List<string> errors)
    {
        if (section.Value is null) return preset;
        var formats = StampFormats.None;
        foreach (var name in section.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            formats |= name.ToLowerInvariant() switch
            {
                "seconds" => StampFormats.Seconds,
                "milliseconds" => StampFormats.Milliseconds,
                "rfc3339" => StampFormats.Rfc3339,
                _ => StampFormats.None,
            };
        }

        if (formats == StampFormats.None) errors.Add($"{section.Path}: one or several of seconds, milliseconds, rfc3339.");
        return formats;
    }

    private static T Choose<T>(IConfigurationSection s, string key, T preset, List<string> errors, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        if (s[key] is not { } given) return preset;
        var names = new List<string>();
        foreach (var (name, value) in choices)
        {
            if (Same(name, given)) return value;
            names.Add(name);
        }

        errors.Add($"{s.Path}:{key}: one of {string.Join(", ", names)}.");
        return preset;
    }

    /// <summary>Set to nothing, it takes away what the preset has.</summary>
    private static string? Text(IConfigurationSection s, string key, string? preset) => s[key] is { } text ? (text.Length == 0 ? null : text) : preset;

    private static string Presets() => string.Join(", ", SignaturePresets.ByName.Keys);

    private static bool IsHeaderName(string name) => name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
