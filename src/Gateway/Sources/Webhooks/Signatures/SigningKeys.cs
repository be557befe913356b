using System.Text;

namespace Gateway.Sources.Webhooks.Signatures;

/// <summary>From a secret as it stands in the settings to the bytes of the key.</summary>
internal static class SigningKeys
{
    private const string WhsecPrefix = "whsec_";

    /// <summary>Null: it is not of its format.</summary>
    public static byte[]? Read(string secret, KeyFormat format)
    {
        var key = format switch
        {
            KeyFormat.Base64 => Base64(secret),
            KeyFormat.Whsec => Base64(secret.StartsWith(WhsecPrefix, StringComparison.Ordinal) ? secret[WhsecPrefix.Length..] : secret),
            KeyFormat.Hex => Hex(secret),
            _ => Encoding.UTF8.GetBytes(secret),
        };
        return key is { Length: > 0 } ? key : null;
    }

    public static string Wanted(KeyFormat format) => format switch
    {
        KeyFormat.Base64 => "base64",
        KeyFormat.Whsec => "whsec_ and base64",
        KeyFormat.Hex => "an even number of hex digits",
        _ => "text that is not empty",
    };

    private static byte[]? Base64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    private static byte[]? Hex(string text) => text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : null;
}
