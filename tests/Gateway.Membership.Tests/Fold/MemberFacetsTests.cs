using CsCheck;
using Gateway.Membership.Fold;
using Xunit;

namespace Gateway.Membership.Tests.Fold;

public sealed class MemberFacetsTests
{
    private static readonly Gen<string> Names = Gen.Frequency((20, Gen.Int[0, 5_000].Select(n => $"Person number {n}")), (2, Gen.String[0, 300]), (1, Gen.Int[0, 70_000].Select(n => new string('x', n))));

    [Fact]
    public void Packed_each_is_found_again_in_any_order() =>
        Gen.Select(Names.List[0, 400], Gen.Int[0, int.MaxValue].Array[0, 200]).Sample((names, wishes) =>
        {
            var packed = new MemberFacets(packed: true);
            foreach (var name in names) packed.Add(Facet(packed.Count, name));

            Assert.Equal(names, packed.Select(f => f.FirstName!.Value.Value));
            foreach (var wish in wishes.Where(_ => names.Count > 0).Select(w => w % names.Count))
            {
                Assert.Equal((wish, $"E{wish}"), (packed.Outlines[wish].Index, packed.Outlines[wish].EmployeeId));
                Assert.Equal(Pipeline.Text(Facet(wish, names[wish])), Pipeline.Text(packed[wish]));
            }
        }, iter: 200);

    private static MemberFacet Facet(int number, string name) => new() { Source = "hris", EmployeeId = $"E{number}", FirstName = new Said(name, 0), By = [new EventRef("e", Given.At("2026-03-02"), Given.At("2026-03-01"))] };
}
