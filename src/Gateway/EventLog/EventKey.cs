using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Gateway.Membership.Events;

namespace Gateway.EventLog;

/// <summary>The fixed-size hashes under which the log finds events and facets.</summary>
public static class EventKey
{
    /// <summary>16 bytes of SHA-256 over the length-prefixed source and id.</summary>
    public static byte[] Of(string source, string id)
    {
        Span<byte> hash = stackalloc byte[32];
        Hash(0, source, id, hash);
        return hash[..16].ToArray();
    }

    /// <summary>64 bits for a facet; never 0, which stands for "no facet".</summary>
    public static long OfFacet(FacetKey facet)
    {
        Span<byte> hash = stackalloc byte[32];
        Hash(1 + (int)facet.Kind, facet.Source, facet.Subject, hash);
        var value = BinaryPrimitives.ReadInt64LittleEndian(hash);
        return value == 0 ? 1 : value;
    }

    private static void Hash(int tag, string first, string second, Span<byte> into)
    {
        // Ids are at most 200 characters, source names 40: this fits the stack but for a caller that passes something unchecked.
        var size = 12 + Encoding.UTF8.GetMaxByteCount(first.Length) + Encoding.UTF8.GetMaxByteCount(second.Length);
        Span<byte> buffer = size <= 1024 ? stackalloc byte[1024] : new byte[size];
        BinaryPrimitives.WriteInt32LittleEndian(buffer, tag);
        var at = 4;
        at += Put(first, buffer[at..]);
        at += Put(second, buffer[at..]);
        SHA256.HashData(buffer[..at], into);
    }

    private static int Put(string text, Span<byte> into)
    {
        var length = Encoding.UTF8.GetBytes(text, into[4..]);
        BinaryPrimitives.WriteInt32LittleEndian(into, length);
        return 4 + length;
    }
}

/// <summary>Instants as the log stores them: microseconds since 1970-01-01T00:00:00Z.</summary>
public static class Micros
{
    private const long TicksPerMicrosecond = 10;

    public static long Of(DateTimeOffset instant) => (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TicksPerMicrosecond;

    public static DateTimeOffset ToInstant(long micros) => new(DateTimeOffset.UnixEpoch.Ticks + (micros * TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>Cut (not rounded) to whole microseconds, in UTC.</summary>
    public static DateTimeOffset Cut(DateTimeOffset instant) => new(instant.UtcTicks - (instant.UtcTicks % TicksPerMicrosecond), TimeSpan.Zero);
}
