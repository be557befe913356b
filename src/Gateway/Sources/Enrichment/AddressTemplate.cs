using System.Text;
using System.Text.RegularExpressions;
using Gateway.Edge.Outgoing;

namespace Gateway.Sources.Enrichment;

/// <summary>What came of putting values into a template.</summary>
/// <param name="Address">Null: they do not fit.</param>
/// <param name="Wrong">What is the matter, without the value; null: nothing.</param>
public readonly record struct FilledAddress(Uri? Address, string? Wrong);

/// <summary>
/// An address of the settings with places for a delivery's values: <c>https://api.example.com/v1/employees/{id}?fields=email</c>. Scheme, host, port and
/// the first part of the path are the settings' alone. A place is in a path segment or the value of a query parameter, one to each, and what
/// a delivery may put there cannot end it: whoever writes a delivery chooses among the records of that one API, and nothing else.
/// </summary>
public sealed partial class AddressTemplate
{
    private readonly string _text;
    private readonly Uri _sample;
    private readonly string _prefix;

    private AddressTemplate(string text, Uri sample, string prefix) => (_text, _sample, _prefix) = (text, sample, prefix);

    /// <summary>Scheme, host and port.</summary>
    public string Origin => _sample.GetLeftPart(UriPartial.Authority);

    /// <summary>Null, and a word on it among the errors: it is none.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="text">As it is set.</param>
    /// <param name="allowHttp">Without TLS as well.</param>
    /// <param name="addresses">Where it may lead to.</param>
    /// <param name="errors">Is added to.</param>
    public static AddressTemplate? Read(string key, string? text, bool allowHttp, AddressRules addresses, List<string> errors)
    {
        // Any letter stands for a value: none that is let in can be anything else for an address.
        if (OutgoingUrl.Read(key, text is null ? null : Place().Replace(text, "x"), allowHttp, addresses, errors) is not { } sample) return null;
        if (Misplaced(text!) is { } wrong)
        {
            errors.Add($"{key}: {wrong}");
            return null;
        }

        var (path, place) = (text!.Split('?')[0], text.IndexOf('{', StringComparison.Ordinal));
        var prefix = place >= 0 && place < path.Length ? path[..(path.LastIndexOf('/', place) + 1)] : path;
        return new AddressTemplate(text, sample, new Uri(prefix).AbsolutePath);
    }

    /// <summary>The address for these values. Values that it has no place for are left aside.</summary>
    public FilledAddress Fill(IReadOnlyDictionary<string, string> values)
    {
        var (text, at) = (new StringBuilder(_text.Length + 40), 0);
        foreach (var place in Place().EnumerateMatches(_text))
        {
            var name = _text.Substring(place.Index + 1, place.Length - 2);
            if (Wrong(values, name) is { } wrong) return new(null, wrong);
            text.Append(_text, at, place.Index - at).Append(Uri.EscapeDataString(values[name]));
            at = place.Index + place.Length;
        }

        text.Append(_text, at, _text.Length - at);
        // Said twice: a mistake above must not become somebody else's request.
        return Uri.TryCreate(text.ToString(), UriKind.Absolute, out var address) && IsWithin(address)
            ? new(address, null)
            : new(null, "The address would leave what the settings say.");
    }

    /// <summary>Null: there is a value for the place, and it may stand there.</summary>
    internal static string? Wrong(IReadOnlyDictionary<string, string> values, string name) =>
        !values.TryGetValue(name, out var value) ? $"The lookup gives no value for {{{name}}}."
        : IsHarmless(value) ? null : $"The value for {{{name}}} may not stand in an address: 1 to 100 of A-Z a-z 0-9 . _ ~ -, and not . or .. alone.";

    private bool IsWithin(Uri address) =>
        address.Scheme == _sample.Scheme && address.Host == _sample.Host && address.Port == _sample.Port && address.UserInfo.Length == 0 && address.Fragment.Length == 0
        && address.AbsolutePath.StartsWith(_prefix, StringComparison.Ordinal) && Slashes(address) == Slashes(_sample);

    private static int Slashes(Uri address) => address.AbsolutePath.Count(c => c == '/');

    private static bool IsHarmless(string value) => value is not ("." or "..") && Harmless().IsMatch(value);

    private static string? Misplaced(string text)
    {
        var start = text.IndexOf('/', text.IndexOf("//", StringComparison.Ordinal) + 2);
        var query = text.IndexOf('?', StringComparison.Ordinal);
        var places = Place().Matches(text);
        if (places.Count == 0) return null;
        if (start < 0 || places[0].Index < start) return "a {place} stands in the path or the query; scheme, host and port are fixed.";

        var path = (query < 0 ? text[start..] : text[start..query]).Split('/');
        if (path.Any(IsOverfull)) return "one {place} to a path segment, alone or beside letters.";
        if (path.Length > 1 && Place().IsMatch(path[1])) return "the first segment of the path is fixed.";
        if (query < 0) return null;
        foreach (var parameter in text[(query + 1)..].Split('&'))
        {
            var value = parameter.IndexOf('=', StringComparison.Ordinal);
            if (Place().IsMatch(value < 0 ? parameter : parameter[..value])) return "a query parameter's name is fixed; a {place} is its value.";
            if (value >= 0 && Place().Count(parameter[value..]) > 1) return "one {place} to a query value.";
        }

        return null;
    }

    /// <summary>Two places could make <c>..</c> of two dots, and so could a place beside a dot.</summary>
    private static bool IsOverfull(string segment) =>
        Place().Count(segment) switch { 0 => false, 1 => Place().Replace(segment, "") is var rest && rest.Length > 0 && rest.All(c => c == '.'), _ => true };

    [GeneratedRegex("""\{[A-Za-z][A-Za-z0-9_]{0,39}\}""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    internal static partial Regex Place();

    [GeneratedRegex("""\A[A-Za-z0-9._~-]{1,100}\z""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Harmless();
}
