using Gateway.Edge;
using RabbitMQ.Client;

namespace Gateway.Operations.DeadLetters;

/// <summary>What came of a dead letter.</summary>
public enum DeadLetterOutcome
{
    /// <summary>There is none of this id (any more).</summary>
    NotFound = 0,

    /// <summary>Its event is in the log now.</summary>
    Accepted = 1,

    /// <summary>Its event was in the log already, with the same content.</summary>
    Duplicate = 2,

    /// <summary>It is on the queue that it came from. Should handling it fail again, it comes back under another id.</summary>
    PutBack = 3,

    /// <summary>It stays where it is, under the same id; <c>problem</c> says why.</summary>
    Refused = 4,

    /// <summary>It is gone.</summary>
    Discarded = 5,
}

/// <param name="Id">As it was asked for, or found.</param>
/// <param name="Outcome">In a dry run, what it would be.</param>
public sealed record DeadLetterResult(string Id, DeadLetterOutcome Outcome)
{
    public string? Queue { get; init; }

    public string? Source { get; init; }

    public string? EventId { get; init; }

    /// <summary>The place of its event in the log.</summary>
    public long? Sequence { get; init; }

    /// <summary>Why it is refused, by today's settings.</summary>
    public ProblemBody? Problem { get; init; }
}

/// <param name="DryRun">True: nothing was done.</param>
/// <param name="Results">In the order of the ids that were asked for, else the oldest letter first.</param>
public sealed record DeadLetterAnswer(bool DryRun, IReadOnlyList<DeadLetterResult> Results);

/// <summary>What the audit keeps of a letter.</summary>
internal sealed record LetterIds(string Queue, DeadLetterOutcome Outcome, string Reason, string? Source, string? Publisher, string? EventId, string? EventType, string? Subject, int Subjects);

internal static class LetterProperties
{
    public static LetterIds Ids(this DeadLetterView view, DeadLetterOutcome outcome) =>
        new(view.Queue, outcome, view.Reason.Type, view.Source, view.Publisher, view.EventId, view.EventType, view.Subject, view.Subjects);

    /// <summary>The message as it first was: without what was noted on it when it failed.</summary>
    public static BasicProperties ForReplay(DeadLetter letter)
    {
        var properties = letter.Message.Properties;
        return new BasicProperties
        {
            Headers = properties.Headers?.Where(h => !h.Key.StartsWith("MT-Fault-", StringComparison.OrdinalIgnoreCase) && !h.Key.StartsWith("x-", StringComparison.OrdinalIgnoreCase) && h.Key is not "MT-Reason")
                .ToDictionary(h => h.Key, h => h.Value, StringComparer.Ordinal),
            ContentType = properties.ContentType, MessageId = properties.MessageId, CorrelationId = properties.CorrelationId, Type = properties.Type, Persistent = true,
        };
    }
}
