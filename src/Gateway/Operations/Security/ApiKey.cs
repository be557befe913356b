using System.Security.Cryptography;
using System.Text;

namespace Gateway.Operations.Security;

/// <summary>A key as a caller holds it: <c>gwk_</c> and 256 random bits in base64url. The gateway keeps its SHA-256 only.</summary>
public static class ApiKey
{
    public const string Prefix = "gwk_";

    /// <summary>Public, and accepted in Development only, from this machine only.</summary>
    public const string Development = Prefix + "development";

    private const int LongestKey = 256;

    public static string New() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>SHA-256 of the key's UTF-8 bytes in lower-case hex: the value of <c>Gateway:Keys:{name}:Hash</c>.</summary>
    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>False: longer than any key.</summary>
    internal static bool TryHash(string key, Span<byte> hash)
    {
        if (key.Length > LongestKey) return false;
        Span<byte> utf8 = stackalloc byte[LongestKey * 3];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(key, utf8)], hash);
        return true;
    }
}
