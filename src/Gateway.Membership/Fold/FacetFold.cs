using Gateway.Membership.Events;

namespace Gateway.Membership.Fold;

/// <summary>Folds a facet of either kind.</summary>
public static class FacetFold
{
    /// <inheritdoc cref="MemberFold.Fold"/>
    public static Facet Fold(FacetKey key, IEnumerable<MembershipEvent> events, DateTimeOffset at, TimeZoneInfo zone) => key.Kind switch
    {
        SubjectKind.Member => MemberFold.Fold(key, events, at, zone),
        SubjectKind.Team => TeamFold.Fold(key, events, at, zone),
        _ => throw new ArgumentOutOfRangeException(nameof(key), key.Kind, "A closed family has no other case."),
    };
}
