using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Sources.Enrichment;
using Gateway.Sources.Mapping;

namespace Gateway.Sources.Webhooks.Deliveries;

/// <summary>Runs a script on a delivery.</summary>
public delegate Task<MappingOutcome> MapDelivery(string script, MappingInput input, CancellationToken cancellationToken);

/// <summary>Asks the vendor's API what a script wants to know of a delivery that came at <paramref name="receivedAt"/>.</summary>
public delegate Task<EnrichmentOutcome> FetchAnswers(string source, IReadOnlyList<Lookup> lookups, DateTimeOffset receivedAt, CancellationToken cancellationToken);

/// <summary>An event that a delivery was mapped to, under the name that its script gave it.</summary>
/// <param name="Event">Valid; its id is <paramref name="Name"/>.</param>
/// <param name="Name">What the script called it, or the delivery's id.</param>
/// <param name="RecordedAt">When the source recorded it; null: it did not say.</param>
/// <param name="EffectiveAt">Of a retraction: it takes back what is effective from then on; null: all.</param>
internal sealed record NamedEvent(NewEvent Event, string Name, DateTimeOffset? RecordedAt, DateTimeOffset? EffectiveAt);

/// <summary>What is to become of a delivery.</summary>
internal abstract record Decision
{
    private Decision() { }

    /// <summary>What the vendor's API answered so far, as JSON; null: it was not asked.</summary>
    public string? Answers { get; init; }

    /// <param name="Events">None: the delivery says nothing of members.</param>
    /// <param name="Exact">The events keep their ids, which are the sender's own.</param>
    public sealed record Mapped(IReadOnlyList<NamedEvent> Events, bool Exact) : Decision;

    /// <param name="Code">As in <see cref="ParkedFor"/>, or of the script or of the enrichment.</param>
    /// <param name="Text">For a person.</param>
    /// <param name="Errors">By path.</param>
    public sealed record Parked(string Code, string Text, IReadOnlyDictionary<string, string[]>? Errors = null) : Decision;

    /// <param name="Code">What it waits for.</param>
    /// <param name="Text">For a person.</param>
    /// <param name="After">What was asked for; null: as we think fit.</param>
    public sealed record Later(string Code, string Text, TimeSpan? After) : Decision;
}

/// <param name="Row">As it was read.</param>
/// <param name="Decision">What is to become of it.</param>
internal sealed record Decided(DeliveryRow Row, Decision Decision);
