using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Intake;
using Gateway.Membership.Events;

namespace Gateway.Sources.Webhooks.Deliveries;

/// <summary>
/// The ids of mapped events: the name that the script gave (or the delivery's id), a colon, and a hash of what the event says. The same delivery
/// mapped twice is the same event; another result is another one.
/// </summary>
internal static class EventNames
{
    /// <summary>Room for a colon, the hash, and what an undoing adds.</summary>
    private const int LongestName = 150;

    public static string OfDelivery(DeliveryRow delivery) => "delivery-" + DeliveryIds.Of(delivery.Sequence);

    /// <summary>The event by the rules of the door, or what is wrong with it. Its <c>occurredAt</c>, where it says none, is when its delivery came.</summary>
    public static (NamedEvent? Event, Errors? Errors) Receive(DeliveryRow delivery, JsonElement json, string? id, int index, LimitsOptions limits, TimeZoneInfo zone, Errors errors)
    {
        if (System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(json).Length > limits.Event)
        {
            errors.Add("$", string.Create(CultureInfo.InvariantCulture, $"An event has at most {limits.Event} bytes."));
            return (null, errors);
        }

        var received = EventIntake.Receive(delivery.Source, json, id ?? OfDelivery(delivery), delivery.ReceivedAt.AddMicroseconds(index), zone, errors);
        if (received is not Received.Valid { Event: var e }) return (null, ((Received.Invalid)received).Errors);
        var said = json.ValueKind == JsonValueKind.Object && Fields.Find(json, "occurredAt") is { ValueKind: not JsonValueKind.Null };
        var effectiveAt = e.Event is Retract ? e.Event.EffectiveAt?.In(zone) : e.Event.EffectiveIn(zone);
        return (new NamedEvent(e, e.Event.Id, said ? e.Event.OccurredAt : null, effectiveAt), null);
    }

    /// <summary>The id under which it is stored.</summary>
    public static string IdOf(NamedEvent e) => $"{Short(e.Name)}:{Convert.ToHexStringLower(e.Event.Hash.AsSpan(0, 8))}";

    /// <summary>A name that would make an id too long is cut, and told from its like by a hash.</summary>
    public static string Short(string name) =>
        name.Length <= LongestName ? name : $"{name[..(char.IsHighSurrogate(name[119]) ? 119 : 120)]}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8))}";

    /// <summary>The same event under another id.</summary>
    public static NewEvent Renamed(NamedEvent e, string id, string? replaces) => NewEvent.From(
        e.Event.Event with { Id = id, Replaces = replaces ?? e.Event.Event.Replaces }, occurredAtSupplied: e.RecordedAt is null, Micros.ToInstant(e.Event.ReceivedAt));

    public static Decision.Parked Invalid(Errors errors) => new(ParkedFor.Invalid, "It was mapped to what is no valid event: see errors.", errors.ToDictionary());

    public static Decision.Parked TooMany(int most) => new(ParkedFor.Invalid, string.Create(CultureInfo.InvariantCulture, $"It was mapped to more than {most} events."));
}
