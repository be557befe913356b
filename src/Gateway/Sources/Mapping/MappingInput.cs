using System.Text.Json;

namespace Gateway.Sources.Mapping;

/// <summary>A delivery as a mapping script sees it.</summary>
/// <param name="DeliveryId">As the list of deliveries shows it.</param>
/// <param name="TimeZone">The source's, an IANA name.</param>
/// <param name="Headers">Lower-case names; without those that carry credentials or signatures.</param>
/// <param name="Body">As it came, UTF-8. JSON is parsed for the script, anything else is a string.</param>
/// <param name="Trusted">False: nobody signed it. It may name whom to look up; <c>map</c> sees no body of it.</param>
/// <param name="Answers">To what <c>lookups</c> asked for; empty at the first look.</param>
public sealed record MappingInput(
    string Source, string DeliveryId, DateTimeOffset ReceivedAt, string TimeZone, string? ContentType,
    IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, bool Trusted, IReadOnlyList<LookupAnswer> Answers);

/// <summary>What a script made of a delivery.</summary>
public abstract record MappingOutcome
{
    private MappingOutcome() { }

    /// <summary>Events as <c>POST /v1/events</c> takes them, not validated; <c>id</c> may be absent. None: the delivery says nothing about members.</summary>
    public sealed record Mapped(IReadOnlyList<JsonElement> Events) : MappingOutcome;

    /// <summary>The script wants to know this first. It is run again with the answers.</summary>
    public sealed record Asks(IReadOnlyList<Lookup> Lookups) : MappingOutcome;

    /// <summary>There is no such script, it threw, ran out of its limits, or gave rubbish. Trying again with the same script changes nothing, unless <paramref name="Transient"/>.</summary>
    /// <param name="Code">One of <c>script-missing</c>, <c>script-error</c>, <c>script-timeout</c>, <c>script-memory</c>, <c>script-result</c>, <c>script-host</c>.</param>
    /// <param name="Message">Of the script's error; may hold what the delivery holds.</param>
    /// <param name="Line">In the script, from 1; null: not known.</param>
    /// <param name="Transient">The child process could not be started or was lost through no fault of this script.</param>
    public sealed record Failed(string Code, string Message, int? Line, int? Column, bool Transient) : MappingOutcome;
}
