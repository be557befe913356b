using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Gateway.EventLog.Ledger;

namespace Gateway.EventLog;

/// <summary>A delivery ready to be stored. What can be computed is computed on the caller's thread, not on the writer's.</summary>
public sealed class NewDelivery
{
    /// <param name="source">Whose it is.</param>
    /// <param name="vendorId">The delivery's id at the vendor; null: its body stands in for it.</param>
    /// <param name="body">As it came.</param>
    public NewDelivery(string source, string? vendorId, byte[] body)
    {
        (Source, VendorId, Body) = (source, vendorId is { Length: > 200 } ? vendorId[..200] : vendorId, body);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([vendorId is null ? (byte)1 : (byte)2]);
        hash.AppendData(Encoding.UTF8.GetBytes(source));
        hash.AppendData([0]);
        if (vendorId is null) hash.AppendData(body);
        else hash.AppendData(Encoding.UTF8.GetBytes(vendorId));
        Key = hash.GetHashAndReset()[..16];
    }

    public byte[] Key { get; }

    public string Source { get; }

    public string? VendorId { get; }

    /// <summary>An equal one is a repetition for a while only.</summary>
    public bool IsByBody => VendorId is null;

    /// <summary>For how long an equal body is taken for a repetition once it is mapped, where the vendor gives no id.</summary>
    public required TimeSpan RepetitionWithin { get; init; }

    public byte[] Body { get; }

    public string? ContentType { get; init; }

    /// <summary>JSON.</summary>
    public required string Headers { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required bool Trusted { get; init; }

    /// <summary>Parked from the start: the code of the reason.</summary>
    public string? Reason { get; init; }

    public string? ReasonText { get; init; }

    public DeliveryState State => Reason is null ? DeliveryState.Received : DeliveryState.Parked;
}

/// <param name="Sequence">Of the delivery, or of the one that it repeats; 0: the store cannot hold it.</param>
/// <param name="Repeated">It was there already.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Kept(long Sequence, bool Repeated)
{
    /// <summary>On PostgreSQL, the transaction that stored it; 0: none did.</summary>
    public long Tx { get; init; }
}
