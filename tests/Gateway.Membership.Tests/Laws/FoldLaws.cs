using CsCheck;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Xunit;

namespace Gateway.Membership.Tests.Laws;

/// <summary>What holds for the fold of every facet.</summary>
public sealed class FoldLaws
{
    private const int Cases = 2500;
    private static readonly FacetKey E1 = new(SubjectKind.Member, "hris", "E1");
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    private static MemberFacet Fold(IEnumerable<MembershipEvent> events, DateTimeOffset at) => MemberFold.Fold(E1, events, at, Paris);

    private static string Text(MembershipEvent[] events) => string.Join('\n', events.Select(e => System.Text.Encoding.UTF8.GetString(EventCodec.Write(e))));

    [Fact]
    public void Folding_twice_in_any_order_and_with_any_repetition_changes_nothing() =>
        Gen.Select(Generators.Facets, Generators.Moments, Gen.Int).Sample(
            (events, at, seed) => Assert.Equal(Pipeline.Text(Fold(events, at)), Pipeline.Text(Fold(Generators.Shuffle(events, seed), at))), iter: Cases);

    [Fact]
    public void Time_only_moves_what_is_due() =>
        Gen.Select(Generators.Logs, Generators.Moments, Gen.Double.Unit).Sample((events, at, part) =>
        {
            var rules = Pipeline.Rules([.. Generators.SourceNames.Select(s => Pipeline.Source(s, zone: "Europe/Paris"))]);
            foreach (var facet in Pipeline.Fold(events, rules, at))
            {
                var key = facet is MemberFacet m ? new FacetKey(SubjectKind.Member, m.Source, m.EmployeeId) : new FacetKey(SubjectKind.Team, facet.Source, ((TeamFacet)facet).TeamId);
                Facet FoldAt(DateTimeOffset instant) => FacetFold.Fold(key, events, instant, Paris);
                var due = facet.NextDue ?? at.AddYears(1);
                Assert.True(due > at);
                Assert.Equal(Pipeline.Text(facet), Pipeline.Text(FoldAt(at + ((due - at) * (part * 0.999)))));
                Assert.Equal(Pipeline.Text(facet), Pipeline.Text(FoldAt(due.AddMicroseconds(-1))));
                Assert.NotEqual(facet.NextDue is null, Pipeline.Text(facet) != Pipeline.Text(FoldAt(due)));
            }
        }, iter: 1000);

    [Fact]
    public void The_last_word_on_an_end_wins() =>
        Gen.Select(Gen.Select(Generators.Instants, Generators.Instants).Array[1, 6], Generators.Moments).Sample((ends, at) =>
        {
            var hire = new From().Hire("h", "2025-01-01");
            var leaves = ends.Select((end, i) => new Leave
            {
                Source = "hris", Id = $"l{i}", EmployeeId = "E1", OccurredAt = end.Item1, EffectiveAt = new EffectiveDate.Instant(end.Item2),
            }).ToArray();
            var last = ends.Select((end, i) => (end, i)).OrderBy(x => x.end.Item1).ThenBy(x => $"l{x.i}").Last();
            var facet = Fold([.. leaves, hire], at);
            Assert.Equal(at < last.end.Item2, facet.Employed);
            Assert.Equal(leaves.Length - 1, facet.Outcomes.Count(o => o.State == EventState.Superseded && o.By == $"l{last.i}"));
        }, iter: Cases);

    [Fact]
    public void The_last_word_on_a_start_wins() =>
        Gen.Select(Gen.Select(Gen.Int[-40, -1], Generators.Instants).Array[1, 6], Generators.Moments).Sample((starts, at) =>
        {
            // All are recorded before any of them is effective.
            var hires = starts.Select((start, i) => new Hire
            {
                Source = "hris", Id = $"h{i}", EmployeeId = "E1", OccurredAt = Generators.Epoch.AddHours(start.Item1), EffectiveAt = new EffectiveDate.Instant(start.Item2),
            }).ToArray();
            var last = starts.Select((start, i) => (start, i)).OrderBy(x => x.start.Item1).ThenBy(x => $"h{x.i}").Last();
            Assert.Equal(at >= last.start.Item2, Fold(hires, at).Employed);
        }, iter: Cases);

    [Fact]
    public void The_fold_says_what_a_word_for_word_reading_of_the_specification_says() =>
        Gen.Select(Generators.Facets, Generators.Moments).Sample((events, at) =>
        {
            var (facet, plain) = (Fold(events, at), PlainReading.Of(events, at, Paris));
            Assert.Equal(plain.Applied, Applied(events, facet));
            Assert.Equal((plain.Employed, plain.Absent, plain.JobTitle), (facet.Employed, facet.Absent, facet.JobTitle?.Value));
            Assert.Equal(plain.Assignments, facet.Assignments.Select(a => $"{a.TeamId} {a.Role}"));
        }, iter: 4000, print: x => $"at {x.Item2:O}\n{Text(x.Item1)}");

    /// <summary>The ids of those that neither were taken away nor superseded nor are still to come.</summary>
    private static IEnumerable<string> Applied(MembershipEvent[] events, MemberFacet facet)
    {
        var not = facet.Outcomes.Where(o => o.State != EventState.Applied).Select(o => o.EventId).ToHashSet();
        return events.OfType<MemberEvent>().Select(e => e.Id).Where(id => !not.Contains(id)).Order(Ordinal.Comparer);
    }
}
