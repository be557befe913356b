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
internal sealed class AmqpDoor(RulesInForce rules, IOptions<BusOptions> bus, BusAddress address, IOptions<LimitsOptions> limits, FindCaller findCaller)
{
    public Judged Judge(AmqpMessage message, DateTimeOffset receivedAt)
    {
        var (source, refusal) = SourceOf(message);
        return refusal is not null ? new(source, null, refusal) : Read(source!, message, receivedAt);
    }

    /// <summary>The same for a message out of the error queue, which bears the gateway's own user and says whose it was.</summary>
    public Judged JudgeAgain(AmqpMessage letter, DateTimeOffset receivedAt)
    {
        var (source, refusal) = SourceOfLetter(letter);
        return refusal is not null ? new(source, null, refusal) : Read(source!, letter, receivedAt);
    }

    private Judged Read(string source, AmqpMessage message, DateTimeOffset receivedAt)
    {
        if (message.Body.Length > limits.Value.Event)
            return new(source, null, new Problem(ProblemKind.TooLarge, string.Create(CultureInfo.InvariantCulture, $"An event has at most {limits.Value.Event} bytes.")));

        var (depth, zone) = (limits.Value.Depth, rules.ZoneOf(source));
        switch (message.MediaType)
        {
            case null or MediaTypeNames.Application.Json or MediaTypeNames.Application.Octet:
                return Of(source, EventIntake.Receive(source!, message.Body, message.Id, receivedAt, depth, zone));
            case CloudEvents.Structured:
                return Of(source, EventEndpoints.Enveloped(source!, message.Body, receivedAt, depth, zone));
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

    /// <summary>
    /// By today's settings: a publisher who was unknown may be named by now. Only the gateway's own word counts, and where a publisher shares
    /// its broker user even that could be the publisher's: then it must not speak for any other source than its own.
    /// </summary>
    private (string? Source, Problem? Refusal) SourceOfLetter(AmqpMessage letter)
    {
        if (letter.User != address.User)
            return (null, new Problem(ProblemKind.SourceForeign, "The gateway did not put this here, so nobody vouches for whose it is. Have it published again, or discard it."));
        if (letter is { Publisher: null, Source: null })
            return (null, new Problem(ProblemKind.KeyMissing, "It came without a user or a valid key, so nobody vouches for whose it is. Have it published again, or discard it."));
        var source = letter.Publisher is { } publisher ? bus.Value.Publishers.TryGetValue(publisher, out var named) ? named : null : letter.Source;
        if (source is null) return (null, new Problem(ProblemKind.SourceForeign, "This broker user speaks for no source: name it under Gateway:Bus:Publishers."));
        if (bus.Value.Publishers.TryGetValue(address.User, out var own) && own != source)
            return (null, new Problem(ProblemKind.SourceForeign, "The gateway's own broker user is named under Gateway:Bus:Publishers, so that its word is worth no more than a publisher's. Give the gateway a user of its own."));
        return rules.Sources.ContainsKey(source) ? (source, null) : (null, new Problem(ProblemKind.SourceForeign, "Its source is none any more: see Gateway:Sources."));
    }

    private static Judged Of(string source, Received received) => received switch
    {
        Received.Valid valid => new(source, valid.Event, null),
        Received.Invalid invalid => new(source, null, Problem.Invalid(invalid.Errors.ToDictionary())),
        _ => throw new InvalidOperationException("A closed family has no other case."),
    };
}
