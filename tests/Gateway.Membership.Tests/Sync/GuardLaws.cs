using CsCheck;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Xunit;

namespace Gateway.Membership.Tests.Sync;

/// <summary>Whatever the company does and whenever runs are made, no sequence of unapproved ones does what one alone may not.</summary>
public class GuardLaws
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly GuardSettings Settings = new()
    {
        MembersRemoved = new(3), TeamsRemoved = new(1), EmailsChanged = new(2), LastTeamLost = new(2), ManagersGained = new(2),
        MembersChanged = new(4), MappingsChanged = new(8), IdChange = false,
    };

    private sealed record Accepted(DateTimeOffset At, Snapshot Content, SnapshotDiff Approved);

    /// <summary>What happens before a run: hours pass, one thing changes a few times, and a person would approve, or not.</summary>
    private static readonly Gen<(int Hours, (int What, int Who)[] Doings, bool Approves)[]> Story =
        Gen.Select(Gen.Int[0, 10], Gen.Select(Gen.Int[0, 7], Gen.Int[0, 29]).Array[0, 4], Gen.Int[0, 3].Select(i => i == 0)).Array[1, 25];

    [Fact]
    public void No_sequence_of_unapproved_runs_within_a_window_exceeds_a_limit() => Story.Sample(story =>
    {
        var now = Start;
        var company = Companies.Of(30, teams: 6);
        var runs = new List<Accepted> { new(now, company, SnapshotDiff.Between(Snapshot.Empty, company)) };
        var approvals = new List<Approval>();
        foreach (var (hours, doings, approves) in story)
        {
            now += TimeSpan.FromHours(hours);
            company = doings.Aggregate(company, (c, d) => Do(c, d.What, d.Who));
            if (company.Users.Count == 0 || company.Groups.Count == 0 || company.Mappings.Count == 0) return true;

            var last = runs[^1];
            var diff = SnapshotDiff.Between(last.Content, company);
            var verdict = Guard.Check(
                new() { Accepted = last.Content, Next = company, Difference = diff, ContentHash = "", Window = WindowOf(runs, now) }, Settings);
            var decision = Decision.Of(new()
            {
                Verdict = verdict, Difference = diff, ContentHash = "", Accepted = null, Now = now,
                ResendAfter = TimeSpan.FromDays(7), HoldFor = Settings.HoldFor, Approvals = approvals,
            });
            if (decision is Decision.Send send)
            {
                runs.Add(new(now, company, send.Approved));
            }
            else if (decision is Decision.Hold && approves)
            {
                approvals.Add(new("", now, Change.AllOf(diff).ToHashSet()));
                runs.Add(new(now, company, diff));
            }

            if (runs[^1] is var run && run != last && !WithinLimits(runs)) return false;
        }

        return true;
    }, iter: 1_500);

    private static GuardWindow WindowOf(List<Accepted> runs, DateTimeOffset now) =>
        GuardWindow.StartsAt([.. runs.Select(r => r.At)], now, Settings.Window) is { } start
            ? new(runs[start].Content, [.. runs.Skip(start + 1).Select(r => r.Approved)])
            : GuardWindow.Nothing;

    /// <summary>Told fact by fact, not by differences of snapshots: who was there when the window began, and by whose word that ended.</summary>
    private static bool WithinLimits(List<Accepted> runs)
    {
        var (last, before) = (runs[^1], runs[^2]);
        var first = runs.FindLastIndex(r => r.At <= last.At - Settings.Window);
        if (first < 0) first = 0;
        var window = runs[first..];

        bool Within(Func<Snapshot, HashSet<string>> facts, Limit limit, int number, int section)
        {
            var unapproved = new HashSet<string>();
            foreach (var (was, run) in window.Zip(window.Skip(1)))
            {
                var (a, b, approved) = (facts(was.Content), facts(run.Content), facts(run.Approved.ApplyTo(was.Content)));
                foreach (var fact in a.Except(b))
                {
                    // Gone because a person said so, or because nobody did.
                    if (approved.Contains(fact)) unapproved.Add(fact);
                    else unapproved.Remove(fact);
                }

                unapproved.ExceptWith(b);
            }

            unapproved.IntersectWith(facts(window[0].Content));
            var own = facts(before.Content).Except(facts(last.Content)).Intersect(unapproved).Any();
            return !own || unapproved.Count <= limit.Of(number, section);
        }

        var (users, groups) = (before.Content.Users.Count, before.Content.Groups.Count);
        return Within(s => [.. s.Users.Select(u => u.Id)], Settings.MembersRemoved, users, users)
            && Within(s => [.. s.Groups.Select(g => g.Id)], Settings.TeamsRemoved, groups, groups);
    }

    private static Snapshot Do(Snapshot c, int what, int who)
    {
        var id = Companies.Id(who);
        var team = $"T{who % 6:00}";
        return what switch
        {
            0 or 1 or 2 => c.Without(id),
            3 => c.Groups.Any(g => g.Id == team) ? c.With(Companies.User(id), team) : c,
            4 => c with { Users = [.. c.Users.Select(u => u.Id == id ? u with { Email = $"{who}.{u.Email.Length}@example.test" } : u)] },
            5 => c.WithoutTeam(team),
            6 => c.Groups.Any(g => g.Id == team) ? c : c with { Groups = [.. c.Groups.Append(new SnapshotGroup(team, "Again")).OrderBy(g => g.Id, Ordinal.Comparer)] },
            _ => c with { Users = [.. c.Users.Select(u => u.Id == id ? u with { JobTitle = u.JobTitle == "Dev" ? "Lead" : "Dev" } : u)] },
        };
    }
}
