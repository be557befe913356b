using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Jint;
using Jint.Native;
using Jint.Native.Error;
using Jint.Native.Json;
using Jint.Runtime;
using Jint.Runtime.Interop;

namespace Gateway.Sources.Mapping.Child;

/// <summary>What a script is given: the delivery, and <c>context</c> with the source's zone, the vendor's answers and helpers that read what vendors send.</summary>
internal sealed class ScriptContext
{
    private const int MostText = 2_000;
    private static readonly ConcurrentDictionary<string, TimeZoneInfo> Zones = new(StringComparer.Ordinal);

    /// <summary>Helpers that are a script themselves.</summary>
    private static readonly Prepared<Acornima.Ast.Script> Person = Engine.PrepareScript(Embedded("prelude/_person"), strict: true);

    private readonly Engine _engine;
    private readonly ScriptRequest _request;
    private readonly TimeZoneInfo _zone;
    private readonly JsonParser _json;
    private JsObject? _value;

    public ScriptContext(Engine engine, ScriptRequest request)
    {
        (_engine, _request, _json) = (engine, request, new JsonParser(engine));
        _zone = TimeZone(request.TimeZone);
        engine.SetValue("fail", Function("fail", a => throw Error(a[0].IsUndefined() ? "The script failed without a reason." : TypeConverter.ToString(a[0]))));
    }

    /// <param name="trusted">False: without its body.</param>
    public JsValue Delivery(byte[] body, bool trusted)
    {
        var headers = new JsObject(_engine);
        foreach (var (name, value) in _request.Headers) headers.Set(name, value);
        var delivery = new JsObject(_engine);
        delivery.Set("id", _request.DeliveryId);
        delivery.Set("receivedAt", VendorDates.Instant(_request.ReceivedAt.ToString("O", CultureInfo.InvariantCulture), TimeZoneInfo.Utc) ?? "");
        delivery.Set("headers", headers);
        delivery.Set("contentType", _request.ContentType is { } type ? type : JsValue.Null);
        delivery.Set("body", trusted ? Parse(body) : JsValue.Null);
        return delivery;
    }

    public JsValue Value()
    {
        if (_value is not null) return _value;
        var answers = new JsArray(_engine);
        foreach (var answer in _request.Answers)
        {
            var values = new JsObject(_engine);
            foreach (var (name, value) in answer.Values) values.Set(name, value);
            var item = new JsObject(_engine);
            item.Set("values", values);
            item.Set("status", answer.Status);
            item.Set("body", answer.Body is { } body ? Parse(Encoding.UTF8.GetBytes(body.GetRawText())) : JsValue.Null);
            answers.Push(item);
        }

        _value = new JsObject(_engine);
        _value.Set("source", _request.Source);
        _value.Set("timeZone", _request.TimeZone);
        _value.Set("answers", answers);
        _value.Set("answer", answers.Length > 0 ? answers[0] : JsValue.Null);
        foreach (var (name, body) in Helpers()) _value.Set(name, Function(name, body));
        _engine.Call(_engine.Evaluate(Person), _value, _engine.GetValue("fail"));
        return _value;
    }

    private IEnumerable<(string Name, Func<JsValue[], JsValue> Body)> Helpers() =>
    [
        ("instant", a => Read("instant", a[0], VendorDates.Instant, t => VendorDates.Instant(t, Zone(a[1])), "a date and a time")),
        ("day", a => Read("day", a[0], n => VendorDates.DayOf(VendorDates.Instant(n), Zone(a[1])), t => VendorDates.Day(t, Zone(a[1])), "a date")),
        ("dayOf", a => Read("dayOf", a[0], n => VendorDates.DayOf(VendorDates.Instant(n), Zone(a[1])), t => VendorDates.DayOf(t, Zone(a[1])), "an instant")),
        ("addDays", a => a[0].IsNull() || a[0].IsUndefined() ? JsValue.Null : Read("addDays", a[0], _ => null, t => VendorDates.AddDays(t.Trim(), TypeConverter.ToNumber(a[1])), "a day (2026-03-02) and a number of days")),
        ("id", a => a[0].IsNull() || a[0].IsUndefined() ? JsValue.Null : Read("id", a[0], WholeNumber, t => t.Trim(), "a number without a fraction, or a string")),
        ("text", a => Text(a[0])),
        ("pick", a => a.Select(Text).FirstOrDefault(v => v.IsString()) ?? (a.Any(v => v.IsNull() || v.IsString()) ? JsValue.Null : JsValue.Undefined)),
        ("name", a => Name(a[0])),
    ];

