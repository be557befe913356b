using Gateway.Membership.Events;

namespace Gateway.Membership.Fold;

/// <summary>A person as one source has them while its events are applied, in order. Indexes are those of the steps.</summary>
internal sealed class MemberState
{
    private readonly Dictionary<string, Said> attributes = [];
    private readonly List<string> emails = [];
    private readonly List<AliasLink> aliases = [];
    private List<FacetAssignment> assignments = [];
    private Said? email, firstName, lastName, jobTitle, imageUrl, language;
    private bool stated, everHired, employed, teamsStated, absent;
    private DateTimeOffset? firstHiredAt, lastHiredAt, absentUntil;
    private int? employedBy, absentBy;

    public void Apply(in Step<MemberEvent> step, int index, TimeZoneInfo zone)
    {
        stated = true;
        switch (step.Event)
        {
            case Hire hire:
                if (!employed) lastHiredAt = step.At;
                firstHiredAt ??= step.At;
                if (hire.Teams is not null) Become(hire.Teams, index);
                else if (!employed) assignments.Clear();
                (everHired, employed, employedBy) = (true, true, index);
                EndAbsence(step.At, index);
                Give(hire.Member, index);
                break;
            case Leave:
                (employed, employedBy) = (false, index);
                assignments.Clear();
                EndAbsence(step.At, index);
                break;
            case Update update:
                Give(update.Member, index);
                break;
            case Move { Teams: { } teams }:
                Become(teams, index);
                break;
            case Move move:
                teamsStated = true;
                assignments.RemoveAll(a => a.Role == move.Role && (move.From is null || a.TeamId == move.From));
                if (move.To is { } to) Begin(to, move.Role, index);
                break;
            case Assign assign:
                teamsStated = true;
                Begin(assign.TeamId, assign.Role, index);
                break;
            case Unassign unassign:
                teamsStated = true;
                End(unassign.TeamId, unassign.Role);
                break;
            case Absence absence:
                (absent, absentUntil, absentBy) = (true, absence.Until?.In(zone), index);
                break;
            case Return:
                EndAbsence(step.At, index);
                break;
            case Alias alias:
                if (alias.SameAsSource == alias.Source && alias.SameAsEmployeeId == alias.EmployeeId) break;
                if (!aliases.Exists(a => a.Source == alias.SameAsSource && a.EmployeeId == alias.SameAsEmployeeId))
                    aliases.Add(new AliasLink(alias.SameAsSource, alias.SameAsEmployeeId, index));
                break;
        }
    }

    /// <summary>When the absence in force ends by itself after the instant; null: it does not.</summary>
    public DateTimeOffset? AbsenceEnds(DateTimeOffset after) => absent && absentUntil > after ? absentUntil : null;

    public MemberFacet ToFacet(FacetKey key, DateTimeOffset at, List<Step<MemberEvent>> steps, DateTimeOffset? nextDue, List<EventOutcome> outcomes)
    {
        var by = new References<MemberEvent>(steps);
        foreach (var said in (ReadOnlySpan<Said?>)[email, firstName, lastName, jobTitle, imageUrl, language]) by.Use(said?.By);
        foreach (var said in attributes.Values) by.Use(said.By);
        foreach (var assignment in assignments) by.Use(assignment.By);
        foreach (var alias in aliases) by.Use(alias.By);
        by.Use(employedBy);
        by.Use(absentBy);
        var refs = by.Number();

        return new MemberFacet
        {
            Source = key.Source,
            EmployeeId = key.Subject,
            By = refs,
            NextDue = nextDue,
            Outcomes = Exactly(outcomes),
            Stated = stated,
            EverHired = everHired,
            Employed = employed,
            Absent = absent && !(absentUntil <= at),
            FirstHiredAt = firstHiredAt,
            LastHiredAt = lastHiredAt,
            EmployedBy = by[employedBy],
            AbsentBy = by[absentBy],
            Email = by[email],
            FirstName = by[firstName],
            LastName = by[lastName],
            JobTitle = by[jobTitle],
            ImageUrl = by[imageUrl],
            Language = by[language],
            Attributes = ToAttributes(by),
            TeamsStated = teamsStated,
            Assignments = ToAssignments(by),
            Emails = Exactly(emails),
            Aliases = Exactly(aliases.ConvertAll(a => a with { By = by[a.By] })),
        };
    }

    private void Give(ProfilePatch patch, int index)
    {
        Give(ref email, patch.Email, index);
        Give(ref firstName, patch.FirstName, index);
        Give(ref lastName, patch.LastName, index);
        Give(ref jobTitle, patch.JobTitle, index);
        Give(ref imageUrl, patch.ImageUrl, index);
        Give(ref language, patch.Language, index);
        foreach (var (name, value) in patch.Attributes) attributes[name] = new Said(value, index);
        if (patch.Email is { Given: true, Value: { } address } && !emails.Contains(address)) emails.Add(address);
    }

    private static void Give(ref Said? field, Patch patch, int index)
    {
        if (patch.Given) field = new Said(patch.Value, index);
    }

    private void Become(IReadOnlyList<Assignment> teams, int index)
    {
        teamsStated = true;
        var exactly = new HashSet<Assignment>(teams);
        assignments = new List<FacetAssignment>(exactly.Count);
        foreach (var (teamId, role) in exactly) assignments.Add(new FacetAssignment(teamId, role, index));
    }

    private void Begin(string teamId, AssignmentRole role, int index)
    {
        End(teamId, role);
        assignments.Add(new FacetAssignment(teamId, role, index));
    }

    private void End(string teamId, AssignmentRole role) => assignments.RemoveAll(a => a.Role == role && a.TeamId == teamId);

    private void EndAbsence(DateTimeOffset at, int index)
    {
        // One that was over by then was ended by its own date, not by this event.
        if (absent && !(absentUntil <= at)) absentBy = index;
        (absent, absentUntil) = (false, null);
    }

    private Dictionary<string, Said>? ToAttributes(References<MemberEvent> by)
    {
        if (attributes.Count == 0) return null;
        var names = new List<string>(attributes.Keys);
        names.Sort(Ordinal.Comparer);
        var ordered = new Dictionary<string, Said>(names.Count);
        foreach (var name in names) ordered.Add(name, attributes[name] with { By = by[attributes[name].By] });
        return ordered;
    }

    private FacetAssignment[] ToAssignments(References<MemberEvent> by)
    {
        var ordered = assignments.ConvertAll(a => a with { By = by[a.By] });
        ordered.Sort((x, y) => Ordinal.Compare(x.TeamId, y.TeamId) is var order && order != 0 ? order : x.Role.CompareTo(y.Role));
        return Exactly(ordered);
    }

    /// <summary>Facets are kept by the hundred thousand: no spare room.</summary>
    private static T[] Exactly<T>(List<T> list) => list.Count == 0 ? [] : list.ToArray();
}
