using CsCheck;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Xunit;

namespace Gateway.Membership.Tests.Laws;

public sealed class CodecLaws
{
    private static string Everything(MembershipEvent e) => System.Text.Json.JsonSerializer.Serialize<object>(e switch
    {
        Hire hire => hire with { Member = Ordered(hire.Member) },
        Update update => update with { Member = Ordered(update.Member) },
        _ => e,
    }) + e.EffectiveAt + (e as Absence)?.Until; // the serialiser sees nothing of what a date is

    private static ProfilePatch Ordered(ProfilePatch profile) => profile with { Attributes = new SortedDictionary<string, string?>(profile.Attributes.ToDictionary(), Ordinal.Comparer) };

    private static byte[] Hash(MembershipEvent e, bool occurredAtSupplied) => EventCodec.WriteWithHash(e, occurredAtSupplied).ContentHash;

    [Fact]
    public void A_folded_facet_is_read_back_as_it_was() =>
        Gen.Select(Generators.Logs, Generators.Moments).Sample((events, at) =>
        {
            var rules = Pipeline.Rules([.. Generators.SourceNames.Select(s => Pipeline.Source(s, zone: "Europe/Paris"))]);
            foreach (var facet in Pipeline.Fold(events, rules, at))
            {
                var bytes = FacetCodec.Write(facet);
                var read = FacetCodec.Read(facet is MemberFacet ? SubjectKind.Member : SubjectKind.Team, bytes);
                Assert.Equal(Pipeline.Text(facet), Pipeline.Text(read));
                Assert.Equal(bytes, FacetCodec.Write(read));
            }
        }, iter: 1500);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"s":"hris","e":"E1","f":1,"new":1}""")]
    [InlineData("""{"s":"hris","e":"E1","f":"1"}""")]
    [InlineData("""{"s":"hris","e":"E1","f":1,"p0":["x"]}""")]
    [InlineData("""{"s":"hris","e":"E1","f":1""")]
    public void What_another_version_wrote_is_refused_and_not_guessed_at(string stored) =>
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => FacetCodec.Read(SubjectKind.Member, System.Text.Encoding.UTF8.GetBytes(stored)));

    [Fact]
    public void What_was_written_is_read_back_and_written_the_same_again() =>
        Generators.Any.Sample(e =>
        {
            var bytes = EventCodec.Write(e);
            var read = EventCodec.Read(e.Source, bytes);
            Assert.Equal(e.GetType(), read.GetType());
            Assert.Equal(Everything(e), Everything(read));
            Assert.Equal(bytes, EventCodec.Write(read));
            Assert.Equal(Hash(e, true), Hash(read, true));
        }, iter: 4000);

    [Fact]
    public void Every_string_survives() =>
        Gen.String.Where(s => s.Length > 0 && !s.Any(char.IsSurrogate)).Sample(text =>
        {
            var e = new From().Update(text, "2026-01-01", new ProfilePatch { FirstName = text, Attributes = new Dictionary<string, string?> { [text] = text } });
            var read = Assert.IsType<Update>(EventCodec.Read("hris", EventCodec.Write(e)));
            Assert.Equal((text, text, text), (read.Id, read.Member.FirstName.Value, read.Member.Attributes[text]));
        }, iter: 3000);

    [Fact]
    public void The_same_content_has_the_same_hash_and_other_content_another() =>
        Gen.Select(Generators.Any, Generators.Any).Sample((x, y) =>
        {
            var same = x.Source == y.Source && EventCodec.Write(x).AsSpan().SequenceEqual(EventCodec.Write(y));
            Assert.Equal(same, Hash(x, false).AsSpan().SequenceEqual(Hash(y, false)));
            Assert.Equal(Hash(x, true), Hash(x with { OccurredAt = y.OccurredAt }, true));
        }, iter: 3000);
}
