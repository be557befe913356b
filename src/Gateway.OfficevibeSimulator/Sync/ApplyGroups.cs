using Gateway.OfficevibeSimulator.Account;

namespace Gateway.OfficevibeSimulator.Sync;

/// <summary>
/// Section <c>groups</c>. A row means the team with its id; where that id is unknown, the team that has its name now, to which the id is
/// attached; else a new team. Every other ordinary team is removed, with its structure. Rule-based teams stay as they are.
/// </summary>
internal static class ApplyGroups
{
    /// <returns>The teams that mapping rows can name, by the payload's id.</returns>
    public static Dictionary<string, Team> To(AccountState account, SyncPayload payload, int syncNumber, SyncEffect effect, List<SkippedRow> skipped)
    {
        var usable = Usable(payload.Groups, skipped);
        var byId = account.Teams.Where(t => t.ExternalId is not null).ToDictionary(t => t.ExternalId!, StringComparer.Ordinal);
        var groups = new Dictionary<string, Team>(usable.Count, StringComparer.Ordinal);
        var claimed = new HashSet<Team>();
        foreach (var row in usable)
        {
            if (byId.TryGetValue(row.Id, out var team))
            {
                groups.Add(row.Id, team);
                claimed.Add(team);
            }
        }

        var byName = account.Teams.Where(t => !claimed.Contains(t))
            .GroupBy(t => t.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => new Queue<Team>(g), StringComparer.Ordinal);
        var made = new HashSet<Team>();
        foreach (var row in usable)
        {
            if (groups.ContainsKey(row.Id))
            {
                continue;
            }

            if (byName.TryGetValue(row.Name, out var candidates) && candidates.TryDequeue(out var team))
            {
                claimed.Add(team);
            }
            else
            {
                team = account.NewTeam(row.Name);
                made.Add(team);
                effect.TeamsCreated.Add(team.Name);
            }

            groups.Add(row.Id, team);
        }

        foreach (var row in usable)
        {
            var team = groups[row.Id];
            team.ExternalId = row.Id;
            if (team.Rule is null && team.Name != row.Name)
            {
                effect.TeamsRenamed.Add($"{team.Name} → {row.Name}");
            }

            team.Name = team.Rule is null ? row.Name : team.Name;
        }

        // A team that a skipped row names is not absent (assumed): removing it could not be undone.
        var named = payload.Groups.Select(g => g.Id).ToHashSet(StringComparer.Ordinal);
        Remove(account, t => t.Rule is null && !claimed.Contains(t) && !made.Contains(t) && !named.Contains(t.ExternalId ?? ""), syncNumber, effect);
        foreach (var team in account.Teams.Where(t => !made.Contains(t)))
        {
            team.History++;
        }

        return groups;
    }

    private static List<GroupRow> Usable(List<GroupRow> rows, List<SkippedRow> skipped)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var usable = new List<GroupRow>(rows.Count);
        foreach (var row in rows)
        {
            if (row.Id.Length == 0 || row.Name.Length == 0)
            {
                skipped.Add(new SkippedRow("groups", row.Row, row.Id, SkipTexts.GroupIncomplete));
            }
            else if (ids.Add(row.Id))
            {
                usable.Add(row);
            }
            else
            {
                skipped.Add(new SkippedRow("groups", row.Row, row.Id, SkipTexts.GroupDuplicateId));
            }
        }

        return usable;
    }

    private static void Remove(AccountState account, Predicate<Team> absent, int syncNumber, SyncEffect effect)
    {
        var removed = account.Teams.FindAll(absent);
        account.RemovedTeams.AddRange(removed.Select(team => new RemovedTeam(team, syncNumber)));
        foreach (var team in removed)
        {
            effect.TeamsRemoved.Add(team.Name);
            if (team.History > 0)
            {
                effect.HistoryLost.Add(team.Name);
            }
        }

        var gone = removed.ToHashSet();
        account.Teams.RemoveAll(gone.Contains);
        foreach (var team in account.Teams)
        {
            if (team.Parent is { } parent && gone.Contains(parent))
            {
                team.Parent = null;
            }
        }
    }
}
