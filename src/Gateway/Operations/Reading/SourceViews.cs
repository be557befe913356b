using System.Text.Json;
using Gateway.EventLog.Ledger;
using Gateway.Sources.Baselines;
using Gateway.Sources.Baselines.Pulled;

namespace Gateway.Operations.Reading;

/// <summary>A source, how it is set up, and how well it tells.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Priority">1 is the highest.</param>
/// <param name="MatchBy"><c>id</c>, <c>email</c> or <c>none</c>.</param>
/// <param name="TimeZone">In which its bare dates are read.</param>
/// <param name="Owns">Fields that it decides alone.</param>
/// <param name="Retired">Taken out deliberately.</param>
/// <param name="LastSeen">When its last event came in; null: none ever did.</param>
/// <param name="SilentAfter">How long it may say nothing; null: for ever.</param>
/// <param name="SilentSince">Since when it is silent for longer than it may; null: it is not.</param>
/// <param name="LastBaseline">Null: none was applied or found no difference.</param>
/// <param name="Untold">What its baselines of the last 30 days found that its events had not told.</param>
/// <param name="Pull">How its baseline is fetched; null: it is sent, or there is none.</param>
public sealed record SourceView(
    string Name, int Priority, string MatchBy, string TimeZone, IReadOnlyList<string> Owns, bool Retired, DateTimeOffset? LastSeen, TimeSpan? SilentAfter,
    DateTimeOffset? SilentSince, BaselineLoss? LastBaseline, LossTotals Untold, PullView? Pull);

/// <summary>How a source's baseline is fetched, and what came of it.</summary>
/// <param name="Schedule">A cron expression.</param>
/// <param name="TimeZone">In which that is read.</param>
/// <param name="NextAt">When it is fetched next.</param>
/// <param name="Last">Null: it never was.</param>
public sealed record PullView(string Schedule, string TimeZone, DateTimeOffset? NextAt, PullResult? Last);

/// <summary>What one baseline found that the source's events had never told.</summary>
/// <param name="Baseline">The unit; null: it found no difference, so none was made.</param>
/// <param name="At">When it was compared.</param>
/// <param name="AsOf">The instant at which the two were compared; null where no unit was made.</param>
/// <param name="Initial">The first word of this source: everything is new, and nothing was lost.</param>
/// <param name="Reverted">It was taken back: what it found counts for nothing.</param>
/// <param name="Counts">By what was not told; null: nothing.</param>
public sealed record BaselineLoss(string? Baseline, DateTimeOffset At, DateTimeOffset? AsOf, bool Initial, bool Reverted, BaselineCounts? Counts)
{
    /// <summary>It says something of what the source did not tell.</summary>
    public bool Tells => !Initial && !Reverted;

    public static BaselineLoss Of(BaselineRow row, bool initial) => new(
        row.Id, row.AppliedAt, row.AsOf, initial, row.RevertedAt is not null, JsonSerializer.Deserialize<BaselineCounts>(row.Counts, JsonSerializerOptions.Web));
}

/// <summary>Sums over baselines, without first ones and those taken back.</summary>
/// <param name="Baselines">How many were compared.</param>
/// <param name="WithLosses">How many of them found something.</param>
/// <param name="Hires">People who had come.</param>
/// <param name="Leaves">People who had left.</param>
/// <param name="Updates">People with another value.</param>
/// <param name="Moves">People in other places.</param>
/// <param name="Teams">Teams opened, closed, renamed or moved.</param>
public sealed record LossTotals(int Baselines, int WithLosses, int Hires, int Leaves, int Updates, int Moves, int Teams)
{
    public static LossTotals Of(IEnumerable<BaselineLoss> losses)
    {
        var counted = losses.Where(l => l.Tells).ToList();
        var counts = counted.Where(l => l.Counts is not null).Select(l => l.Counts!).ToList();
        return new(
            counted.Count, counts.Count, counts.Sum(c => c.Hires), counts.Sum(c => c.Leaves), counts.Sum(c => c.Updates), counts.Sum(c => c.Moves),
            counts.Sum(c => c.TeamsOpened + c.TeamsClosed + c.TeamsRenamed + c.TeamsReparented));
    }
}

/// <summary>What a source never told, found by its baselines.</summary>
/// <param name="Source">Its name.</param>
/// <param name="From">The instant from which baselines count.</param>
/// <param name="Totals">Over all of them.</param>
/// <param name="Items">Baseline by baseline, latest first.</param>
public sealed record LossAnswer(string Source, DateTimeOffset From, LossTotals Totals, IReadOnlyList<BaselineLoss> Items);
