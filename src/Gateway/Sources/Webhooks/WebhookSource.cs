using System.Net;
using Gateway.Sources.Webhooks.Signatures;

namespace Gateway.Sources.Webhooks;

/// <summary>What a vendor wants to hear before it sends deliveries.</summary>
public enum Handshake
{
    None = 0,

    /// <summary>The bare JSON string <c>"Ping test"</c>, or <c>{"text":"Ping test"}</c>.</summary>
    Hibob = 1,

    /// <summary><c>{"verification_token": …}</c>: the later secret, which a person confirms there.</summary>
    Gusto = 2,
}

/// <summary>Where a delivery's own id stands; neither: it has none.</summary>
/// <param name="Header">A header's name.</param>
/// <param name="Path">Names of JSON fields, outermost first.</param>
public sealed record DeliveryIdPlace(string? Header, IReadOnlyList<string>? Path);

/// <summary>A source that takes deliveries, as its settings have it (<c>Gateway:Sources:{name}:Webhook</c>).</summary>
public sealed record WebhookSource
{
    /// <summary>The name of the script that needs no script: the body is an event, a list of events, or a CloudEvent.</summary>
    public const string BuiltInScript = "events";

    public required string Name { get; init; }

    /// <summary>Null: nobody signs (<c>none</c>), so that its deliveries carry no facts.</summary>
    public required SignatureVerifier? Verifier { get; init; }

    /// <summary>Whom to listen to; empty: anybody.</summary>
    public required IReadOnlyList<IPNetwork> AllowFrom { get; init; }

    public required string Script { get; init; }

    public required Handshake Handshake { get; init; }

    /// <summary>As of <see cref="VendorPreset"/>.</summary>
    public bool SaysNoMoreThanWho { get; init; }

    public required DeliveryIdPlace? DeliveryId { get; init; }

    /// <summary>Deliveries per second, with a burst of one second's worth; 0: no limit.</summary>
    public required int Rate { get; init; }

    public bool Trusted => Verifier is not null;

    /// <summary>The connection's other end is one that is listened to.</summary>
    public bool Allows(IPAddress? peer)
    {
        if (AllowFrom.Count == 0) return true;
        if (peer is null) return false;
        var address = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        return AllowFrom.Any(n => n.Contains(address));
    }
}

/// <summary>The sources that take deliveries, by name.</summary>
public sealed class WebhookSources(IReadOnlyDictionary<string, WebhookSource> byName)
{
    public IReadOnlyDictionary<string, WebhookSource> ByName => byName;
}
