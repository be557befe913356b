using CsCheck;
using Gateway.Membership.Events;
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

    [Fact]
    public void What_was_written_is_read_back_and_written_the_same_again() =>
        Generators.Any.Sample(e =>
        {
            var bytes = EventCodec.Write(e);
            var read = EventCodec.Read(e.Source, bytes);
            Assert.Equal(e.GetType(), read.GetType());
            Assert.Equal(Everything(e), Everything(read));
            Assert.Equal(bytes, EventCodec.Write(read));
            Assert.Equal(EventCodec.ContentHash(e, true), EventCodec.ContentHash(read, true));
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
            Assert.Equal(same, EventCodec.ContentHash(x, false).AsSpan().SequenceEqual(EventCodec.ContentHash(y, false)));
            Assert.Equal(EventCodec.ContentHash(x, true), EventCodec.ContentHash(x with { OccurredAt = y.OccurredAt }, true));
        }, iter: 3000);
}
