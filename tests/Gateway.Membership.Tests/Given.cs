using System.Globalization;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;

namespace Gateway.Membership.Tests;

/// <summary>Short ways to say what sources sent. Instants as <c>2026-03-02</c> (midnight UTC) or RFC 3339.</summary>
internal static class Given
{
    public static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static EffectiveDate Day(string text) => new EffectiveDate.Day(Date(text));

    public static EffectiveDate LastDay(string text) => new EffectiveDate.LastDay(Date(text));

    public static EffectiveDate Instant(string text) => new EffectiveDate.Instant(At(text));

    public static Assignment In(string team) => new(team, AssignmentRole.Member);

    public static Assignment Managing(string team) => new(team, AssignmentRole.Manager);

    public static MemberFacet Member(IEnumerable<MembershipEvent> events, string at, TimeZoneInfo? zone = null, string source = "hris", string subject = "E1") =>
        MemberFold.Fold(new FacetKey(SubjectKind.Member, source, subject), events, At(at), zone ?? TimeZoneInfo.Utc);

    public static TeamFacet Team(IEnumerable<MembershipEvent> events, string at, string source = "hris", string subject = "T1") =>
        TeamFold.Fold(new FacetKey(SubjectKind.Team, source, subject), events, At(at), TimeZoneInfo.Utc);
}

/// <summary>One source that says things of one person, <c>E1</c> unless told otherwise.</summary>
internal sealed class From(string source = "hris", string number = "E1")
{
    public Hire Hire(string id, string recorded, EffectiveDate? effective = null, IReadOnlyList<Assignment>? teams = null, ProfilePatch? member = null) =>
        new()
        {
            Source = source, Id = id, EmployeeId = number, OccurredAt = Given.At(recorded), EffectiveAt = effective, Teams = teams,
            Member = member ?? ProfilePatch.Nothing,
        };

    public Update Update(string id, string recorded, ProfilePatch member, EffectiveDate? effective = null) =>
        new() { Source = source, Id = id, EmployeeId = number, OccurredAt = Given.At(recorded), EffectiveAt = effective, Member = member };

    public Update Title(string id, string recorded, string? title, EffectiveDate? effective = null) =>
        Update(id, recorded, new ProfilePatch { JobTitle = Patch.To(title) }, effective);

    public Move Move(string id, string recorded, string? to = null, string? from = null, EffectiveDate? effective = null, AssignmentRole role = default,
        IReadOnlyList<Assignment>? teams = null) =>
        new()
        {
            Source = source, Id = id, EmployeeId = number, OccurredAt = Given.At(recorded), EffectiveAt = effective, To = to, From = from, Role = role,
            Teams = teams,
        };

    public Assign Assign(string id, string recorded, string team, EffectiveDate? effective = null, AssignmentRole role = default) =>
        new() { Source = source, Id = id, EmployeeId = number, OccurredAt = Given.At(recorded), EffectiveAt = effective, TeamId = team, Role = role };

    public Unassign Unassign(string id, string recorded, string team, EffectiveDate? effective = null, AssignmentRole role = default) =>
        new() { Source = source, Id = id, EmployeeId = number, OccurredAt = Given.At(recorded), EffectiveAt = effective, TeamId = team, Role = role };

    public Leave Leave(string id, string recorded, EffectiveDate? effective = null) =>
        new() { Source = source, Id = id, EmployeeId = number, OccurredAt = Given.At(recorded), EffectiveAt = effective };

    public Absence Absence(string id, string recorded, EffectiveDate? effective = null, EffectiveDate? until = null) =>
        new() { Source = source, Id = id, EmployeeId = number, OccurredAt = Given.At(recorded), EffectiveAt = effective, Until = until };

    public Return Return(string id, string recorded, EffectiveDate? effective = null) =>
        new() { Source = source, Id = id, EmployeeId = number, OccurredAt = Given.At(recorded), EffectiveAt = effective };

    public Alias Alias(string id, string recorded, string otherSource, string otherNumber, EffectiveDate? effective = null) =>
        new()
        {
            Source = source, Id = id, EmployeeId = number, OccurredAt = Given.At(recorded), EffectiveAt = effective, SameAsSource = otherSource,
            SameAsEmployeeId = otherNumber,
        };

    public Retract Retract(string id, string recorded, string eventId) =>
        new() { Source = source, Id = id, OccurredAt = Given.At(recorded), EventId = eventId };

    public TeamDefined Team(string id, string recorded, string team, string? name = null, Patch parent = default, EffectiveDate? effective = null) =>
        new() { Source = source, Id = id, TeamId = team, OccurredAt = Given.At(recorded), EffectiveAt = effective, Name = name, ParentId = parent };

    public TeamClosed Close(string id, string recorded, string team, EffectiveDate? effective = null) =>
        new() { Source = source, Id = id, TeamId = team, OccurredAt = Given.At(recorded), EffectiveAt = effective };
}
