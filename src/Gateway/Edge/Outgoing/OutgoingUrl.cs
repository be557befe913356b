using System.Net;

namespace Gateway.Edge.Outgoing;

/// <summary>Addresses of others as settings give them.</summary>
public static class OutgoingUrl
{
    /// <summary>The parsed address; null, and a word on it among the errors: it is none to call. What it says is what is called: nothing in it is read in two ways.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="text">As it is set.</param>
    /// <param name="allowHttp">Without TLS as well.</param>
    /// <param name="addresses">Where it may lead to, in case its host is an address.</param>
    /// <param name="errors">Is added to. Never holds the value: a secret may stand in it.</param>
    public static Uri? Read(string key, string? text, bool allowHttp, AddressRules addresses, List<string> errors)
    {
        if (Wrong(text, allowHttp, addresses, out var url) is not { } wrong) return url;
        errors.Add($"{key}: {wrong}");
        return null;
    }

    private static string? Wrong(string? text, bool allowHttp, AddressRules addresses, out Uri? url)
    {
        url = null;
        if (string.IsNullOrEmpty(text)) return "an address such as https://api.example.com/v1/… is needed.";
        if (text.Any(c => c is <= ' ' or > '~' or '\\' or '<' or '>' or '"' or '^' or '`' or '|' or '{' or '}'))
            return "an address is written in ASCII, without blanks, control characters, \\ and the like; a name in other letters as xn--….";
        if (!text.StartsWith("https://", StringComparison.Ordinal) && !text.StartsWith("http://", StringComparison.Ordinal)) return "an address begins with https://.";
        if (!Uri.TryCreate(text, UriKind.Absolute, out url)) return "an address such as https://api.example.com/v1/… is needed.";
        if (url.Scheme == Uri.UriSchemeHttp && !allowHttp) return "https is needed: with http, anybody on the way reads and changes what is said. To accept that, set AllowHttp beside it to true.";
        if (text.Contains('#', StringComparison.Ordinal)) return "a fragment (#…) means nothing here; leave it out.";

        var authority = text[(text.IndexOf("//", StringComparison.Ordinal) + 2)..];
        var end = authority.IndexOfAny(['/', '?']);
        if (end >= 0) authority = authority[..end];
        if (authority.Contains('@', StringComparison.Ordinal)) return "a user or password stands under Credential, not in the address.";
        // 127.1, 0x7f.1, 2130706433 and the like are addresses in disguise.
        var host = url.IsDefaultPort && !authority.EndsWith($":{url.Port}", StringComparison.Ordinal) ? authority : authority[..Math.Max(0, authority.LastIndexOf(':'))];
        if (!string.Equals(host, url.Host, StringComparison.OrdinalIgnoreCase)) return "the host is written in its usual form, a port as a number behind it.";
        if (IPAddress.TryParse(url.Host, out var address) && !addresses.Allows(address))
            return "its host is an address that is not public; list its network under AllowedAddresses beside it if it is wanted.";
        return WrongPath(text);
    }

    private static string? WrongPath(string text)
    {
        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2])) return "a % is followed by two hex digits.";
            if (Convert.ToInt32(text.Substring(i + 1, 2), 16) is < ' ' or '.' or '/' or '\\' or '%' or 127) return "dots, slashes, % and control characters are not percent-encoded in an address.";
        }

        var path = text.Split('?')[0];
        return path.Split('/').Any(s => s is "." or "..") ? "a path has no . or .. in it." : null;
    }
}
