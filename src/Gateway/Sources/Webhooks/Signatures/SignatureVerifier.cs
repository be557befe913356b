using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Intake;
using Microsoft.Extensions.Primitives;

namespace Gateway.Sources.Webhooks.Signatures;

/// <summary>Why a signature is not accepted. For counting: whoever sent it is only told that it is not.</summary>
public enum SignatureFault
{
    /// <summary>A header is missing, empty, there twice, or not of its form.</summary>
    Header = 0,

    /// <summary>The timestamp is not one.</summary>
    Timestamp = 1,

    /// <summary>It is another signature.</summary>
    Mismatch = 2,
}

/// <summary>What a delivery's signature is worth.</summary>
public abstract record Verdict
{
    private Verdict() { }

    public sealed record Right : Verdict;

    /// <summary>The signature is right, but the clocks are too far apart: an old delivery, or a wrong clock here or there.</summary>
    public sealed record Stale(DateTimeOffset Timestamp) : Verdict;

    public sealed record Wrong(SignatureFault Fault) : Verdict;
}

/// <summary>
/// Verifies deliveries by one scheme with any of several secrets. Works on the raw bytes, before anything is parsed. Signatures are compared as
/// text, in constant time, with the one canonical way to write them: another way to write the same bytes is another signature.
/// </summary>
public sealed class SignatureVerifier(SignatureScheme scheme, IReadOnlyList<byte[]> keys)
{
    /// <summary>The most signatures that a header may list.</summary>
    private const int MostListed = 16;

    private static readonly Verdict.Right Good = new();

    /// <summary>The texts beside the id in what is signed. An id with one of them in it could be read as a shorter id and another timestamp or body.</summary>
    private readonly string[] _besideId = BesideId(scheme.Signed);

    public SignatureScheme Scheme => scheme;

    /// <summary>False: there is no secret yet, so nothing can be right.</summary>
    public bool HasKeys => keys.Count > 0;

    public Verdict Verify(string method, IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (Single(headers, scheme.Header) is not { } header) return new Verdict.Wrong(SignatureFault.Header);
        if (!scheme.IsHmac) return VerifyStatic(header);
        if (Read(header) is not var (listed, part)) return new Verdict.Wrong(SignatureFault.Header);

        var (stamp, at) = (part, DateTimeOffset.MinValue);
        if (scheme.HasTimestamp)
        {
            stamp ??= scheme.TimestampHeader is { } place ? Single(headers, place) : null;
            if (stamp is null) return new Verdict.Wrong(SignatureFault.Header);
            if (Timestamps.Read(stamp, scheme.TimestampFormats) is not { } read) return new Verdict.Wrong(SignatureFault.Timestamp);
            at = read;
        }

        var id = scheme.IdHeader is { } named ? Single(headers, named) : null;
        if (scheme.Signed.Any(p => p is SignedPart.Id) && (id is null || Array.Exists(_besideId, s => id.Contains(s, StringComparison.Ordinal)))) return new Verdict.Wrong(SignatureFault.Header);

        if (!Fits(listed, method, id, stamp, body)) return new Verdict.Wrong(SignatureFault.Mismatch);
        return scheme.HasTimestamp && (now - at).Duration() > scheme.Tolerance ? new Verdict.Stale(at) : Good;
    }

    /// <summary>Every secret is tried with every signature, whichever fits.</summary>
    private bool Fits(List<string> listed, string method, string? id, string? stamp, ReadOnlySpan<byte> body)
    {
        var fits = false;
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        foreach (var key in keys)
        {
            using var hmac = IncrementalHash.CreateHMAC(AlgorithmName, key);
            foreach (var part in scheme.Signed)
            {
                switch (part)
                {
                    case SignedPart.Literal literal: Append(hmac, literal.Text); break;
                    case SignedPart.Id: Append(hmac, id!); break;
                    case SignedPart.Timestamp: Append(hmac, stamp!); break;
                    case SignedPart.Method: Append(hmac, method.ToUpperInvariant()); break;
                    default: hmac.AppendData(body); break;
                }
            }

            var expected = hash[..hmac.GetHashAndReset(hash)];
            foreach (var text in Canonical(expected))
                foreach (var given in listed) fits |= Same(given, text);
        }

        return fits;
    }

    private static string[] BesideId(IReadOnlyList<SignedPart> signed) =>
    [
        .. Enumerable.Range(0, signed.Count).Where(i => signed[i] is SignedPart.Id).SelectMany(i => (int[])[i - 1, i + 1])
            .Where(i => i >= 0 && i < signed.Count).Select(i => signed[i]).OfType<SignedPart.Literal>().Select(l => l.Text),
    ];

