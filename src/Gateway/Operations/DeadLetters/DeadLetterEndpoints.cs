using System.Globalization;
using Gateway.Bus;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.Intake;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gateway.Operations.DeadLetters;

/// <summary>Which dead letters to do something with, and whether to.</summary>
public record ChooseDeadLetters
{
    /// <summary>These, 1 to 500. Instead of a limit.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>Only of this queue; absent: of all.</summary>
    public string? Queue { get; init; }

    /// <summary>The oldest ones, 1 to 500. Needed without ids: nobody means "all" by leaving something out.</summary>
    public int? Limit { get; init; }

    /// <summary>True: only says what would come of it.</summary>
    public bool DryRun { get; init; }

    /// <summary>Why, in at most 500 characters; kept in the audit. Needed to discard.</summary>
    public string? Reason { get; init; }
}

/// <summary>Messages that nobody could handle (http-contract, section 5): look at them, replay or discard them.</summary>
internal static partial class DeadLetterEndpoints
{
    /// <summary>A broker that is asked and does not answer must not hold a request for long.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static void MapDeadLetters(this IEndpointRouteBuilder app)
    {
        var letters = app.MapGroup("/v1/dead-letters").WithTags("Operations");
        letters.MapGet("", ListAsync).RequireAuthorization(Scopes.Read).WithName("listDeadLetters")
            .WithSummary("Messages that nobody could handle, the oldest first. With the transport memory there are none.").ProducesProblem(400).ProducesProblem(503);
        letters.MapGet("/{id}", GetAsync).RequireAuthorization(Scopes.Operate).WithName("getDeadLetter")
            .WithSummary("One of them, with the ids, types and dates of its content.").ProducesProblem(404).ProducesProblem(503);
        letters.MapPost("/replay", ReplayAsync).RequireAuthorization(Scopes.Operate).WithName("replayDeadLetters")
            .WithSummary("Judges them anew; what is accepted is in the log and gone from here.").ProducesProblem(400).ProducesProblem(503);
        letters.MapPost("/discard", DiscardAsync).RequireAuthorization(Scopes.Operate).WithName("discardDeadLetters")
            .WithSummary("Takes them away for good.").ProducesProblem(400).ProducesProblem(503);
    }

    /// <param name="queue">Only of this queue.</param>
    /// <param name="limit">1 to 500; default 50.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    private static async Task<Results<Ok<Page<DeadLetterView>>, Problem>> ListAsync(
        string? queue, int? limit, string? after, DeadLetterStation station, ILogger<DeadLetterStation> logger, CancellationToken cancellationToken)
    {
        var (page, bad) = PageRequest.Read(limit, after);
        if (page is null) return bad!;
        if (queue is not null && !DeadLetterQueues.All.Contains(queue, StringComparer.Ordinal)) return NoQueue();
        var place = Place(page.After);
        if (page.After is not null && place is null) return PageRequest.BadCursor();
        return await ReachAsync(token => station.ListAsync(queue, page.Limit, place, token), logger, cancellationToken);
    }

    private static async Task<Results<Ok<DeadLetterDetail>, Problem>> GetAsync(
        string id, DeadLetterStation station, ILogger<DeadLetterStation> logger, CancellationToken cancellationToken)
    {
        var found = await ReachAsync(token => station.FindAsync(id, token), logger, cancellationToken);
        if (found.Result is Problem problem) return problem;
        return ((Ok<IReadOnlyList<DeadLetterDetail>>)found.Result).Value! is [var detail, ..] ? TypedResults.Ok(detail) : Problem.NotFound("There is no dead letter of this id: it was replayed or discarded, or has expired.");
    }

    private static async Task<Results<Ok<DeadLetterAnswer>, Problem>> ReplayAsync(
        ChooseDeadLetters request, HttpContext context, DeadLetterStation station, ILogger<DeadLetterStation> logger, CancellationToken cancellationToken)
    {
        var (choice, reason, wrong) = Read(request, isReasonNeeded: false);
        if (choice is null) return wrong!;
        return await ReachAsync(token => station.ReplayAsync(choice, request.DryRun, reason, context.User.Actor ?? "unknown", token), logger, cancellationToken);
    }

    private static async Task<Results<Ok<DeadLetterAnswer>, Problem>> DiscardAsync(
        ChooseDeadLetters request, HttpContext context, DeadLetterStation station, ILogger<DeadLetterStation> logger, CancellationToken cancellationToken)
    {
        var (choice, reason, wrong) = Read(request, isReasonNeeded: true);
        if (choice is null) return wrong!;
        return await ReachAsync(token => station.DiscardAsync(choice, request.DryRun, reason!, context.User.Actor ?? "unknown", token), logger, cancellationToken);
    }

    /// <summary>A broker that cannot be asked is no empty list.</summary>
    private static async Task<Results<Ok<T>, Problem>> ReachAsync<T>(Func<CancellationToken, Task<T?>> ask, ILogger logger, CancellationToken cancellationToken)
        where T : class
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            return await ask(deadline.Token) is { } answer
                ? TypedResults.Ok(answer)
                : new Problem(ProblemKind.Unavailable, "Somebody else looks at the dead letters just now.") { RetryAfter = TimeSpan.FromSeconds(1) };
        }
        catch (LogUnavailableException)
        {
            return EventEndpoints.Unavailable();
        }
        catch (Exception e) when (DeadLetterBroker.IsAway(e) && !cancellationToken.IsCancellationRequested)
        {
            Log.Away(logger, e);
            return new Problem(ProblemKind.Unavailable, "The broker did not answer in time, so it is not known what lies there. Ask again: what was done is not done twice.") { RetryAfter = TimeSpan.FromSeconds(5) };
        }
    }

    private static (LetterChoice? Choice, string? Reason, Problem? Wrong) Read(ChooseDeadLetters request, bool isReasonNeeded)
    {
        var errors = new Errors();
        var reason = request.Reason?.Trim();
        if (isReasonNeeded && string.IsNullOrEmpty(reason)) errors.Add("reason", "Say why, in 1 to 500 characters.");
        if (reason?.Length > 500) errors.Add("reason", "At most 500 characters.");
        if (request.Queue is not null && !DeadLetterQueues.All.Contains(request.Queue, StringComparer.Ordinal)) errors.Add("queue", NoQueueMessage);
        if ((request.Ids is null) == (request.Limit is null)) errors.Add("ids", "Give either ids or a limit, not both.");
        if (request.Ids is { } ids && (ids.Count is 0 or > PageRequest.Most || ids.Any(id => id is null))) errors.Add("ids", $"Between 1 and {PageRequest.Most} ids.");
        if (request.Limit is < 1 or > PageRequest.Most) errors.Add("limit", $"Between 1 and {PageRequest.Most}.");
        return errors.Any
            ? (null, null, Problem.Invalid(errors.ToDictionary()))
            : (new LetterChoice(request.Ids, request.Queue, request.Limit ?? request.Ids!.Count), reason is { Length: > 0 } ? reason : null, null);
    }

    private static (long Place, string Id)? Place(string? cursor) =>
        cursor?.Split(' ') is [var place, var id] && long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? (ticks, id) : null;

    private static string NoQueueMessage { get; } = $"One of {string.Join(", ", DeadLetterQueues.All)}.";

    private static Problem NoQueue() => Problem.Invalid("queue", NoQueueMessage);

    private static partial class Log
    {
        [LoggerMessage(9020, LogLevel.Warning, "The dead letters could not be reached")]
        public static partial void Away(ILogger logger, Exception exception);
    }
}
