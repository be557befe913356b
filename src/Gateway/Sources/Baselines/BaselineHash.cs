using System.Security.Cryptography;
using Gateway.Membership.Baselines;
using Gateway.Membership.Events;

namespace Gateway.Sources.Baselines;

/// <summary>The hash that insists on a difference: of what its events say, not of when they were found or what they are called.</summary>
internal static class BaselineHash
{
    /// <param name="asOf">The instant that was asked for; null: now, which is another one each time.</param>
    public static string Of(string source, DateTimeOffset? asOf, BaselineDifference difference)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(FormattableString.Invariant($"{source}\n{asOf?.UtcTicks}\n")));
        foreach (var e in difference.Events)
        {
            hash.AppendData(EventCodec.Write(e with { Id = "-", OccurredAt = DateTimeOffset.UnixEpoch, EffectiveAt = null }));
            hash.AppendData("\n"u8);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
