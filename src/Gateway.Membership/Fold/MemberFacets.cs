using System.Collections;

namespace Gateway.Membership.Fold;

/// <summary>
/// The facets of everybody at one instant. Packed, they are kept as they are stored, compressed, and each is made anew whenever it is asked for: a large company is gone
/// through person by person and never held as a whole. For one reader at a time.
/// </summary>
/// <param name="packed">False: the facets are held as they are, and given back as the same objects.</param>
public sealed class MemberFacets(bool packed = false) : IReadOnlyList<MemberFacet>
{
    private readonly List<FacetOutline> outlines = [];
    private readonly List<MemberFacet>? held = packed ? null : [];
    private readonly CompressedTexts? bytes = packed ? new() : null;
    // Held here: the pool lasts as long as somebody holds it.
    private readonly TextPool? texts = packed ? TextPool.Current : null;

    public static MemberFacets Of(IEnumerable<MemberFacet> facets)
    {
        var all = new MemberFacets();
        foreach (var facet in facets) all.Add(facet);
        return all;
    }

    public bool IsPacked => bytes is not null;

    public int Count => outlines.Count;

    /// <summary>What is at hand of each, in their order.</summary>
    public IReadOnlyList<FacetOutline> Outlines => outlines;

    /// <summary>The whole facet. The nearer to the one asked for before, the faster.</summary>
    public MemberFacet this[int index] => held is not null ? held[index] : (MemberFacet)FacetCodec.Read(Events.SubjectKind.Member, bytes!.Read(index), texts!);

    /// <param name="facet">Any that is not here yet.</param>
    /// <param name="stored">As <see cref="FacetCodec"/> has written it, where that is at hand.</param>
    public void Add(MemberFacet facet, byte[]? stored = null)
    {
        outlines.Add(new FacetOutline(facet, outlines.Count));
        held?.Add(facet);
        bytes?.Add(stored ?? FacetCodec.Write(facet));
    }

    public IEnumerator<MemberFacet> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
