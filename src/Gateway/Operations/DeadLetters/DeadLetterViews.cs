using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Bus;
using Gateway.Edge;

namespace Gateway.Operations.DeadLetters;

/// <summary>Why nobody could handle a message.</summary>
/// <param name="Type">The problem's type, as over HTTP; <c>fault</c>: handling it failed; <c>skipped</c>: nobody reads such messages; <c>unknown</c>: the gateway did not put it there.</param>
/// <param name="Title">In words.</param>
/// <param name="Detail">What to do. Null: the title says it.</param>
/// <param name="Errors">By JSON path, as they were when it was refused.</param>
public sealed record DeadLetterReason(string Type, string Title, string? Detail = null, IReadOnlyDictionary<string, string[]>? Errors = null);

/// <summary>A dead letter: where it lies and why, and what it is about. Ids only.</summary>
public sealed record DeadLetterView
{
    /// <summary>The same as long as it lies there.</summary>
    public required string Id { get; init; }

    public required string Queue { get; init; }

    /// <summary>When it became one; null: not known.</summary>
    public required DateTimeOffset? At { get; init; }

    public required TimeSpan? Age { get; init; }

    public required DeadLetterReason Reason { get; init; }

    /// <summary>Whose event it is, as far as the door made it out.</summary>
    public string? Source { get; init; }

    /// <summary>The broker user that published it, as the broker had checked.</summary>
    public string? Publisher { get; init; }

    public string? EventId { get; init; }

    public string? EventType { get; init; }

    /// <summary>The number of the person, or the id of the team.</summary>
    public string? Subject { get; init; }

    /// <summary>How many people and teams it is about.</summary>
    public int Subjects { get; init; }

    /// <summary>Of the body.</summary>
    public required int Bytes { get; init; }

    /// <summary>How many exact copies lie there.</summary>
    public int Copies { get; init; } = 1;
}

/// <summary>A dead letter and what is in it.</summary>
/// <param name="Letter">As in the list.</param>
/// <param name="Content">The event with its ids, types and dates; of everything else only what kind of value it is. Null: not an event's JSON.</param>
public sealed record DeadLetterDetail(DeadLetterView Letter, JsonElement? Content);

/// <summary>What people may see of a letter. What a publisher wrote is believed only where it is checked, and repeated only where it is an id.</summary>
internal static partial class DeadLetterReading
{
    private const int LongestText = 1000;

    public static DeadLetterView View(this DeadLetter letter, DateTimeOffset now)
    {
        var about = LetterContent.About(letter);
        var (vouched, message) = (letter.IsVouched, letter.Message);
        return new DeadLetterView
        {
            Id = letter.Id,
            Queue = letter.Queue,
            At = letter.At,
            Age = now - letter.At,
            Reason = Reason(letter),
            Source = letter.Queue == DeadLetterQueues.Events ? vouched ? message.Source : null : about.Source,
            Publisher = vouched ? message.Publisher : null,
            EventId = about.EventId ?? LetterContent.Id(vouched ? message.Id : null),
            EventType = about.Type,
            Subject = about.Subject,
            Subjects = about.Subjects,
            Bytes = message.Body.Length,
            Copies = letter.Tags.Count,
        };
    }

    private static DeadLetterReason Reason(DeadLetter letter) => letter.Queue switch
    {
        DeadLetterQueues.Faults => Fault(letter.Message.Text("MT-Fault-ExceptionType")),
        DeadLetterQueues.Skipped => new DeadLetterReason("skipped", "Nobody reads messages of this kind.", "Find out who sends it, and discard it."),
        _ when letter.IsVouched && letter.Message.Problem is { } problem => Refusal(problem),
        _ => new DeadLetterReason("unknown", "The gateway did not put this here.", "Find out who did, and discard it."),
    };

    /// <summary>The message of an exception can hold anything, so it stays in the log.</summary>
    private static DeadLetterReason Fault(string? exception) =>
        new("fault", exception is not null && TypeName.IsMatch(exception) ? $"Folding failed: {exception}." : "Folding failed.", "The log has the exception. The sweeper folds what this was about, whether or not it is put back.");

    private static DeadLetterReason Refusal(string problem)
    {
        try
        {
            var body = JsonSerializer.Deserialize<ProblemBody>(problem, JsonSerializerOptions.Web)!;
            var detail = body.Detail is { Length: > LongestText } ? body.Detail[..LongestText] : body.Detail;
            return new DeadLetterReason(body.Type, body.Title, detail, body.Errors);
        }
        catch (JsonException)
        {
            return new DeadLetterReason("unknown", "The reason cannot be read.");
        }
    }

    [GeneratedRegex(@"^[\w.+`\[\],]{1,200}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TypeName { get; }
}
