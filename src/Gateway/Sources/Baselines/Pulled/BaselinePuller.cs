using System.Globalization;
using Gateway.Aggregation;
using Gateway.EventLog;

namespace Gateway.Sources.Baselines.Pulled;

/// <summary>What came of one fetch, for whoever asked for it.</summary>
internal abstract record PullOutcome
{
    private PullOutcome() { }

    /// <summary>It was compared; stored, held or left as it was.</summary>
    public sealed record Compared(BaselineOutcome Outcome, BaselineWish Wish, IReadOnlyList<ReadFile> Files) : PullOutcome;

    /// <summary>Nothing to compare.</summary>
    public sealed record Failed(string Reason) : PullOutcome;

    /// <summary>A baseline of this source is being worked on.</summary>
    public sealed record Busy : PullOutcome;
}

/// <summary>Fetches baselines and applies them as any other: whole or not at all, under the guard. A fetch that fails changes nothing and is told.</summary>
internal sealed partial class BaselinePuller(Pulls pulls, BaselineFetch fetch, BaselineStation station, PullBook book, TimeProvider time, ILogger<BaselinePuller> logger)
{
    /// <summary>Who applied it, in the unit and the audit.</summary>
    public const string Actor = "system";

    /// <summary>Fetches what is due of a source; null: nothing is, or somebody is at it.</summary>
    public async Task<PullResult?> PullDueAsync(string source, CancellationToken cancellationToken)
    {
        var last = await book.LastAsync(source, cancellationToken);
        if (book.Next(pulls.BySource[source], last) is not { } at || at > time.GetUtcNow()) return null;
        await PullAsync(source, dryRun: false, confirm: null, Actor, cancellationToken);
        return await book.LastAsync(source, cancellationToken);
    }

    public async Task<PullOutcome> PullAsync(string source, bool dryRun, string? confirm, string actor, CancellationToken cancellationToken)
    {
        using var turn = station.TryTakeTurn(source);
        if (turn is null) return new PullOutcome.Busy();
        // What the source tells from here on may be missing in the answer, and stands.
        var asked = Micros.Cut(time.GetUtcNow());
        var pulled = await fetch.FetchAsync(pulls.BySource[source], cancellationToken) switch
        {
            Fetched.Whole whole => await ApplyAsync(new BaselineWish(source, AsOf: null, dryRun, confirm, actor) { AskedAt = asked }, whole, cancellationToken),
            Fetched.Nothing nothing => new PullOutcome.Failed(nothing.Reason),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (pulled is PullOutcome.Failed failed) Log.Failed(logger, source, failed.Reason);
        if (!dryRun) await book.NoteAsync(source, actor, Result(asked, pulled, await book.LastAsync(source, cancellationToken)), cancellationToken);
        return pulled;
    }

    private async Task<PullOutcome> ApplyAsync(BaselineWish wish, Fetched.Whole whole, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await station.ApplyAsync(wish, whole.Baseline, cancellationToken);
            if (outcome is BaselineOutcome.Held) Log.Held(logger, wish.Source);
            return new PullOutcome.Compared(outcome, wish, whole.Files);
        }
        catch (CutFailedException)
        {
            return new PullOutcome.Failed("What the source said so far cannot be folded at the moment, so there is nothing to compare with. See the status.");
        }
    }

    private static PullResult Result(DateTimeOffset at, PullOutcome pulled, PullResult? last) => pulled switch
    {
        PullOutcome.Compared { Outcome: BaselineOutcome.Applied applied } => new(at, PullBook.Applied, Baseline: applied.Id),
        PullOutcome.Compared { Outcome: BaselineOutcome.NoDifference } => new(at, PullBook.Same),
        PullOutcome.Compared { Outcome: BaselineOutcome.Held held } => new(at, PullBook.Held, Objections(held), Hash: held.Finding.Hash),
        PullOutcome.Compared => Fault(at, "The source kept on sending events while its baseline was compared.", last),
        PullOutcome.Failed failed => Fault(at, failed.Reason, last),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static PullResult Fault(DateTimeOffset at, string reason, PullResult? last) => new(at, PullBook.Failed, reason, Failures: (last?.Failures ?? 0) + 1);

    private static string Objections(BaselineOutcome.Held held) => held.Finding.Reasons.Count == 0 ? "Another difference was confirmed." : string.Join(" ", held.Finding.Reasons.Select(
        r => string.Create(CultureInfo.InvariantCulture, $"{r.Rule}: {r.Number}, at most {r.Limit} go unasked.")));

    private static partial class Log
    {
        [LoggerMessage(4103, LogLevel.Warning, "The baseline of {Source} could not be fetched; nothing is changed, and it is tried again. {Reason}")]
        public static partial void Failed(ILogger logger, string source, string reason);

        [LoggerMessage(4104, LogLevel.Warning, "The fetched baseline of {Source} is held for a person; nothing is changed")]
        public static partial void Held(ILogger logger, string source);
    }
}
