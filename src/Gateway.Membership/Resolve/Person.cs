using Gateway.Membership.Fold;

namespace Gateway.Membership.Resolve;

/// <summary>Who a set of joined numbers is. What is said of them is found in the facets.</summary>
/// <param name="Id">See <see cref="Member.Id"/>.</param>
/// <param name="IdRule">See <see cref="Member.IdRule"/>.</param>
/// <param name="Identity">See <see cref="Member.Identity"/>.</param>
/// <param name="OtherIds">See <see cref="Member.OtherIds"/>.</param>
/// <param name="First">Where the first facet is.</param>
/// <param name="More">Where the others are, in their order: most have none.</param>
internal readonly record struct Person(string Id, string IdRule, Identity Identity, IReadOnlyList<string> OtherIds, int First, int[] More);

/// <summary>Everybody, each made of their facets when asked for: anew every time, so that whoever lets one go before the next holds one.</summary>
internal sealed class MembersInTurn(IReadOnlyList<Person> people, MemberFacets facets, Precedence precedence) : IReadOnlyList<Member>
{
    public int Count => people.Count;

    public Member this[int index]
    {
        get
        {
            var person = people[index];
            var own = new MemberFacet[1 + person.More.Length];
            own[0] = facets[person.First];
            for (var i = 0; i < person.More.Length; i++) own[i + 1] = facets[person.More[i]];
            return new Member(precedence, own, person);
        }
    }

    public IEnumerator<Member> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}
