using Gateway.OfficevibeSimulator.Account;

namespace Gateway.OfficevibeSimulator.Sync;

/// <summary>Section <c>mappings</c>: the whole structure is taken down and built again from the rows; a row that does not fit is skipped alone.</summary>
internal static class ApplyMappings
{
    public static void To(
        AccountState account, SyncPayload payload, Dictionary<string, Member> users, Dictionary<string, Team> groups,
        bool laterReplaces, List<SkippedRow> skipped)
    {
        var present = users.Values.ToHashSet();
        foreach (var team in account.Teams.Where(t => t.Rule is null))
        {
            team.Parent = null;

            // An administrator or executive who is absent from the payload is left untouched, in the teams that are still there too (assumed).
            team.Members.RemoveWhere(m => m.Role == MemberRole.Member || present.Contains(m));
            team.Managers.RemoveWhere(m => m.Role == MemberRole.Member || present.Contains(m));
        }

        foreach (var row in payload.Mappings)
        {
            var skip = (row.UserId.Length > 0) == (row.SubGroupId.Length > 0)
                ? new SkippedRow("mappings", row.Row, row.GroupId, SkipTexts.AmbiguousRelation)
                : row.UserId.Length > 0
                    ? AddPerson(row, users, groups, laterReplaces)
                    : AddSubGroup(row, groups);
            if (skip is not null)
            {
                skipped.Add(skip);
            }
        }
    }

    private static SkippedRow? AddPerson(MappingRow row, Dictionary<string, Member> users, Dictionary<string, Team> groups, bool laterReplaces)
    {
        if (!groups.TryGetValue(row.GroupId, out var team))
        {
            return new SkippedRow("mappings", row.Row, row.GroupId, SkipTexts.GroupNotFound, $"user: {row.UserId}");
        }

        if (!users.TryGetValue(row.UserId, out var member))
        {
            return new SkippedRow("mappings", row.Row, row.UserId, SkipTexts.UserNotFound, $"group: {row.GroupId}");
        }

        if (team.Rule is not null)
        {
            return new SkippedRow("mappings", row.Row, row.GroupId, SkipTexts.RuleBased, $"user: {row.UserId}");
        }

        if (!row.IsMember && !row.IsManager)
        {
            return new SkippedRow("mappings", row.Row, row.GroupId, SkipTexts.NoRole, $"user: {row.UserId}");
        }

        Set(team.Members, member, row.IsMember, laterReplaces);
        Set(team.Managers, member, row.IsManager, laterReplaces);
        return null;
    }

    private static void Set(HashSet<Member> people, Member member, bool flag, bool laterReplaces)
    {
        if (flag)
        {
            people.Add(member);
        }
        else if (laterReplaces)
        {
            people.Remove(member);
        }
    }

    private static SkippedRow? AddSubGroup(MappingRow row, Dictionary<string, Team> groups)
    {
        if (!groups.TryGetValue(row.GroupId, out var parent))
        {
            return new SkippedRow("mappings", row.Row, row.GroupId, SkipTexts.ParentNotFound, $"sub-group: {row.SubGroupId}");
        }

        if (!groups.TryGetValue(row.SubGroupId, out var child))
        {
            return new SkippedRow("mappings", row.Row, row.SubGroupId, SkipTexts.SubGroupNotFound, $"group: {row.GroupId}");
        }

        var problem = child.Rule is not null || parent.Rule is not null ? SkipTexts.RuleBased
            : child.Parent is not null && child.Parent != parent ? SkipTexts.SecondParent
            : IsWithin(parent, child) ? SkipTexts.Cycle
            : null;
        if (problem is not null)
        {
            return new SkippedRow("mappings", row.Row, row.SubGroupId, problem, $"group: {row.GroupId}");
        }

        child.Parent = parent;
        return null;
    }

    private static bool IsWithin(Team team, Team ancestor)
    {
        for (var t = team; t is not null; t = t.Parent)
        {
            if (t == ancestor)
            {
                return true;
            }
        }

        return false;
    }
}
