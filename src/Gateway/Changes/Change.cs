using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Aggregation;
using Gateway.EventLog;

namespace Gateway.Changes;

/// <summary>
/// Where a change stands in the stream, the same on every replica: <c>{generation}-{number}</c>. A projection that was made anew numbers
/// its changes anew, under another generation.
/// </summary>
public readonly record struct ChangeId(string Generation, long Number)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Generation}-{Number}");

    /// <summary>Null: it is none.</summary>
    public static ChangeId? Parse(string text)
    {
        var dash = text.LastIndexOf('-');
        return dash is > 0 and <= 64 && long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ChangeId(text[..dash], number)
            : null;
    }
}

/// <summary>A change as it leaves: a CloudEvent.</summary>
public sealed class Change
{
    private const string OfGateway = "/v1/syncs";

    private Change(ChangeId id, string uniqueId, string type, string source, string? subject, DateTimeOffset time, byte[] data)
    {
        (Id, Type, Source, Subject, Time, Data) = (uniqueId, type, source, subject, time, data);
        (Number, Frame) = (id.Number, FrameOf(id));
    }

    public long Number { get; }

    /// <summary>The same whenever it is told: whoever has it has had it.</summary>
    public string Id { get; }

    public string Type { get; }

    /// <summary>The source that said so; <c>/v1/syncs</c> for what came of a run.</summary>
    public string Source { get; }

    public string? Subject { get; }

    public DateTimeOffset Time { get; }

    /// <summary>JSON.</summary>
    public byte[] Data { get; }

    /// <summary>As a server-sent event. Made once for all listeners.</summary>
    public byte[] Frame { get; }

    public static Change Of(string generation, ChangeRow row)
    {
        var id = new ChangeId(generation, row.Id);
        return new(id, id.ToString(), row.Type, row.Source.Length > 0 ? row.Source : OfGateway, row.Subject, Micros.ToInstant(row.At), Encoding.UTF8.GetBytes(row.Data));
    }

    /// <summary>Says that what came up to here is not told, and where the stream goes on.</summary>
    public static Change Reset(ChangeId from, string reason, DateTimeOffset now) => new(
        from, $"reset-{from}-{Micros.Of(now)}", ChangeTypes.Reset, "/v1/changes", null, now,
        JsonSerializer.SerializeToUtf8Bytes(new { reason, whatToDo = "Read the company anew from /v1/members and /v1/teams; the changes that follow build on it." }));

    private byte[] FrameOf(ChangeId id)
    {
        using var frame = new MemoryStream(256 + Data.Length);
        frame.Write(Encoding.UTF8.GetBytes($"id: {id}\nevent: {Type}\ndata: "));
        using (var json = new Utf8JsonWriter(frame))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", Id);
            json.WriteString("source", Source);
            json.WriteString("type", Type);
            if (Subject is not null) json.WriteString("subject", Subject);
            json.WriteString("time", TimeText);
            json.WriteString("datacontenttype", "application/json");
            json.WritePropertyName("data");
            json.WriteRawValue(Data);
            json.WriteEndObject();
        }

        frame.Write("\n\n"u8);
        return frame.ToArray();
    }

    /// <summary>RFC 3339, in UTC.</summary>
    internal string TimeText => Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFK", CultureInfo.InvariantCulture);
}
