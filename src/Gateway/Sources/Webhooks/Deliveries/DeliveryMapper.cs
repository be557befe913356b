using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Edge;
using Gateway.EventLog.Ledger;
using Gateway.Intake;
using Gateway.Rules;
using Gateway.Sources.Enrichment;
using Gateway.Sources.Mapping;
using Microsoft.Extensions.Options;

namespace Gateway.Sources.Webhooks.Deliveries;

/// <summary>Finds out what a delivery says: runs its script, asks the vendor's API what the script wants to know, and holds the events against the door's rules. Stores nothing.</summary>
internal sealed partial class DeliveryMapper(WebhookSources sources, MapDelivery map, FetchAnswers fetch, RulesInForce rules, IOptions<LimitsOptions> limits, ILogger<DeliveryMapper> logger)
{
    /// <summary>How often a script may ask for more.</summary>
    private const int MostRounds = 3;

    public async Task<Decision> DecideAsync(DeliveryRow delivery, CancellationToken cancellationToken)
    {
        if (!sources.ByName.TryGetValue(delivery.Source, out var source)) return new Decision.Later("source-missing", "Its source takes no deliveries any more: see Gateway:Sources:{name}:Webhook.", TimeSpan.FromMinutes(10));
        try
        {
            return source.Script == WebhookSource.BuiltInScript ? Native(delivery) : await RunAsync(source, delivery, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // A fault of ours must not stop the deliveries behind it.
            Log.Failed(logger, delivery.Sequence, delivery.Source, e);
            return new Decision.Later(ParkedFor.Internal, "A fault of the gateway; its log has it under the delivery's id.", null);
        }
    }

    private Decision Native(DeliveryRow delivery) => delivery.Trusted
        ? NativeEvents.Read(delivery, KeptHeaders.Read(delivery.Headers), limits.Value, rules.ZoneOf(delivery.Source))
        : new Decision.Parked(ParkedFor.Untrusted, "Nobody signed it, so that it carries no facts.");

    private async Task<Decision> RunAsync(WebhookSource source, DeliveryRow delivery, CancellationToken cancellationToken)
    {
        // What was answered at an earlier try may be old by now: it is asked anew.
        var answers = new List<LookupAnswer>();
        for (var round = 1; ; round++)
        {
            var input = new MappingInput(
                delivery.Source, DeliveryIds.Of(delivery.Sequence), delivery.ReceivedAt, rules.ZoneOf(delivery.Source).Id, delivery.ContentType, KeptHeaders.Read(delivery.Headers), delivery.Body, delivery.Trusted, answers);
            switch (await map(source.Script, input, cancellationToken))
            {
                case MappingOutcome.Mapped mapped:
                    return Judge(delivery, mapped, answers) with { Answers = Written(answers) };
                case MappingOutcome.Failed { Transient: true } away:
                    return new Decision.Later(away.Code, away.Message, null) { Answers = Written(answers) };
                case MappingOutcome.Failed failed:
                    return new Decision.Parked(failed.Code, failed.Line is null ? failed.Message : $"{failed.Message} (line {failed.Line}, column {failed.Column})") { Answers = Written(answers) };
                case MappingOutcome.Asks when round > MostRounds:
                    return new Decision.Parked(ParkedFor.EndlessQuestions, $"The script asked {MostRounds} times and wants to know more.") { Answers = Written(answers) };
                case MappingOutcome.Asks asks:
                    switch (await fetch(delivery.Source, asks.Lookups, delivery.ReceivedAt, cancellationToken))
                    {
                        case EnrichmentOutcome.Fetched fetched: answers.AddRange(fetched.Answers); break;
                        case EnrichmentOutcome.Later later: return new Decision.Later(ParkedFor.EnrichmentLater, later.Reason, later.After) { Answers = Written(answers) };
                        case EnrichmentOutcome.Failed failed: return new Decision.Parked(failed.Code, failed.Message) { Answers = Written(answers) };
                    }

                    break;
            }
        }
    }

    private Decision Judge(DeliveryRow delivery, MappingOutcome.Mapped mapped, List<LookupAnswer> answers)
    {
        if (!delivery.Trusted && answers.Count == 0 && mapped.Events.Count > 0) return new Decision.Parked(ParkedFor.Untrusted, "Nobody signed it, and the script made events of it without asking the vendor's API.");
        if (mapped.Events.Count > NativeEvents.Most) return EventNames.TooMany(NativeEvents.Most);
        var events = new List<NamedEvent>(mapped.Events.Count);
        foreach (var json in mapped.Events)
        {
            var (named, wrong) = EventNames.Receive(delivery, json, null, events.Count, limits.Value, rules.ZoneOf(delivery.Source), new Errors());
            if (named is null) return EventNames.Invalid(wrong!.Inside($"events[{events.Count}]"));
            events.Add(named);
        }

        return new Decision.Mapped(events, Exact: false);
    }

    private static string? Written(List<LookupAnswer> answers) => answers.Count == 0 ? null : JsonSerializer.Serialize(answers, AnswersJson.Default.ListLookupAnswer);

    private static partial class Log
    {
        [LoggerMessage(4201, LogLevel.Error, "Delivery {Delivery} of {Source} could not be looked into")]
        public static partial void Failed(ILogger logger, long delivery, string source, Exception exception);
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(List<LookupAnswer>))]
internal sealed partial class AnswersJson : JsonSerializerContext;
