using Gateway.Membership.Snapshots;

namespace Gateway.Membership.Sync;

/// <summary>What a person says of a held run, and of which content.</summary>
/// <param name="ContentHash">The hash of the content approved.</param>
/// <param name="BaseHash">The hash of the accepted content it was compared with; null: there was none.</param>
/// <param name="FirstSync">The person knows that this is the first snapshot ever sent.</param>
public sealed record ApprovalRequest(string ContentHash, string? BaseHash, bool FirstSync);

/// <summary>A held run, and today beside it.</summary>
public sealed record HeldRun
{
    public required string ContentHash { get; init; }

    /// <summary>The accepted content it was compared with, by hash; null: none.</summary>
    public required string? BaseHash { get; init; }

    public required DateTimeOffset HeldAt { get; init; }

    public required Removed Removes { get; init; }
}

/// <summary>Whom and which teams a run takes away.</summary>
/// <param name="Members">Ids.</param>
/// <param name="Teams">Ids.</param>
public sealed record Removed(IReadOnlyList<string> Members, IReadOnlyList<string> Teams)
{
    public static Removed Nothing { get; } = new([], []);

    /// <param name="difference">From what was accepted to what is held.</param>
    public static Removed By(SnapshotDiff difference) => new([.. difference.UsersRemoved.Select(u => u.Id)], [.. difference.GroupsRemoved.Select(g => g.Id)]);

    public bool IsNothing() => Members.Count + Teams.Count == 0;
}

/// <summary>May a held run be approved now?</summary>
public abstract record ApprovalCheck
{
    private ApprovalCheck() { }

    public sealed record Ok : ApprovalCheck;

    /// <summary>The request names another content than the one that is held.</summary>
    public sealed record OtherContent : ApprovalCheck;

    /// <summary>Another content was accepted since, so what was shown is not what would happen.</summary>
    public sealed record BaseMoved : ApprovalCheck;

    /// <summary>The first snapshot ever sent wants to be named as such.</summary>
    public sealed record FirstSyncNotNamed : ApprovalCheck;

    /// <summary>It stood for longer than it may.</summary>
    public sealed record Expired : ApprovalCheck;

    /// <summary>The held bytes would take away members or teams that are part of the company today. Their ids.</summary>
    public sealed record WouldTakeAway(IReadOnlyList<string> Members, IReadOnlyList<string> Teams) : ApprovalCheck;

    /// <param name="run">The held run.</param>
    /// <param name="request">What the person says.</param>
    /// <param name="acceptedHash">The last accepted content by hash, now; null: none.</param>
    /// <param name="today">The company now. Nobody asks for it where the held run takes nothing away.</param>
    /// <param name="now">The instant of the approval.</param>
    /// <param name="holdFor">How long a hold stands.</param>
    public static ApprovalCheck Of(
        HeldRun run, ApprovalRequest request, string? acceptedHash, Snapshot today, DateTimeOffset now, TimeSpan holdFor)
    {
        if (request.ContentHash != run.ContentHash) return new OtherContent();
        if (run.BaseHash != acceptedHash || request.BaseHash != acceptedHash) return new BaseMoved();
        if (now >= run.HeldAt + holdFor) return new Expired();
        if (acceptedHash is null && !request.FirstSync) return new FirstSyncNotNamed();

        if (run.Removes.IsNothing()) return new Ok();
        var members = run.Removes.Members.Intersect(today.Users.Select(u => u.Id)).ToList();
        var teams = run.Removes.Teams.Intersect(today.Groups.Select(g => g.Id)).ToList();
        return members.Count + teams.Count > 0 ? new WouldTakeAway(members, teams) : new Ok();
    }
}
