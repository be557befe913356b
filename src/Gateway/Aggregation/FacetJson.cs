using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;

namespace Gateway.Aggregation;

/// <summary>A folded facet as the projection keeps it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(MemberFacet))]
[JsonSerializable(typeof(TeamFacet))]
public sealed partial class FacetJson : JsonSerializerContext
{
    public static byte[] Write(Facet facet) => facet switch
    {
        MemberFacet m => JsonSerializer.SerializeToUtf8Bytes(m, Default.MemberFacet),
        TeamFacet t => JsonSerializer.SerializeToUtf8Bytes(t, Default.TeamFacet),
        _ => throw new InvalidOperationException("A closed family has no other case."),
    };

    public static Facet Read(SubjectKind kind, ReadOnlySpan<byte> json) => kind == SubjectKind.Member
        ? JsonSerializer.Deserialize(json, Default.MemberFacet)!
        : JsonSerializer.Deserialize(json, Default.TeamFacet)!;
}
