using System.Runtime.InteropServices;
using Gateway.Membership.Events;

namespace Gateway.EventLog;

/// <summary>An event ready to be appended: hashes and payload are computed on the caller's thread, not on the writer's.</summary>
public sealed class NewEvent
{
    private NewEvent(MembershipEvent @event, bool occurredAtSupplied, DateTimeOffset receivedAt)
    {
        Event = @event;
        Key = EventKey.Of(@event.Source, @event.Id);
        (Payload, Hash) = EventCodec.WriteWithHash(@event, occurredAtSupplied);
        Facet = @event.Facet is { } facet ? EventKey.OfFacet(facet) : 0;
        Target = @event is Retract retract ? EventKey.Of(@event.Source, retract.EventId) : null;
        Replaces = @event.Replaces is { } replaced ? EventKey.Of(@event.Source, replaced) : null;
        ReceivedAt = Micros.Of(receivedAt);
    }

    public MembershipEvent Event { get; }

    public byte[] Key { get; }

    public byte[] Hash { get; }

    public byte[] Payload { get; }

    public long Facet { get; }

    public byte[]? Target { get; }

    public byte[]? Replaces { get; }

    public long ReceivedAt { get; private set; }

    /// <param name="event">A valid event.</param>
    /// <param name="occurredAtSupplied">True: the door supplied <c>occurredAt</c>, which is then no part of the content.</param>
    /// <param name="receivedAt">By the store's clock.</param>
    public static NewEvent From(MembershipEvent @event, bool occurredAtSupplied, DateTimeOffset receivedAt) =>
        new(@event, occurredAtSupplied, receivedAt);

    /// <summary>The same event, taken in at another instant than the one that stood in for a missing <c>occurredAt</c>.</summary>
    public NewEvent TakenIn(DateTimeOffset at)
    {
        var same = (NewEvent)MemberwiseClone();
        same.ReceivedAt = Micros.Of(at);
        return same;
    }
}

/// <summary>What came of appending one event.</summary>
public enum AppendOutcome
{
    /// <summary>Stored now.</summary>
    Appended = 0,

    /// <summary>The same id with the same content was there already.</summary>
    Duplicate = 1,

    /// <summary>The same id is there with other content, which stands.</summary>
    Conflict = 2,

    /// <summary>This event alone could not be stored; its neighbours were.</summary>
    Rejected = 3,
}

/// <param name="Outcome">What came of it.</param>
/// <param name="Sequence">Its place in the log, or that of the one that stands.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Appended(AppendOutcome Outcome, long Sequence)
{
    /// <summary>The position of the log from which it is seen: its sequence, or the transaction that stored it.</summary>
    public long Position { get; init; } = Sequence;
}

/// <summary>The log cannot take a write now: disk full, read-only, locked, or too many are waiting. Answered 503.</summary>
public sealed class LogUnavailableException : Exception
{
    public LogUnavailableException() { }

    public LogUnavailableException(string message) : base(message) { }

    public LogUnavailableException(string message, Exception innerException) : base(message, innerException) { }
}
