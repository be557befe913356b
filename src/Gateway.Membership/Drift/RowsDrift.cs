using Gateway.Membership.Adoption;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;

namespace Gateway.Membership.Drift;

/// <summary>Who is in which team: by the names of teams that both sides have, since a team that only one has is reported itself.</summary>
internal sealed record RowsDrift(IReadOnlyList<DriftRow> Missing, IReadOnlyList<DriftRow> More, IReadOnlyList<DriftRow> RolesLost, bool Told)
{
    public const string Member = "member";
    public const string Manager = "manager";

    public static RowsDrift Of(Snapshot accepted, Dictionary<string, AccountPerson> there, IReadOnlyList<AccountTeam> teams)
    {
        var names = accepted.Groups.ToDictionary(g => g.Id, g => ReadingBack.LastOfPath(g.Name));
        var common = teams.Where(t => !t.RuleBased).Select(t => ReadingBack.LastOfPath(t.Name)).Intersect(names.Values).ToHashSet();
        common.ExceptWith(teams.Where(t => t.RuleBased).Select(t => ReadingBack.LastOfPath(t.Name)));
        var sent = accepted.Mappings.Where(m => m.Kind != MappingKind.SubGroup && names.ContainsKey(m.GroupId))
            .ToLookup(m => m.OtherId, m => (Role: m.Kind == MappingKind.Manager ? Manager : Member, Team: names[m.GroupId]));

        var (missing, more, lost, told) = (new List<DriftRow>(), new List<DriftRow>(), new List<DriftRow>(), false);
        foreach (var user in accepted.Users)
        {
            if (!there.TryGetValue(user.Email, out var person)) continue;
            if (!person.TeamsTold)
            {
                // All that is left to see: somebody who manages a team manages none there.
                if (person.IsGroupManager is false && sent[user.Id].Any(r => r.Role == Manager)) missing.Add(new DriftRow(user.Id, Manager, null));
                continue;
            }

            told = true;
            if (Agree(sent[user.Id], person, common)) continue;
            var rows = sent[user.Id].Where(r => common.Contains(r.Team)).ToHashSet();
            var shown = person.Teams.Select(t => (Role: Member, Team: ReadingBack.LastOfPath(t)))
                .Concat(person.Manages.Select(t => (Role: Manager, Team: ReadingBack.LastOfPath(t))))
                .Where(r => common.Contains(r.Team)).ToHashSet();
            foreach (var row in rows.Where(r => !shown.Contains(r)).OrderBy(r => r.Team, Ordinal.Comparer).ThenBy(r => r.Role, Ordinal.Comparer))
            {
                missing.Add(new DriftRow(user.Id, row.Role, row.Team));
                var other = (row.Role == Manager ? Member : Manager, row.Team);
                if (rows.Contains(other) && shown.Contains(other)) lost.Add(missing[^1]);
            }

            more.AddRange(shown.Where(r => !rows.Contains(r)).OrderBy(r => r.Team, Ordinal.Comparer).ThenBy(r => r.Role, Ordinal.Comparer).Select(r => new DriftRow(user.Id, r.Role, r.Team)));
        }

        // Nobody whom both sides have: there was nothing to tell.
        return new RowsDrift(missing, more, lost, told || !accepted.Users.Any(u => there.ContainsKey(u.Email)));
    }

    /// <summary>Both sides have the same rows: so it is for nearly everybody, and nothing need be made to find out.</summary>
    private static bool Agree(IEnumerable<(string Role, string Team)> sent, AccountPerson person, HashSet<string> common)
    {
        foreach (var (role, team) in sent)
            if (common.Contains(team) && !Has(role == Manager ? person.Manages : person.Teams, team)) return false;
        return AllSent(Member, person.Teams) && AllSent(Manager, person.Manages);

        static bool Has(IReadOnlyList<string> shown, string team)
        {
            for (var i = 0; i < shown.Count; i++)
                if (ReadingBack.LastOfPath(shown[i]) == team) return true;
            return false;
        }

        bool AllSent(string role, IReadOnlyList<string> shown)
        {
            for (var i = 0; i < shown.Count; i++)
                if (ReadingBack.LastOfPath(shown[i]) is var team && common.Contains(team) && !sent.Contains((role, team))) return false;
            return true;
        }
    }
}
