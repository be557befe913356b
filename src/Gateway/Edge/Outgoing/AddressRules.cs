using System.Net;
using System.Net.Sockets;

namespace Gateway.Edge.Outgoing;

/// <summary>
/// Which addresses a call to others may connect to: public ones, and the networks that the settings list. What is not plain public unicast
/// is refused, whatever it is for (IANA's special-purpose registries); so is an IPv4 address in the clothes of an IPv6 one (mapped, NAT64, 6to4, Teredo).
/// </summary>
public sealed class AddressRules(IReadOnlyList<IPNetwork> allowed)
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. ((string[])[
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        ]).Select(n => IPNetwork.Parse(n)),
    ];

    public static AddressRules PublicOnly { get; } = new([]);

    public bool Allows(IPAddress address) => allowed.Any(n => n.Contains(address)) || IsPublic(address);

    public static bool IsPublic(IPAddress address) =>
        (address.AddressFamily == AddressFamily.InterNetwork || IsGlobalUnicast(address)) && !Array.Exists(NotPublic, n => n.Contains(address));

    /// <summary><c>2000::/3</c>, which is all of IPv6 that is given out to the public; loopback, link-local, unique-local, multicast, mapped and NAT64 addresses lie outside. By its bytes:
    /// a mapped address counts as the IPv4 one for <see cref="IPNetwork.Contains"/>.</summary>
    private static bool IsGlobalUnicast(IPAddress address) => (address.GetAddressBytes()[0] & 0xE0) == 0x20;

    /// <summary>Reads a list such as <c>10.20.0.0/16</c>, <c>192.168.1.7</c>.</summary>
    /// <param name="key">The setting, for what is wrong with it.</param>
    /// <param name="networks">As they are set.</param>
    /// <param name="errors">Is added to.</param>
    public static AddressRules Read(string key, IEnumerable<string> networks, List<string> errors)
    {
        var allowed = new List<IPNetwork>();
        foreach (var text in networks)
        {
            if (IPNetwork.TryParse(text, out var network)) allowed.Add(network);
            else if (IPAddress.TryParse(text, out var one) && one.ToString() == text) allowed.Add(new IPNetwork(one, one.AddressFamily == AddressFamily.InterNetwork ? 32 : 128));
            else errors.Add($"{key}: each is a network such as 10.20.0.0/16, or one address.");
        }

        return new AddressRules(allowed);
    }
}
