using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Notifications;

/// <summary>
/// Signs as Standard Webhooks says (standardwebhooks.com, version 1.0.0): HMAC-SHA256 over <c>id.timestamp.body</c>, one <c>v1,</c> entry a secret. Whoever
/// has any of the secrets can tell that it is from here.
/// </summary>
public sealed class StandardWebhook(IReadOnlyList<byte[]> secrets)
{
    private const string Prefix = "whsec_";

    /// <summary>The bytes of a secret as it is written; null: it is none.</summary>
    public static byte[]? SecretOf(string text)
    {
        var bytes = new byte[64];
        return text.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[Prefix.Length..], bytes, out var length) && length is >= 24 and <= 64
            ? bytes[..length]
            : null;
    }

    /// <summary>The header <c>webhook-signature</c>.</summary>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="timestamp">The header <c>webhook-timestamp</c>, in seconds.</param>
    /// <param name="body">Exactly as it is sent.</param>
    public string Sign(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        byte[] signed = [.. head, .. body];
        return string.Join(' ', secrets.Select(s => "v1," + Convert.ToBase64String(HMACSHA256.HashData(s, signed))));
    }
}
