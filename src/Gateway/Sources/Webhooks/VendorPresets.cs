namespace Gateway.Sources.Webhooks;

/// <summary>What is known of a vendor's deliveries.</summary>
/// <param name="Signature">The name of its signature's preset; null: not known, to be said in the settings.</param>
/// <param name="Script">The script that maps them.</param>
/// <param name="DeliveryId">Null: they have no id.</param>
/// <param name="Handshake">What it wants to hear first.</param>
public sealed record VendorPreset(string? Signature, string Script, DeliveryIdPlace? DeliveryId = null, Handshake Handshake = Handshake.None)
{
    /// <summary>All deliveries about a person are the same: an equal body is news as soon as the one before is mapped.</summary>
    public bool SaysNoMoreThanWho { get; init; }
}

/// <summary><c>Gateway:Sources:{name}:Webhook:Preset</c>.</summary>
public static class VendorPresets
{
    public static IReadOnlyDictionary<string, VendorPreset> ByName { get; } = new Dictionary<string, VendorPreset>(StringComparer.OrdinalIgnoreCase)
    {
        ["standard-webhooks"] = new("standard-webhooks", WebhookSource.BuiltInScript, Header("webhook-id")),
        ["cloudevents"] = new(null, WebhookSource.BuiltInScript),
        ["finch"] = new("finch", "finch", Header("Finch-Event-Id")),
        ["bamboohr"] = new("bamboohr", "bamboohr"),
        ["hibob"] = new("hibob", "hibob", Handshake: Handshake.Hibob),
        ["gusto"] = new("gusto", "gusto", Path("uuid"), Handshake.Gusto),
        ["deel"] = new("deel", "deel", Path("data", "meta", "tracking_id")),
        ["merge"] = new("merge", "merge"),
        ["workos"] = new("workos", "workos", Path("id")),
        // What signs them is not documented; a token or Basic in the address that they post to is what customers use.
        ["personio"] = new(null, "personio"),
        ["paylocity"] = new("basic", "paylocity") { SaysNoMoreThanWho = true },
        ["workday"] = new("basic", "workday"),
        // As Microsoft Entra's provisioning posts it: a bearer token that both sides were given.
        ["scim"] = new("token", "scim"),
    };

    private static DeliveryIdPlace Header(string name) => new(name, null);

    private static DeliveryIdPlace Path(params string[] names) => new(null, names);
}
