using Gateway.Membership.Events;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;

namespace Gateway.Operations.Reading;

/// <summary>A number that a source has for a person.</summary>
public sealed record NumberView(string Source, string EmployeeId);

/// <summary>A place in a team; the role is <c>member</c> or <c>manager</c>.</summary>
public sealed record AssignmentView(string TeamId, string Role);

/// <summary>Something that keeps a subject, or a row of it, out of the snapshot, or that deserves a look.</summary>
/// <param name="Code">Stable, such as <c>member.email_missing</c>.</param>
/// <param name="Kind"><c>member</c> or <c>team</c>.</param>
/// <param name="Subject">The id of the person or team.</param>
/// <param name="LeftOut">It keeps the subject (or, with a team, that row) out.</param>
/// <param name="Message">What is the matter and what to do.</param>
/// <param name="Source">Whose word caused it.</param>
/// <param name="EventId">The event behind it.</param>
/// <param name="TeamId">The other team, for an assignment or a parent.</param>
/// <param name="Attribute">For an attribute, its name.</param>
public sealed record IssueView(string Code, string Kind, string Subject, bool LeftOut, string Message, string? Source, string? EventId, string? TeamId, string? Attribute)
{
    public static IssueView Of(Issue i) =>
        new(i.Code, i.Kind == SubjectKind.Member ? "member" : "team", i.Subject, i.LeftOut, i.Message, i.Source, i.EventId, i.TeamId, i.Attribute);
}

/// <summary>A person across all sources.</summary>
public sealed record MemberView
{
    /// <summary>As on the wire; <c>source:number</c> for a person who makes no user.</summary>
    public required string Id { get; init; }

    public required bool Employed { get; init; }

    public required bool Absent { get; init; }

    public string? Email { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public string? JobTitle { get; init; }
    public string? ImageUrl { get; init; }
    public string? Language { get; init; }

    /// <summary>Those with a value, by name.</summary>
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    public required IReadOnlyList<AssignmentView> Assignments { get; init; }

    public DateTimeOffset? FirstHiredAt { get; init; }

    /// <summary>The person is in the snapshot.</summary>
    public required bool InSnapshot { get; init; }

    public required IReadOnlyList<NumberView> Numbers { get; init; }

    /// <summary>Why the person is not in it, or what deserves a look.</summary>
    public required IReadOnlyList<IssueView> Issues { get; init; }

    public static MemberView Of(Member m, CompanyIndex company) => new()
    {
        Id = m.Id,
        Employed = m.Employed,
        Absent = m.Absent,
        Email = m.Email.Value,
        FirstName = m.FirstName.Value,
        LastName = m.LastName.Value,
        JobTitle = m.JobTitle.Value,
        ImageUrl = m.ImageUrl.Value,
        Language = m.Language.Value,
        Attributes = m.Attributes.Where(a => a.Value.Value is not null).ToDictionary(a => a.Key, a => a.Value.Value!, StringComparer.Ordinal),
        Assignments = [.. m.Assignments.Select(a => new AssignmentView(a.TeamId, RoleOf(a.Role)))],
        FirstHiredAt = m.FirstHiredAt,
        InSnapshot = company.UserOf(m) is not null,
        Numbers = [.. m.Facets.Select(f => new NumberView(f.Source, f.EmployeeId))],
        Issues = [.. company.IssuesOf(SubjectKind.Member, m.Id).Select(IssueView.Of)],
    };

    public static string RoleOf(AssignmentRole role) => role == AssignmentRole.Manager ? "manager" : "member";
}

/// <summary>One person, with the instant and the position that it is read at.</summary>
/// <param name="At">The instant.</param>
/// <param name="Known">The position of the log; pass it as <c>known</c> to see the same again.</param>
/// <param name="Member">The person.</param>
/// <param name="Exclusion">An operator's word that keeps the person out now; null: none.</param>
public sealed record MemberAnswer(DateTimeOffset At, long Known, MemberView Member, ExclusionView? Exclusion);

/// <summary>An operator's word that keeps a person out of Officevibe.</summary>
/// <param name="Member">The id it is about.</param>
/// <param name="Reason">Why.</param>
/// <param name="From">Since when.</param>
/// <param name="Until">It ends by itself then; null: when it is taken back.</param>
/// <param name="By">Who said so.</param>
/// <param name="KnownMember">Somebody of this id is there; false: it counts as soon as somebody is.</param>
public sealed record ExclusionView(string Member, string Reason, DateTimeOffset From, DateTimeOffset? Until, string By, bool KnownMember);
