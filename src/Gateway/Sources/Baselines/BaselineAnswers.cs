using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Baselines;

namespace Gateway.Sources.Baselines;

/// <summary>The numbers of a difference.</summary>
public sealed record BaselineCounts
{
    /// <summary>The events that make the difference.</summary>
    public required int Events { get; init; }

    public required int Hires { get; init; }
    public required int Leaves { get; init; }

    /// <summary>People who stay, with another value in any field.</summary>
    public required int Updates { get; init; }

    public required int EmailsChanged { get; init; }
    public required int NamesChanged { get; init; }

    /// <summary>People who stay, in other places.</summary>
    public required int Moves { get; init; }

    public required int TeamsOpened { get; init; }
    public required int TeamsClosed { get; init; }
    public required int TeamsRenamed { get; init; }
    public required int TeamsReparented { get; init; }

    public static BaselineCounts Of(BaselineDifference d) => new()
    {
        Events = d.Events.Count,
        Hires = d.Hired.Count,
        Leaves = d.Left.Count,
        Updates = d.Updated.Count,
        EmailsChanged = d.EmailsChanged.Count,
        NamesChanged = d.NamesChanged.Count,
        Moves = d.Moved.Count,
        TeamsOpened = d.TeamsOpened.Count,
        TeamsClosed = d.TeamsClosed.Count,
        TeamsRenamed = d.TeamsRenamed.Count,
        TeamsReparented = d.TeamsReparented.Count,
    };
}

/// <summary>Why the guard wants a person's word: a rule, how many, how many may go unasked, and the first hundred ids.</summary>
public sealed record BaselineObjection(string Rule, int Number, int Limit, IReadOnlyList<string> Subjects)
{
    private const int Most = 100;

    public static IReadOnlyList<BaselineObjection> Of(IReadOnlyList<BaselineReason> reasons) =>
        [.. reasons.Select(r => new BaselineObjection(r.Rule, r.Number, r.Limit, [.. r.Subjects.Take(Most)]))];
}

/// <summary>The answer to a baseline.</summary>
public sealed record BaselineAnswer
{
    /// <summary>The unit; null: none was made.</summary>
    public required string? Id { get; init; }

    public required string Source { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public required bool DryRun { get; init; }

    /// <summary>What was read, and for CSV what was recognised.</summary>
    public required IReadOnlyList<ReadFile> Files { get; init; }

    public required BaselineCounts Counts { get; init; }

    /// <summary>Empty: it may be applied unasked. Otherwise it takes <c>confirm</c> and the scope operate.</summary>
    public required IReadOnlyList<BaselineObjection> Objections { get; init; }

    /// <summary>The hash of the difference: what <c>confirm</c> takes.</summary>
    public required string Hash { get; init; }
}

/// <summary>An applied baseline.</summary>
public sealed record BaselineItem
{
    public required string Id { get; init; }
    public required string Source { get; init; }
    public required DateTimeOffset AsOf { get; init; }
    public required DateTimeOffset AppliedAt { get; init; }
    public required string AppliedBy { get; init; }

    /// <summary>Somebody insisted on it.</summary>
    public required bool Confirmed { get; init; }

    public required BaselineCounts Counts { get; init; }

    /// <summary>Its first and last event; the numbers between them are its other events.</summary>
    public required string FirstEvent { get; init; }

    public required string LastEvent { get; init; }

    public required string Hash { get; init; }

    /// <summary>Null: it stands.</summary>
    public required DateTimeOffset? RevertedAt { get; init; }

    public required string? RevertedBy { get; init; }

    public static BaselineItem Of(BaselineRow row)
    {
        var unit = new BaselineUnit(row.Id, row.Source, row.AsOf, row.AppliedAt);
        return new BaselineItem
        {
            Id = row.Id,
            Source = row.Source,
            AsOf = row.AsOf,
            AppliedAt = row.AppliedAt,
            AppliedBy = row.AppliedBy,
            Confirmed = row.Confirmed,
            Counts = JsonSerializer.Deserialize(row.Counts, BaselineJson.Default.BaselineCounts)!,
            FirstEvent = unit.EventId(1),
            LastEvent = unit.EventId(row.Events),
            Hash = row.Hash,
            RevertedAt = row.RevertedAt,
            RevertedBy = row.RevertedBy,
        };
    }
}

/// <summary>A page of baselines, latest first.</summary>
public sealed record BaselinePage(IReadOnlyList<BaselineItem> Items, string? Next);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(BaselineAnswer))]
[JsonSerializable(typeof(BaselineItem))]
[JsonSerializable(typeof(BaselinePage))]
[JsonSerializable(typeof(BaselineCounts))]
internal sealed partial class BaselineJson : JsonSerializerContext;
