using System.Text.Json;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Intake;

namespace Gateway.Sources.Webhooks.Deliveries;

/// <summary>
/// The built-in script: the body is an event, a list of events, or a CloudEvent (structured, in batches, or in headers), by the rules of
/// <c>POST /v1/events</c>. Ids are the sender's own and stay as they are.
/// </summary>
internal static class NativeEvents
{
    /// <summary>The most events of a delivery.</summary>
    public const int Most = 5000;

    public static Decision Read(DeliveryRow delivery, IReadOnlyDictionary<string, string> headers, LimitsOptions limits, TimeZoneInfo zone)
    {
        var errors = new Errors();
        if (headers.ContainsKey("ce-specversion")) CloudEvents.CheckHeaders(new HeaderDictionary(headers.ToDictionary(h => h.Key, h => new Microsoft.Extensions.Primitives.StringValues(h.Value), StringComparer.OrdinalIgnoreCase)), errors);
        using var document = EventIntake.Parse(delivery.Body, errors, limits.Depth + 2);
        if (document is null || errors.Any) return EventNames.Invalid(errors);

        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Array)
        {
            var one = Receive(delivery, root, IdOf(delivery, headers), 0, limits, zone);
            return one.Event is { } e ? new Decision.Mapped([e], Exact: true) : EventNames.Invalid(one.Errors!);
        }

        if (root.GetArrayLength() > Most) return EventNames.TooMany(Most);
        var events = new List<NamedEvent>(root.GetArrayLength());
        foreach (var item in root.EnumerateArray())
        {
            var i = events.Count;
            var (@event, wrong) = Receive(delivery, item, null, i, limits, zone);
            if (@event is null) return EventNames.Invalid(wrong!.Inside($"[{i}]"));
            events.Add(@event);
        }

        return new Decision.Mapped(events, Exact: true);
    }

    private static (NamedEvent? Event, Errors? Errors) Receive(DeliveryRow delivery, JsonElement item, string? id, int index, LimitsOptions limits, TimeZoneInfo zone)
    {
        if (item.ValueKind != JsonValueKind.Object || Fields.Find(item, "specversion") is null) return Event(delivery, item, id, index, limits, zone, new Errors());
        var errors = new Errors();
        if (CloudEvents.Open(item, limits.Depth, errors) is not var (owned, data, inner)) return (null, errors);
        using (owned)
        {
            var (@event, wrong) = Event(delivery, data, inner, index, limits, zone, errors);
            return (@event, wrong?.Inside(owned is null ? "data" : "data_base64"));
        }
    }

    private static (NamedEvent? Event, Errors? Errors) Event(DeliveryRow delivery, JsonElement json, string? id, int index, LimitsOptions limits, TimeZoneInfo zone, Errors errors) =>
        EventNames.Receive(delivery, json, id, index, limits, zone, errors) switch
        {
            (null, var wrong) => (null, wrong),
            // Without an id of the sender's, what it says stands in for one.
            (var named, _) when id is null && named!.Name == EventNames.OfDelivery(delivery) => (named with { Event = EventNames.Renamed(named, EventNames.IdOf(named), replaces: null) }, null),
            var found => found,
        };

    private static string? IdOf(DeliveryRow delivery, IReadOnlyDictionary<string, string> headers) =>
        headers.TryGetValue("ce-id", out var id) && !string.IsNullOrWhiteSpace(id) ? CloudEvents.Decode(id)
            : delivery.VendorId is { } vendor && !vendor.Contains('\n', StringComparison.Ordinal) ? vendor : null;
}
