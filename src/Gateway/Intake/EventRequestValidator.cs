using FluentValidation;
using Gateway.Membership.Events;

namespace Gateway.Intake;

/// <summary>What each type of event needs, once its shape is right. A fact that cannot be used (a bad e-mail) is no error here.</summary>
public static class EventRequestValidators
{
    private static readonly Dictionary<string, IValidator<EventRequest>> ByType = new(StringComparer.Ordinal)
    {
        ["hire"] = new OfPerson(),
        ["update"] = new OfUpdate(),
        ["move"] = new OfMove(),
        ["assign"] = new OfAssignment(),
        ["unassign"] = new OfAssignment(),
        ["leave"] = new OfLeave(),
        ["absence"] = new OfAbsence(),
        ["return"] = new OfPerson(),
        ["alias"] = new OfAlias(),
        ["team"] = new OfTeam(),
        ["team-close"] = new OfTeam(),
        ["retract"] = new OfRetraction(),
    };

    /// <summary>The validator of a type that <see cref="EventJson.Types"/> has.</summary>
    public static IValidator<EventRequest> Of(string type) => ByType[type];

    private abstract class OfAny : AbstractValidator<EventRequest>
    {
        protected OfAny() => RuleFor(e => e.Id).NotNull().OverridePropertyName("id")
            .WithMessage("An event needs an id: in the body, or in one of the headers ce-id, webhook-id, Idempotency-Key.");
    }

    private class OfPerson : OfAny
    {
        public OfPerson() => RuleFor(e => e.EmployeeId).NotNull().OverridePropertyName("employeeId").WithMessage("The source's employee number is needed.");
    }

    private sealed class OfUpdate : OfPerson
    {
        public OfUpdate() => RuleFor(e => e.Member).NotNull().OverridePropertyName("member").WithMessage("An update says what changes: give member.");
    }

    private sealed class OfMove : OfPerson
    {
        public OfMove()
        {
            RuleFor(e => e).Must(e => e.From is not null || e.To is not null || e.Teams is not null).OverridePropertyName("to")
                .WithMessage("A move needs to, from or teams.");
            RuleFor(e => e).Must(e => e.Teams is null || (e.From is null && e.To is null)).OverridePropertyName("teams")
                .WithMessage("Give either teams, or from and to, not both.");
            RuleFor(e => e).Must(e => e.Teams is null || e.Role is null).OverridePropertyName("role")
                .WithMessage("With teams, each entry has its own role.");
            RuleFor(e => e).Must(e => e.Role is not AssignmentRole.Manager || e.From is not null || e.Teams is not null).OverridePropertyName("from")
                .WithMessage("Moving a manager needs from: without it every place as a manager would end.");
        }
    }

    private sealed class OfAssignment : OfPerson
    {
        public OfAssignment() => RuleFor(e => e.TeamId).NotNull().OverridePropertyName("teamId").WithMessage("The team's id is needed.");
    }

    private sealed class OfLeave : OfPerson
    {
        public OfLeave() => RuleFor(e => e).Must(e => e.LastDay is null || e.EffectiveAt is null).OverridePropertyName("lastDay")
            .WithMessage("Give either effectiveAt (the first moment away) or lastDay (the last day there), not both.");
    }

    private sealed class OfAbsence : OfPerson
    {
        public OfAbsence() => RuleFor(e => e).Must(e => e.Until is null || Start(e) is not { } start || e.Until.In(e.Zone) > start)
            .OverridePropertyName("until").WithMessage("The return must be later than the start of the absence.");

        /// <summary>Null: it starts when it arrives, which is not judged: the same event sent again later would be judged otherwise.</summary>
        private static DateTimeOffset? Start(EventRequest e) => e.EffectiveAt?.In(e.Zone) ?? e.OccurredAt;
    }

    private sealed class OfAlias : OfPerson
    {
        public OfAlias()
        {
            RuleFor(e => e.SameAsSource).NotNull().OverridePropertyName("sameAs.source").WithMessage("The source of the other number is needed.");
            RuleFor(e => e.SameAsEmployeeId).NotNull().OverridePropertyName("sameAs.employeeId").WithMessage("The other number is needed.");
        }
    }

    private sealed class OfTeam : OfAny
    {
        public OfTeam() => RuleFor(e => e.TeamId).NotNull().OverridePropertyName("teamId").WithMessage("The team's id is needed.");
    }

    private sealed class OfRetraction : OfAny
    {
        public OfRetraction()
        {
            RuleFor(e => e.EventId).NotNull().OverridePropertyName("eventId").WithMessage("The id of the event that never happened is needed.");
            RuleFor(e => e.Replaces).Null().OverridePropertyName("replaces").WithMessage("A retraction stands in for nothing; leave replaces out.");
        }
    }
}
