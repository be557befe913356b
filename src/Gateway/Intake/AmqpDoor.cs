using System.Globalization;
using System.Net.Mime;
using Gateway.Bus;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.Rules;
using Microsoft.Extensions.Options;

namespace Gateway.Intake;

/// <summary>What the door makes of a message: an event of a source to append, or the problem to answer with.</summary>
internal readonly record struct Judged(string? Source, NewEvent? Event, Problem? Problem);

/// <summary>The same checks as over HTTP, for a message of any AMQP client: who publishes, for which source, and whether the event is valid.</summary>
internal sealed class AmqpDoor(RulesInForce rules, IOptions<BusOptions> bus, IOptions<LimitsOptions> limits, FindCaller findCaller)
{
    public Judged Judge(AmqpMessage message, DateTimeOffset receivedAt)
    {
        var (source, refusal) = SourceOf(message);
        if (refusal is not null) return new(source, null, refusal);
        if (message.Body.Length > limits.Value.Event)
            return new(source, null, new Problem(ProblemKind.TooLarge, string.Create(CultureInfo.InvariantCulture, $"An event has at most {limits.Value.Event} bytes.")));

        var (depth, zone) = (limits.Value.Depth, rules.ZoneOf(source!));
        switch (message.MediaType)
        {
            case null or MediaTypeNames.Application.Json or MediaTypeNames.Application.Octet:
                return Of(source!, EventIntake.Receive(source!, message.Body, message.Id, receivedAt, depth, zone));
            case CloudEvents.Structured:
                return Of(source!, EventEndpoints.Enveloped(source!, message.Body, receivedAt, depth, zone));
            default:
                return new(source, null, new Problem(ProblemKind.MediaTypeUnsupported, $"Send {MediaTypeNames.Application.Json} or {CloudEvents.Structured}."));
        }
    }

    private (string? Source, Problem? Refusal) SourceOf(AmqpMessage message)
    {
        if (message.User is { } user)
        {
            return bus.Value.Publishers.TryGetValue(user, out var source)
                ? (source, null)
                : (null, new Problem(ProblemKind.SourceForeign, "This broker user speaks for no source: name it under Gateway:Bus:Publishers."));
        }

        if (message.Key is not { } key)
            return (null, new Problem(ProblemKind.KeyMissing, "Set the property user-id to the broker user that publishes, or send a key in the header api-key."));
        if (findCaller(key) is not { } caller) return (null, new Problem(ProblemKind.KeyInvalid, "The key in the header api-key is not accepted here."));
        return caller.HasScope(Scopes.Ingest)
            ? CallerSource.Of(caller, asked: null, rules)
            : (null, new Problem(ProblemKind.ScopeMissing, $"This needs the scope {Scopes.Ingest}."));
    }

    private static Judged Of(string source, Received received) => received switch
    {
        Received.Valid valid => new(source, valid.Event, null),
        Received.Invalid invalid => new(source, null, Problem.Invalid(invalid.Errors.ToDictionary())),
        _ => throw new InvalidOperationException("A closed family has no other case."),
    };
}
