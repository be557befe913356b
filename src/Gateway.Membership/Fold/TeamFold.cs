using Gateway.Membership.Events;

namespace Gateway.Membership.Fold;

/// <summary>The events of one team from one source, folded into what that source says of it at an instant.</summary>
public static class TeamFold
{
    /// <inheritdoc cref="MemberFold.Fold"/>
    public static TeamFacet Fold(FacetKey key, IEnumerable<MembershipEvent> events, DateTimeOffset at, TimeZoneInfo zone)
    {
        var outcomes = new List<EventOutcome>();
        var steps = Standing.Of<TeamEvent>(key, events, zone, outcomes).ConvertAll(e => new Step<TeamEvent>(e, e.EffectiveIn(zone)));
        steps.Sort(Step<TeamEvent>.Compare);

        var (exists, existsBy, name, parent) = (false, default(int?), default(Said?), default(Said?));
        var due = Due.Apply(steps, at, outcomes, (step, index) =>
        {
            (exists, existsBy) = (step.Event is TeamDefined, index);
            if (step.Event is not TeamDefined team) return;
            if (team.Name is not null) name = new Said(team.Name, index);
            if (team.ParentId.Given && (parent is null || parent.Value.Value != team.ParentId.Value)) parent = new Said(team.ParentId.Value, index);
        });

        var by = new References<TeamEvent>(steps);
        by.Use(existsBy);
        by.Use(name?.By);
        by.Use(parent?.By);
        var refs = by.Number();
        outcomes.Sort((x, y) => Ordinal.Compare(x.EventId, y.EventId));
        return new TeamFacet
        {
            Source = key.Source,
            TeamId = key.Subject,
            By = refs,
            NextDue = due,
            Outcomes = outcomes,
            Named = existsBy is not null,
            Exists = exists,
            ExistsBy = by[existsBy],
            Name = by[name],
            ParentId = by[parent],
        };
    }
}
