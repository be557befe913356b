using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Membership.Events;

namespace Gateway.Membership.Fold;

/// <summary>
/// How a folded facet is kept: JSON with short names, instants as microseconds since 1970-01-01T00:00:00Z, lists by position. Written by hand
/// because a run reads every facet of the company. Derived data: what another version wrote and this one cannot read is folded again.
/// </summary>
public static partial class FacetCodec
{
    private const int Stated = 1;
    private const int EverHired = 2;
    private const int Employed = 4;
    private const int Absent = 8;
    private const int TeamsStated = 16;
    private const int Named = 1;
    private const int Exists = 2;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? pooledBuffer;

    [ThreadStatic]
    private static Utf8JsonWriter? pooledWriter;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The stored form.</summary>
    public static byte[] Write(Facet facet)
    {
        var buffer = pooledBuffer ??= new ArrayBufferWriter<byte>(1024);
        var json = pooledWriter ??= new Utf8JsonWriter(buffer, WriterOptions);
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        json.WriteStartObject();
        json.WriteString("s"u8, facet.Source);
        switch (facet)
        {
            case MemberFacet member: WriteMember(json, member); break;
            case TeamFacet team: WriteTeam(json, team); break;
            default: throw new InvalidOperationException("A closed family has no other case.");
        }

        WriteInstant(json, "d"u8, facet.NextDue);
        WriteRefs(json, facet.By);
        WriteOutcomes(json, facet.Outcomes);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteMember(Utf8JsonWriter json, MemberFacet m)
    {
        json.WriteString("e"u8, m.EmployeeId);
        json.WriteNumber("f"u8,
            (m.Stated ? Stated : 0) | (m.EverHired ? EverHired : 0) | (m.Employed ? Employed : 0) | (m.Absent ? Absent : 0) | (m.TeamsStated ? TeamsStated : 0));
        WriteInstant(json, "h"u8, m.FirstHiredAt);
        WriteInstant(json, "l"u8, m.LastHiredAt);
        WriteIndex(json, "eb"u8, m.EmployedBy);
        WriteIndex(json, "ab"u8, m.AbsentBy);
        WriteSaid(json, "p0"u8, m.Email);
        WriteSaid(json, "p1"u8, m.FirstName);
        WriteSaid(json, "p2"u8, m.LastName);
        WriteSaid(json, "p3"u8, m.JobTitle);
        WriteSaid(json, "p4"u8, m.ImageUrl);
        WriteSaid(json, "p5"u8, m.Language);
        if (m.Attributes is { } attributes)
        {
            json.WriteStartArray("a"u8);
            foreach (var (name, said) in attributes)
            {
                json.WriteStringValue(name);
                json.WriteStringValue(said.Value);
                json.WriteNumberValue(said.By);
            }

            json.WriteEndArray();
        }

        if (m.Assignments.Count > 0)
        {
            json.WriteStartArray("t"u8);
            foreach (var (team, role, by) in m.Assignments)
            {
                json.WriteStringValue(team);
                json.WriteNumberValue((int)role);
                json.WriteNumberValue(by);
            }

            json.WriteEndArray();
        }

        if (m.Emails.Count > 0)
        {
            json.WriteStartArray("m"u8);
            foreach (var email in m.Emails) json.WriteStringValue(email);
            json.WriteEndArray();
        }

        if (m.Aliases.Count > 0)
        {
            json.WriteStartArray("x"u8);
            foreach (var (source, employeeId, by) in m.Aliases)
            {
                json.WriteStringValue(source);
                json.WriteStringValue(employeeId);
                json.WriteNumberValue(by);
            }

            json.WriteEndArray();
        }
    }

    private static void WriteTeam(Utf8JsonWriter json, TeamFacet t)
    {
        json.WriteString("i"u8, t.TeamId);
        json.WriteNumber("f"u8, (t.Named ? Named : 0) | (t.Exists ? Exists : 0));
        WriteIndex(json, "xb"u8, t.ExistsBy);
        WriteSaid(json, "n"u8, t.Name);
        WriteSaid(json, "pa"u8, t.ParentId);
    }

    private static void WriteRefs(Utf8JsonWriter json, IReadOnlyList<EventRef> refs)
    {
        if (refs.Count == 0) return;
        json.WriteStartArray("b"u8);
        foreach (var (id, effectiveAt, occurredAt) in refs)
        {
            json.WriteStringValue(id);
            json.WriteNumberValue(Micros(effectiveAt));
            json.WriteNumberValue(Micros(occurredAt));
        }

        json.WriteEndArray();
    }

    private static void WriteOutcomes(Utf8JsonWriter json, IReadOnlyList<EventOutcome> outcomes)
    {
        if (outcomes.Count == 0) return;
        json.WriteStartArray("o"u8);
        foreach (var (id, state, effectiveAt, by) in outcomes)
        {
            json.WriteStringValue(id);
            json.WriteNumberValue((int)state);
            if (effectiveAt is { } at) json.WriteNumberValue(Micros(at));
            else json.WriteNullValue();
            json.WriteStringValue(by);
        }

        json.WriteEndArray();
    }

    private static void WriteSaid(Utf8JsonWriter json, ReadOnlySpan<byte> name, Said? said)
    {
        if (said is not { } given) return;
        json.WriteStartArray(name);
        json.WriteStringValue(given.Value);
        json.WriteNumberValue(given.By);
        json.WriteEndArray();
    }

    private static void WriteIndex(Utf8JsonWriter json, ReadOnlySpan<byte> name, int? index)
    {
        if (index is { } given) json.WriteNumber(name, given);
    }

    private static void WriteInstant(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? instant)
    {
        if (instant is { } given) json.WriteNumber(name, Micros(given));
    }

    private static long Micros(DateTimeOffset instant) => (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
