using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Membership.Events;

/// <summary>
/// How an event is stored: canonical JSON with a fixed field order, the names of the wire, strings as they are, instants in UTC with
/// six decimals, attributes by name (ordinal), absent fields absent and explicit nulls null. A storage format: edit with care.
/// </summary>
public static partial class EventCodec
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? pooledBuffer;

    [ThreadStatic]
    private static Utf8JsonWriter? pooledWriter;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The stored form. The source is not in it: it is a column beside it.</summary>
    public static byte[] Write(MembershipEvent e)
    {
        Encode(e, withOccurredAt: true);
        return pooledBuffer!.WrittenSpan.ToArray();
    }

    /// <summary>
    /// The stored form with what makes two deliveries "the same content": SHA-256 over the stored form and the source, without the
    /// <c>occurredAt</c> that the door supplied because the sender gave none.
    /// </summary>
    public static (byte[] Stored, byte[] ContentHash) WriteWithHash(MembershipEvent e, bool occurredAtSupplied)
    {
        var stored = Write(e);
        if (occurredAtSupplied) Encode(e, withOccurredAt: false);
        // A JSON object ends by itself: what follows it cannot be taken for a part of it.
        Encoding.UTF8.GetBytes(e.Source, pooledBuffer!);
        return (stored, SHA256.HashData(pooledBuffer!.WrittenSpan));
    }

    /// <summary>Into <see cref="pooledBuffer"/>, until the next call on this thread.</summary>
    private static void Encode(MembershipEvent e, bool withOccurredAt)
    {
        var buffer = pooledBuffer ??= new ArrayBufferWriter<byte>(1024);
        var json = pooledWriter ??= new Utf8JsonWriter(buffer, WriterOptions);
        buffer.ResetWrittenCount();
        json.Reset(buffer);

        json.WriteStartObject();
        json.WriteString("id"u8, e.Id);
        json.WriteString("type"u8, e.Type);
        if (withOccurredAt) WriteInstant(json, "occurredAt"u8, e.OccurredAt);
        if (e.EffectiveAt is { } date) WriteDate(json, date is EffectiveDate.LastDay ? "lastDay"u8 : "effectiveAt"u8, date);
        if (e.Replaces is { } replaces) json.WriteString("replaces"u8, replaces);
        WriteFields(json, e);
        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteFields(Utf8JsonWriter json, MembershipEvent e)
    {
        switch (e)
        {
            case MemberEvent m: json.WriteString("employeeId"u8, m.EmployeeId); break;
            case TeamEvent t: json.WriteString("teamId"u8, t.TeamId); break;
        }

        switch (e)
        {
            case Hire hire:
                WriteProfile(json, hire.Member);
                WriteTeams(json, hire.Teams);
                break;
            case Update update:
                WriteProfile(json, update.Member);
                break;
            case Move { Teams: not null } move:
                WriteTeams(json, move.Teams);
                break;
            case Move move:
                if (move.From is { } from) json.WriteString("from"u8, from);
                if (move.To is { } to) json.WriteString("to"u8, to);
                WriteRole(json, move.Role);
                break;
            case Assign assign:
                json.WriteString("teamId"u8, assign.TeamId);
                WriteRole(json, assign.Role);
                break;
            case Unassign unassign:
                json.WriteString("teamId"u8, unassign.TeamId);
                WriteRole(json, unassign.Role);
                break;
            case Leave leave:
                if (leave.Reason is { } reason) json.WriteString("reason"u8, reason);
                break;
            case Absence { Until: { } until }:
                WriteDate(json, "until"u8, until);
                break;
            case Alias alias:
                json.WriteStartObject("sameAs"u8);
                json.WriteString("source"u8, alias.SameAsSource);
                json.WriteString("employeeId"u8, alias.SameAsEmployeeId);
                json.WriteEndObject();
                break;
            case TeamDefined team:
                if (team.Name is { } name) json.WriteString("name"u8, name);
                WritePatch(json, "parentId"u8, team.ParentId);
                break;
            case Retract retract:
                json.WriteString("eventId"u8, retract.EventId);
                break;
        }
    }

    private static void WriteProfile(Utf8JsonWriter json, ProfilePatch profile)
    {
        json.WriteStartObject("member"u8);
        WritePatch(json, "email"u8, profile.Email);
        WritePatch(json, "firstName"u8, profile.FirstName);
        WritePatch(json, "lastName"u8, profile.LastName);
        WritePatch(json, "jobTitle"u8, profile.JobTitle);
        WritePatch(json, "imageUrl"u8, profile.ImageUrl);
        WritePatch(json, "language"u8, profile.Language);
        if (profile.Attributes.Count > 0)
        {
            var names = new List<string>(profile.Attributes.Keys);
            names.Sort(Ordinal.Comparer);
            json.WriteStartObject("attributes"u8);
            foreach (var name in names) json.WriteString(name, profile.Attributes[name]);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WritePatch(Utf8JsonWriter json, ReadOnlySpan<byte> name, Patch patch)
    {
        if (patch.Given) json.WriteString(name, patch.Value);
    }

    private static void WriteTeams(Utf8JsonWriter json, IReadOnlyList<Assignment>? teams)
    {
        if (teams is null) return;
        json.WriteStartArray("teams"u8);
        foreach (var (teamId, role) in teams)
        {
            json.WriteStartObject();
            json.WriteString("teamId"u8, teamId);
            WriteRole(json, role);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRole(Utf8JsonWriter json, AssignmentRole role) =>
        json.WriteString("role"u8, role == AssignmentRole.Manager ? "manager"u8 : "member"u8);

    private static void WriteDate(Utf8JsonWriter json, ReadOnlySpan<byte> name, EffectiveDate date)
    {
        switch (date)
        {
            case EffectiveDate.Instant i: WriteInstant(json, name, i.At); break;
            case EffectiveDate.Day d: WriteDay(json, name, d.Date); break;
            case EffectiveDate.LastDay d: WriteDay(json, name, d.Date); break;
        }
    }

    private static void WriteDay(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateOnly day)
    {
        Span<byte> text = stackalloc byte[10];
        PutDay(text, day.Year, day.Month, day.Day);
        json.WriteString(name, text);
    }

    private static void WriteInstant(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset instant)
    {
        var utc = instant.UtcDateTime;
        Span<byte> text = stackalloc byte[27];
        PutDay(text, utc.Year, utc.Month, utc.Day);
        text[10] = (byte)'T';
        Put(text[11..13], utc.Hour);
        text[13] = (byte)':';
        Put(text[14..16], utc.Minute);
        text[16] = (byte)':';
        Put(text[17..19], utc.Second);
        text[19] = (byte)'.';
        Put(text[20..26], (int)(utc.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond));
        text[26] = (byte)'Z';
        json.WriteString(name, text);
    }

    private static void PutDay(Span<byte> text, int year, int month, int day)
    {
        Put(text[..4], year);
        text[4] = (byte)'-';
        Put(text[5..7], month);
        text[7] = (byte)'-';
        Put(text[8..10], day);
    }

    /// <summary>Decimal digits, filled with zeros from the left.</summary>
    private static void Put(Span<byte> text, int number)
    {
        for (var i = text.Length - 1; i >= 0; i--, number /= 10) text[i] = (byte)('0' + (number % 10));
    }
}
