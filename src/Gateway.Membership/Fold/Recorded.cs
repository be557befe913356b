using Gateway.Membership.Events;

namespace Gateway.Membership.Fold;

/// <summary>The order in which a source recorded its events: <c>occurredAt</c>, then <c>id</c> (ordinal).</summary>
internal static class Recorded
{
    public static int Compare(MembershipEvent x, MembershipEvent y)
    {
        var byTime = x.OccurredAt.CompareTo(y.OccurredAt);
        return byTime != 0 ? byTime : Ordinal.Compare(x.Id, y.Id);
    }

    public static bool IsAfter(this MembershipEvent later, MembershipEvent earlier) => Compare(later, earlier) > 0;

    public static T Last<T>(T? x, T y) where T : MembershipEvent => x is null || y.IsAfter(x) ? y : x;
}