    private static void Append(IncrementalHash hmac, string text) => hmac.AppendData(Encoding.UTF8.GetBytes(text));

    private HashAlgorithmName AlgorithmName => scheme.Algorithm switch
    {
        SignatureAlgorithm.HmacSha512 => HashAlgorithmName.SHA512,
        SignatureAlgorithm.HmacSha1 => HashAlgorithmName.SHA1,
        _ => HashAlgorithmName.SHA256,
    };

    /// <summary>The ways to write it that count.</summary>
    private string[] Canonical(ReadOnlySpan<byte> hash)
    {
        if (scheme.Encoding == SignatureEncoding.Hex) return [Convert.ToHexStringLower(hash)];
        var padded = Convert.ToBase64String(hash);
        if (scheme.Encoding == SignatureEncoding.Base64Url) padded = padded.Replace('+', '-').Replace('/', '_');
        return scheme.Padding switch
        {
            SignaturePadding.None => [padded.TrimEnd('=')],
            SignaturePadding.Either => [padded, padded.TrimEnd('=')],
            _ => [padded],
        };
    }

    /// <summary>The length is no secret.</summary>
    private static bool Same(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));

    /// <summary>Here the length would tell something of the secret, so that hashes are compared.</summary>
    private Verdict VerifyStatic(string header)
    {
        var fits = false;
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(header));
        foreach (var key in keys)
        {
            byte[] expected = scheme.Algorithm == SignatureAlgorithm.Basic
                ? Encoding.ASCII.GetBytes(scheme.Prefix + Convert.ToBase64String(key))
                : [.. Encoding.UTF8.GetBytes(scheme.Prefix), .. key];
            fits |= CryptographicOperations.FixedTimeEquals(given, SHA256.HashData(expected));
        }

        return fits ? Good : new Verdict.Wrong(SignatureFault.Mismatch);
    }

    /// <summary>The signatures in the header, and the timestamp if it stands there too. Null: the header is not of its form.</summary>
    private (List<string> Listed, string? Stamp)? Read(string header) => scheme.Form switch
    {
        SignatureForm.List => ReadList(header),
        SignatureForm.Parts => ReadParts(header),
        _ => WithoutPrefix(header) is { } signature ? ([signature], null) : null,
    };

    private (List<string>, string?)? ReadList(string header)
    {
        var listed = new List<string>();
        foreach (var entry in header.Split(' '))
        {
            // Entries of other versions are for other receivers.
            var comma = entry.IndexOf(',', StringComparison.Ordinal);
            if (comma <= 0 || comma == entry.Length - 1) return null;
            if (entry.AsSpan(0, comma).SequenceEqual(scheme.Label)) listed.Add(entry[(comma + 1)..]);
            if (listed.Count > MostListed) return null;
        }

        return listed.Count == 0 ? null : (listed, null);
    }

    private (List<string>, string?)? ReadParts(string header)
    {
        var (listed, stamp) = (new List<string>(), (string?)null);
        foreach (var piece in header.Split(','))
        {
            var part = piece.StartsWith(' ') ? piece.AsSpan(1) : piece;
            var equals = part.IndexOf('=');
            if (equals <= 0 || equals == part.Length - 1) return null;
            var name = part[..equals];
            var value = part[(equals + 1)..];
            if (name.SequenceEqual(scheme.Label)) listed.Add(value.ToString());
            else if (scheme.TimestampPart is { } wanted && name.SequenceEqual(wanted))
            {
                if (stamp is not null) return null;
                stamp = value.ToString();
            }

            if (listed.Count > MostListed) return null;
        }

        return listed.Count == 0 || (scheme.TimestampPart is not null && stamp is null) ? null : (listed, stamp);
    }

    private string? WithoutPrefix(string header) => header.StartsWith(scheme.Prefix, StringComparison.Ordinal) ? header[scheme.Prefix.Length..] : null;

    /// <summary>Said twice, it is not clear which one was signed.</summary>
    private static string? Single(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out StringValues values) && values.Count == 1 && !string.IsNullOrEmpty(values[0]) ? values[0] : null;
}

/// <summary>Timestamps as senders sign them. Of a fixed length, so that where one is signed next to the body nothing can be moved from the one to the other.</summary>
internal static class Timestamps
{
    public static DateTimeOffset? Read(string text, StampFormats formats)
    {
        if (formats.HasFlag(StampFormats.Seconds) && text.Length == 10 && Digits(text) is { } seconds) return DateTimeOffset.FromUnixTimeSeconds(seconds);
        if (formats.HasFlag(StampFormats.Milliseconds) && text.Length == 13 && Digits(text) is { } milliseconds) return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return formats.HasFlag(StampFormats.Rfc3339) ? Rfc3339.Instant(text) : null;
    }

    private static long? Digits(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
