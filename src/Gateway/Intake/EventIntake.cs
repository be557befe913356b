using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Gateway.EventLog;
using Gateway.Membership.Events;

namespace Gateway.Intake;

/// <summary>What the door makes of one event: an event to append, or what is wrong with it.</summary>
public abstract record Received
{
    private Received() { }

    public sealed record Valid(NewEvent Event) : Received;

    public sealed record Invalid(Errors Errors) : Received;
}

/// <summary>From bytes to a valid event: the same for HTTP, for a line of a batch and for a message.</summary>
public static class EventIntake
{
    /// <param name="source">Who speaks.</param>
    /// <param name="utf8">The event's JSON.</param>
    /// <param name="fallbackId">The id from the envelope or a header, where the body has none.</param>
    /// <param name="receivedAt">By the store's clock; stands in for a missing <c>occurredAt</c>.</param>
    /// <param name="depth">The deepest nesting allowed.</param>
    /// <param name="zone">The source's, in which its dates are read; null: UTC.</param>
    public static Received Receive(
        string source, ReadOnlyMemory<byte> utf8, string? fallbackId, DateTimeOffset receivedAt, int depth, TimeZoneInfo? zone = null)
    {
        var errors = new Errors();
        using var document = Parse(utf8, errors, depth);
        return document is null ? new Received.Invalid(errors) : Receive(source, document.RootElement, fallbackId, receivedAt, zone, errors);
    }

    /// <param name="json">The event.</param>
    /// <param name="errors">Receives everything wrong.</param>
    /// <inheritdoc cref="Receive(string, ReadOnlyMemory{byte}, string?, DateTimeOffset, int, TimeZoneInfo?)"/>
    public static Received Receive(string source, JsonElement json, string? fallbackId, DateTimeOffset receivedAt, TimeZoneInfo? zone, Errors errors)
    {
        var request = EventJson.Read(json, errors);
        request.Zone = zone ?? TimeZoneInfo.Utc;
        if (request.Id is null && fallbackId is not null && Fields.Find(json, "id") is null)
            request.Id = Scalars.HeaderId(fallbackId, "id", errors);
        if (request.Type is { } type) Validate(request, type, errors);
        return errors.Any
            ? new Received.Invalid(errors)
            : new Received.Valid(NewEvent.From(ToEvent(source, request, receivedAt), request.OccurredAt is null, receivedAt));
    }

    /// <summary>Parses, or says in <paramref name="errors"/> at which byte it is not JSON.</summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> utf8, Errors errors, int depth)
    {
        var whole = utf8;
        if (utf8.Span.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        if (!Utf8.IsValid(utf8.Span))
        {
            errors.Add("$", $"Not valid UTF-8, at byte {FirstInvalid(whole.Span)}.");
            return null;
        }

        try
        {
            return JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = depth });
        }
        catch (JsonException e)
        {
            errors.Add("$", $"Not JSON, or nested deeper than {depth}, at byte {whole.Length - utf8.Length + Position(utf8.Span, e)}.");
            return null;
        }
    }

    /// <summary>From the start, counted from 0; the exception counts lines and bytes within them.</summary>
    private static long Position(ReadOnlySpan<byte> utf8, JsonException e)
    {
        var start = 0;
        for (var line = 0L; line < e.LineNumber; line++) start += utf8[start..].IndexOf((byte)'\n') + 1;
        return start + (e.BytePositionInLine ?? 0);
    }

    private static int FirstInvalid(ReadOnlySpan<byte> utf8)
    {
        var at = 0;
        while (at < utf8.Length && Rune.DecodeFromUtf8(utf8[at..], out _, out var length) == System.Buffers.OperationStatus.Done) at += length;
        return at;
    }

    private static void Validate(EventRequest request, string type, Errors errors)
    {
        var result = EventRequestValidators.Of(type).Validate(request);
        if (result.IsValid) return;
        // What is already known to be wrong in shape is not also reported as missing.
        foreach (var failure in result.Errors.Where(f => !errors.Has(f.PropertyName)).ToList()) errors.Add(failure.PropertyName, failure.ErrorMessage);
    }

    private static MembershipEvent ToEvent(string source, EventRequest r, DateTimeOffset receivedAt)
    {
        var (id, occurredAt, effectiveAt, replaces) = (r.Id!, r.OccurredAt ?? Micros.Cut(receivedAt), r.EffectiveAt ?? r.LastDay, r.Replaces);
        var role = r.Role ?? AssignmentRole.Member;
        return r.Type switch
        {
            "hire" => new Hire { Source = source, Id = id, OccurredAt = occurredAt, EffectiveAt = effectiveAt, Replaces = replaces, EmployeeId = r.EmployeeId!, Member = r.Member ?? ProfilePatch.Nothing, Teams = r.Teams },
            "update" => new Update { Source = source, Id = id, OccurredAt = occurredAt, EffectiveAt = effectiveAt, Replaces = replaces, EmployeeId = r.EmployeeId!, Member = r.Member! },
            "move" => new Move { Source = source, Id = id, OccurredAt = occurredAt, EffectiveAt = effectiveAt, Replaces = replaces, EmployeeId = r.EmployeeId!, From = r.From, To = r.To, Role = role, Teams = r.Teams },
            "assign" => new Assign { Source = source, Id = id, OccurredAt = occurredAt, EffectiveAt = effectiveAt, Replaces = replaces, EmployeeId = r.EmployeeId!, TeamId = r.TeamId!, Role = role },
            "unassign" => new Unassign { Source = source, Id = id, OccurredAt = occurredAt, EffectiveAt = effectiveAt, Replaces = replaces, EmployeeId = r.EmployeeId!, TeamId = r.TeamId!, Role = role },
            "leave" => new Leave { Source = source, Id = id, OccurredAt = occurredAt, EffectiveAt = effectiveAt, Replaces = replaces, EmployeeId = r.EmployeeId!, Reason = r.Reason },
            "absence" => new Absence { Source = source, Id = id, OccurredAt = occurredAt, EffectiveAt = effectiveAt, Replaces = replaces, EmployeeId = r.EmployeeId!, Until = r.Until },
            "return" => new Return { Source = source, Id = id, OccurredAt = occurredAt, EffectiveAt = effectiveAt, Replaces = replaces, EmployeeId = r.EmployeeId! },
            "alias" => new Alias { Source = source, Id = id, OccurredAt = occurredAt, EffectiveAt = effectiveAt, Replaces = replaces, EmployeeId = r.EmployeeId!, SameAsSource = r.SameAsSource!, SameAsEmployeeId = r.SameAsEmployeeId! },
            "team" => new TeamDefined { Source = source, Id = id, OccurredAt = occurredAt, EffectiveAt = effectiveAt, Replaces = replaces, TeamId = r.TeamId!, Name = r.Name, ParentId = r.ParentId },
            "team-close" => new TeamClosed { Source = source, Id = id, OccurredAt = occurredAt, EffectiveAt = effectiveAt, Replaces = replaces, TeamId = r.TeamId! },
            "retract" => new Retract { Source = source, Id = id, OccurredAt = occurredAt, EffectiveAt = effectiveAt, EventId = r.EventId! },
            _ => throw new InvalidOperationException("A valid request has a known type."),
        };
    }
}
