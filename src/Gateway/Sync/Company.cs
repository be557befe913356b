using Gateway.Membership.Events;
using Gateway.Membership.Snapshots;

namespace Gateway.Sync;

/// <summary>Which company to read. Nothing given: as it is now.</summary>
/// <param name="At">The instant; null: now.</param>
/// <param name="Known">The position of the log; null: its end.</param>
/// <param name="Accepted">The snapshot accepted last before, which keeps ids and e-mails steady; null: none.</param>
public sealed record CompanyQuestion(DateTimeOffset? At, long? Known, Snapshot? Accepted);

/// <summary>The company as Officevibe is to see it, from one consistent cut.</summary>
public sealed record Company
{
    public required Snapshot Snapshot { get; init; }

    public required IReadOnlyList<Issue> Issues { get; init; }

    /// <summary>The instant of the cut.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The position of the log it goes up to.</summary>
    public required long Head { get; init; }

    /// <summary>When it changes next without an event; null: never.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>The source that a member's employment, or a team, is due to.</summary>
    public IReadOnlyDictionary<(SubjectKind Kind, string Subject), string> SourceOf { get; init; } = new Dictionary<(SubjectKind, string), string>();
}

/// <summary>Reads the company: a consistent cut, resolved and assembled.</summary>
/// <exception cref="Aggregation.CutFailedException">A facet cannot be folded, so there is no whole company to read.</exception>
public delegate Task<Company> ReadCompany(CompanyQuestion question, CancellationToken cancellationToken);
