using Gateway.Membership.Events;

namespace Gateway.Membership.Baselines;

/// <summary>The events that turn what a source said into what its baseline says, and what they come to. Ids are ordered (ordinal).</summary>
public sealed record BaselineDifference
{
    public required IReadOnlyList<MembershipEvent> Events { get; init; }

    /// <summary>Employed before.</summary>
    public required IReadOnlySet<string> Employed { get; init; }

    /// <summary>How many teams existed before.</summary>
    public required int Teams { get; init; }

    /// <summary>Employed now and not before.</summary>
    public required IReadOnlyList<string> Hired { get; init; }

    /// <summary>Employed before and not now.</summary>
    public required IReadOnlyList<string> Left { get; init; }

    /// <summary>Employed before and now, with another value in any field.</summary>
    public required IReadOnlyList<string> Updated { get; init; }

    /// <summary>Of <see cref="Updated"/>, those with another e-mail, or none any more; an e-mail where there was none does not count.</summary>
    public required IReadOnlyList<string> EmailsChanged { get; init; }

    /// <summary>Of <see cref="Updated"/>, those with another first or last name; a name where there was none does not count.</summary>
    public required IReadOnlyList<string> NamesChanged { get; init; }

    /// <summary>Employed before and now, with other places.</summary>
    public required IReadOnlyList<string> Moved { get; init; }

    /// <summary>Exist now and did not before.</summary>
    public required IReadOnlyList<string> TeamsOpened { get; init; }

    /// <summary>Existed before and do not now.</summary>
    public required IReadOnlyList<string> TeamsClosed { get; init; }

    /// <summary>Existed before and now, with another name.</summary>
    public required IReadOnlyList<string> TeamsRenamed { get; init; }

    /// <summary>Existed before and now, with another parent.</summary>
    public required IReadOnlyList<string> TeamsReparented { get; init; }
}
