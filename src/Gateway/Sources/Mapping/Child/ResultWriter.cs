using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace Gateway.Sources.Mapping.Child;

/// <summary>Writes what a script returned as JSON, if that is plain data within limits. Reading it may run code of the script (getters): that code's errors are the result's.</summary>
internal sealed class ResultWriter
{
    private const int MostBytes = 1024 * 1024;
    private const int MostDepth = 16;
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly Utf8JsonWriter _json;

    private ResultWriter() => _json = new Utf8JsonWriter(_bytes, Plain);

    /// <summary>An event, a list of them, or nothing; nothing within the list is left out.</summary>
    public static byte[] Events(JsValue result, int most) => List(result, "result", most, (writer, item, path) =>
    {
        if (item is not JsObject || item.IsPromise()) throw new ResultException($"{path}: an event (an object) is needed, this is {Kind(item)}.");
        writer.Value(item, path, 1);
    });

    /// <summary>Objects whose values are strings.</summary>
    public static byte[] Lookups(JsValue result, int most) => List(result, "lookups", most, (writer, item, path) =>
    {
        if (item is not JsObject lookup) throw new ResultException($"{path}: an object of names and values is needed, this is {Kind(item)}.");
        writer._json.WriteStartObject();
        foreach (var key in Keys(lookup))
        {
            var value = Member(lookup, key, path);
            if (!value.IsString() && !value.IsNumber()) throw new ResultException($"{path}.{key}: a string is needed, this is {Kind(value)}.");
            writer._json.WriteString(key, Text(TypeConverter.ToString(value), path));
        }

        writer._json.WriteEndObject();
    });

    /// <summary>As they stand in the script, but for bodies, which become the text that a vendor would send.</summary>
    public static byte[] Samples(Engine engine, JsValue samples) => List(samples, "samples", 200, (writer, item, path) =>
    {
        if (item is not JsObject sample || sample.Get("delivery") is not JsObject delivery) throw new ResultException($"{path}: an object with a delivery is needed.");
        if (delivery.Get("body") is { } body && !body.IsString() && !body.IsUndefined()) delivery.Set("body", new Jint.Native.Json.JsonSerializer(engine).Serialize(body));
        writer.Value(sample, path, 1);
    });

    private static byte[] List(JsValue result, string path, int most, Action<ResultWriter, JsValue, string> each)
    {
        var writer = new ResultWriter();
        writer._json.WriteStartArray();
        if (result is JsArray list)
        {
            if (list.Length > most) throw new ResultException($"{path}: {list.Length} items; at most {most} are taken.");
            for (var i = 0u; i < list.Length; i++)
            {
                var item = Guarded(() => list.Get(JsNumber.Create(i)), $"{path}[{i}]");
                if (!item.IsNull() && !item.IsUndefined()) each(writer, item, $"{path}[{i}]");
            }
        }
        else if (!result.IsNull() && !result.IsUndefined()) each(writer, result, path);

        writer._json.WriteEndArray();
        writer.Bound();
        writer._json.Flush();
        return writer._bytes.WrittenSpan.ToArray();
    }

    private void Bound()
    {
        if (_json.BytesCommitted + _json.BytesPending > MostBytes) throw new ResultException($"The result is larger than {MostBytes / 1024} kB.");
    }

    private void Value(JsValue value, string path, int depth)
    {
        if (depth > MostDepth) throw new ResultException($"{path}: nested more than {MostDepth} deep.");
        Bound();
        if (value.IsNull()) _json.WriteNullValue();
        else if (value.IsBoolean()) _json.WriteBooleanValue(value.AsBoolean());
        else if (value.IsString()) _json.WriteStringValue(Text(value.AsString(), path));
        else if (value.IsNumber()) Number(value.AsNumber(), path);
        else if (value is JsArray list)
        {
            _json.WriteStartArray();
            for (var i = 0u; i < list.Length; i++)
            {
                var item = Guarded(() => list.Get(JsNumber.Create(i)), $"{path}[{i}]");
                if (item.IsUndefined()) throw new ResultException($"{path}[{i}]: undefined is no JSON.");
                Value(item, $"{path}[{i}]", depth + 1);
            }

            _json.WriteEndArray();
        }
        else if (value is JsObject members) Object(members, path, depth);
        else throw new ResultException($"{path}: {Kind(value)} is no JSON.");
    }

    /// <summary>What is undefined is left out.</summary>
    private void Object(JsObject members, string path, int depth)
    {
        _json.WriteStartObject();
        foreach (var key in Keys(members))
        {
            var value = Member(members, key, path);
            if (value.IsUndefined()) continue;
            _json.WritePropertyName(Text(key, path));
            Value(value, $"{path}.{key}", depth + 1);
        }

        _json.WriteEndObject();
    }

    private void Number(double number, string path)
    {
        if (!double.IsFinite(number)) throw new ResultException($"{path}: {number} is no JSON.");
        if (number % 1 == 0 && Math.Abs(number) <= 9_007_199_254_740_991) _json.WriteNumberValue((long)number);
        else _json.WriteNumberValue(number);
    }

    private static IEnumerable<string> Keys(ObjectInstance members) =>
        members.GetOwnProperties().Where(p => p.Value.Enumerable && p.Key.IsString()).Select(p => p.Key.AsString()).ToList();

    private static JsValue Member(ObjectInstance members, string key, string path) => Guarded(() => members.Get(key), $"{path}.{key}");

    private static JsValue Guarded(Func<JsValue> read, string path)
    {
        try
        {
            return read();
        }
        catch (JavaScriptException)
        {
            throw new ResultException($"{path}: reading it throws.");
        }
    }

    private static string Text(string text, string path)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else if (char.IsSurrogate(text[i])) throw new ResultException($"{path}: half of a character (a lone surrogate) is no text.");
        }

        return text;
    }

    private static string Kind(JsValue value) =>
        value.IsPromise() ? "a promise (scripts do not wait: no async)" : value.IsCallable() ? "a function"
        : value is JsArray ? "a list" : value.IsNull() ? "null" : value.IsUndefined() ? "undefined" : value.IsString() ? "a string" : value.IsNumber() ? "a number"
        : value.IsBoolean() ? "a boolean" : value.IsSymbol() ? "a symbol" : value.IsBigInt() ? "a BigInt" : value.IsDate() ? "a Date (use context.instant)" : "an object of another kind";
}
