using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Bus;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Intake;

namespace Gateway.Operations.DeadLetters;

/// <summary>Which letters are meant: those of <paramref name="Ids"/>, else the oldest <paramref name="Most"/> of a queue or of all.</summary>
internal sealed record LetterChoice(IReadOnlyList<string>? Ids, string? Queue, int Most)
{
    public IEnumerable<string> Queues => Queue is null ? DeadLetterQueues.All : [Queue];
}

/// <summary>What operators do with dead letters. Each takes hold of them, does its work, and lets go of what stays. Null: somebody else holds them.</summary>
internal sealed class DeadLetterStation(DeadLetterBroker broker, AmqpDoor door, EventAppender appender, LedgerWriter ledger, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    /// <summary>A page, the oldest first.</summary>
    public async Task<Page<DeadLetterView>?> ListAsync(string? queue, int limit, (long Place, string Id)? after, CancellationToken cancellationToken)
    {
        if (!broker.Exists) return new Page<DeadLetterView>([], null);
        await using var held = await broker.HoldAsync(cancellationToken);
        if (held is null) return null;
        var letters = await held.FindAsync(new LetterChoice(null, queue, limit).Queues, letter => after is not { } a || IsAfter(letter, a), limit + 1, cancellationToken);
        await held.ReturnAsync(cancellationToken);
        var now = time.GetUtcNow();
        return new Page<DeadLetterView>([.. letters.Take(limit).Select(l => l.View(now))], letters.Count > limit ? PlaceOf(letters[limit - 1]) : null);
    }

    /// <summary>Those of these ids that are there: none, or one.</summary>
    public async Task<IReadOnlyList<DeadLetterDetail>?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!broker.Exists) return [];
        await using var held = await broker.HoldAsync(cancellationToken);
        if (held is null) return null;
        var letters = await held.FindAsync(DeadLetterQueues.All, l => l.Id == id, most: 1, cancellationToken);
        await held.ReturnAsync(cancellationToken);
        return [.. letters.Select(l => new DeadLetterDetail(l.View(time.GetUtcNow()), LetterContent.Masked(l)))];
    }

    /// <summary>Judges events anew and appends them; puts other messages back on their queue. What is refused again stays where it is.</summary>
    public async Task<DeadLetterAnswer?> ReplayAsync(LetterChoice choice, bool dryRun, string? reason, string actor, CancellationToken cancellationToken)
    {
        if (!broker.Exists) return Answer(dryRun, choice, []);
        await using var held = await broker.HoldAsync(cancellationToken);
        if (held is null) return null;
        var letters = await ChosenAsync(held, choice, cancellationToken);
        var judged = letters.ToDictionary(l => l, Judge);
        var results = new List<(DeadLetter Letter, DeadLetterResult Result)>();
        foreach (var letter in letters.Where(l => judged[l] is null))
        {
            if (!dryRun) await held.PublishAsync(DeadLetterQueues.FacetsChanged, LetterProperties.ForReplay(letter), letter.Message.Body, cancellationToken);
            results.Add((letter, Result(letter, DeadLetterOutcome.PutBack)));
        }

        results.AddRange(letters.Where(l => judged[l]?.Event is null && judged[l] is not null).Select(l => (l, Result(l, DeadLetterOutcome.Refused) with { Problem = judged[l]!.Value.Problem!.Body(null) })));
        var events = letters.Where(l => judged[l]?.Event is not null).ToList();
        var appended = dryRun ? await TryAsync(events, cancellationToken) : await appender.AppendAsync([.. events.Select(EventOf)], cancellationToken);
        results.AddRange(events.Select((l, i) => (l, Result(l, EventOf(l), appended[i]))));
        if (!dryRun) foreach (var (@event, i) in events.Select((l, i) => (EventOf(l), i))) Counted.Outcome(@event.Event.Source, appended[i].Outcome);
        if (dryRun) await held.ReturnAsync(cancellationToken);
        else await DoneAsync(held, "dead_letter.replay", [.. results.Where(r => r.Result.Outcome != DeadLetterOutcome.Refused)], reason, actor, cancellationToken);
        return Answer(dryRun, choice, results);

        NewEvent EventOf(DeadLetter letter) => judged[letter]!.Value.Event!;
    }

    /// <summary>Takes letters away for good.</summary>
    public async Task<DeadLetterAnswer?> DiscardAsync(LetterChoice choice, bool dryRun, string reason, string actor, CancellationToken cancellationToken)
    {
        if (!broker.Exists) return Answer(dryRun, choice, []);
        await using var held = await broker.HoldAsync(cancellationToken);
        if (held is null) return null;
        var results = (await ChosenAsync(held, choice, cancellationToken)).Select(l => (l, Result(l, DeadLetterOutcome.Discarded))).ToList();
        if (dryRun) await held.ReturnAsync(cancellationToken);
        else await DoneAsync(held, "dead_letter.discard", results, reason, actor, cancellationToken);
        return Answer(dryRun, choice, results);
    }

    private static Task<IReadOnlyList<DeadLetter>> ChosenAsync(HeldLetters held, LetterChoice choice, CancellationToken cancellationToken)
    {
        var ids = choice.Ids?.ToHashSet(StringComparer.Ordinal);
        return held.FindAsync(choice.Queues, letter => ids?.Contains(letter.Id) ?? true, choice.Most, cancellationToken);
    }

    /// <summary>Null: no event. A missing <c>occurredAt</c> is when it first came in, not now.</summary>
    private Judged? Judge(DeadLetter letter)
    {
        if (letter.Queue != DeadLetterQueues.Events) return null;
        var now = time.GetUtcNow();
        var judged = door.JudgeAgain(letter.Message, letter.At ?? now);
        return judged with { Event = judged.Event?.TakenIn(now) };
    }

    /// <summary>What appending would come to, each by itself: it is done and taken back.</summary>
    private async Task<IReadOnlyList<Appended>> TryAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
    {
        var outcomes = new List<Appended>();
        foreach (var letter in letters)
        {
            await using var write = await ledger.BeginAsync(cancellationToken);
            try
            {
                outcomes.AddRange(write.Append([Judge(letter)!.Value.Event!]));
            }
            catch (DbException e) when (StorageFailure.NameOf(e) is null)
            {
                outcomes.Add(new Appended(AppendOutcome.Rejected, 0));
            }
        }

        return outcomes;
    }

    /// <summary>Noted first, then taken off the queue: what is gone has somebody who answers for it.</summary>
    private async Task DoneAsync(
        HeldLetters held, string action, List<(DeadLetter Letter, DeadLetterResult Result)> done, string? reason, string actor, CancellationToken cancellationToken)
    {
        if (done.Count > 0)
        {
            var now = time.GetUtcNow();
            await using var write = await ledger.BeginAsync(cancellationToken);
            write.Db.Audit.AddRange(done.Select(d => new AuditEntry
            {
                At = now, Actor = actor, Action = action, Subject = d.Letter.Id, Reason = reason, Detail = JsonSerializer.Serialize(d.Letter.View(now).Ids(d.Result.Outcome), Json),
            }));
            await write.CommitAsync(cancellationToken);
        }

        foreach (var (letter, _) in done) await held.SettleAsync(letter, cancellationToken);
        await held.ReturnAsync(cancellationToken);
    }

    private static bool IsAfter(DeadLetter letter, (long Place, string Id) after) =>
        ByAge.Place(letter).CompareTo(after.Place) is var order and not 0 ? order > 0 : string.CompareOrdinal(letter.Id, after.Id) > 0;

    private static string PlaceOf(DeadLetter letter) => Cursor.Of(string.Create(CultureInfo.InvariantCulture, $"{ByAge.Place(letter)} {letter.Id}"));

    private static DeadLetterResult Result(DeadLetter letter, DeadLetterOutcome outcome) => new(letter.Id, outcome) { Queue = letter.Queue };

    private static DeadLetterResult Result(DeadLetter letter, NewEvent @event, Appended appended)
    {
        var outcome = appended.Outcome switch
        {
            AppendOutcome.Appended => DeadLetterOutcome.Accepted,
            AppendOutcome.Duplicate => DeadLetterOutcome.Duplicate,
            _ => DeadLetterOutcome.Refused,
        };
        return Result(letter, outcome) with
        {
            Source = @event.Event.Source, EventId = @event.Event.Id,
            Sequence = outcome == DeadLetterOutcome.Refused ? null : appended.Sequence,
            Problem = AmqpIntake.ProblemOf(appended.Outcome)?.Body(traceId: null),
        };
    }

    /// <summary>In the order of the ids that were asked for, else the oldest first.</summary>
    private static DeadLetterAnswer Answer(bool dryRun, LetterChoice choice, IReadOnlyList<(DeadLetter Letter, DeadLetterResult Result)> results)
    {
        if (choice.Ids is null) return new DeadLetterAnswer(dryRun, [.. results.OrderBy(r => r.Letter, new ByAge()).Select(r => r.Result)]);
        var byId = results.ToDictionary(r => r.Letter.Id, r => r.Result, StringComparer.Ordinal);
        return new DeadLetterAnswer(dryRun, [.. choice.Ids.Distinct(StringComparer.Ordinal).Select(id => byId.GetValueOrDefault(id) ?? new DeadLetterResult(id, DeadLetterOutcome.NotFound))]);
    }
}
