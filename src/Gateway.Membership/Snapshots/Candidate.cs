using Gateway.Membership.Resolve;

namespace Gateway.Membership.Snapshots;

/// <summary>
/// A member in scope, on the way to being a user. Has all that is needed until then and nothing else of what the sources say, which for a large company is never held as a whole.
/// </summary>
internal sealed class Candidate
{
    private List<Issue>? ifSent;

    /// <param name="member">In scope.</param>
    /// <param name="before">The person in the last accepted snapshot; null: was not there.</param>
    public Candidate(Member member, SnapshotUser? before)
    {
        var email = member.Email;
        (Id, Before, Email) = (member.Id, before, email.Value);
        FirstHiredAt = member.FirstHiredAt ?? DateTimeOffset.MaxValue;
        // Of an address that Officevibe has for this very person nothing will have to be told.
        if (!KeepsAddress) (EmailSource, EmailEventId) = (email.Source, email.EventId);
    }

    public string Id { get; }

    public SnapshotUser? Before { get; }

    /// <summary>As resolved: may be missing or invalid.</summary>
    public string? Email { get; }

    public string? EmailSource { get; }

    public string? EmailEventId { get; }

    public DateTimeOffset FirstHiredAt { get; }

    /// <summary>The e-mail to send; null: left out.</summary>
    public string? Address { get; set; }

    /// <summary>As they would be sent with <see cref="Email"/>.</summary>
    public SnapshotUser? User { get; set; }

    public bool KeepsAddress => Before is not null && AsciiCaseInsensitive.Same(Before.Email, Email);

    /// <summary>Told only of those who are sent.</summary>
    public IReadOnlyList<Issue> IfSent => ifSent ?? [];

    public void TellIfSent(Issue issue) => (ifSent ??= new List<Issue>(1)).Add(issue);

    /// <summary>As they are sent, with the address that was settled.</summary>
    public SnapshotUser Sent() => User!.Email == Address ? User : UsersBefore.Same(Before, User with { Email = Address! });
}