    /// <summary>In which a time without one is read: the source's, or one that the vendor always means.</summary>
    private TimeZoneInfo Zone(JsValue name)
    {
        if (!name.IsString()) return _zone;
        try
        {
            return TimeZone(name.AsString());
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException or ArgumentException)
        {
            throw Error("There is no such time zone.");
        }
    }

    private static TimeZoneInfo TimeZone(string name) => Zones.GetOrAdd(name, static n => TimeZoneInfo.FindSystemTimeZoneById(n));

    /// <summary>JSON as its value, anything else as a string.</summary>
    private JsValue Parse(byte[] bytes) => LongNumbers.Quote(bytes) is { } json ? _json.Parse(Encoding.UTF8.GetString(json)) : Encoding.UTF8.GetString(bytes);

    /// <summary>Null stays null and a blank is null; what cannot be read fails with the name of the helper, never with the value.</summary>
    private JsValue Read(string helper, JsValue value, Func<double, string?> ofNumber, Func<string, string?> ofText, string wanted)
    {
        if (value.IsNull() || value.IsUndefined() || (value.IsString() && string.IsNullOrWhiteSpace(value.AsString()))) return JsValue.Null;
        var read = value.IsNumber() ? ofNumber(value.AsNumber()) : value.IsString() ? ofText(value.AsString()) : null;
        return read ?? throw Error($"context.{helper}: {wanted} is needed.");
    }

    private static string? WholeNumber(double number) => number % 1 == 0 && Math.Abs(number) <= 9_007_199_254_740_991 ? number.ToString("F0", CultureInfo.InvariantCulture) : null;

    /// <summary>One line, trimmed, not too long; blank: null. What is not said (undefined) stays unsaid: an event then leaves the field as it was.</summary>
    private static JsValue Text(JsValue value)
    {
        if (value.IsNull() || value.IsUndefined()) return value;
        var text = value.IsNumber() || value.IsBoolean() ? TypeConverter.ToString(value) : value.IsString() ? value.AsString() : "";
        var clean = new StringBuilder(Math.Min(text.Length, MostText));
        foreach (var c in text)
        {
            var plain = char.IsControl(c) || char.IsWhiteSpace(c) ? ' ' : c;
            if ((plain != ' ' || (clean.Length > 0 && clean[^1] != ' ')) && clean.Length < MostText) clean.Append(plain);
        }

        return clean.ToString().TrimEnd() is { Length: > 0 } said ? said : JsValue.Null;
    }

    /// <summary>A whole name in two: what stands before a comma, or after the last blank, is the family's.</summary>
    private JsObject Name(JsValue value)
    {
        var whole = Text(value) is var text && text.IsString() ? text.AsString() : "";
        var comma = whole.IndexOf(',', StringComparison.Ordinal);
        var last = whole.LastIndexOf(' ');
        var (first, family) = comma > 0 ? (whole[(comma + 1)..].Trim(), whole[..comma].Trim()) : last > 0 ? (whole[..last], whole[(last + 1)..]) : (whole, "");
        var name = new JsObject(_engine);
        name.Set("firstName", first.Length > 0 ? first : JsValue.Null);
        name.Set("lastName", family.Length > 0 ? family : JsValue.Null);
        return name;
    }

    private ClrFunction Function(string name, Func<JsValue[], JsValue> body) =>
        new(_engine, name, (_, arguments) => body(arguments.Length > 1 ? arguments : [arguments.Length > 0 ? arguments[0] : JsValue.Undefined, JsValue.Undefined]));

    private static string Embedded(string name)
    {
        using var reader = new StreamReader(typeof(ScriptContext).Assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private JavaScriptException Error(string message) => new(_engine.Intrinsics.Error, message);
}
