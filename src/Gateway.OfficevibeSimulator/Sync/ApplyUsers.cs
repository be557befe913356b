using Gateway.OfficevibeSimulator.Account;

namespace Gateway.OfficevibeSimulator.Sync;

/// <summary>Section <c>users</c>: creates, updates, reactivates, deactivates; never deletes, never changes a role.</summary>
internal static class ApplyUsers
{
    /// <returns>The members that mapping rows can name, by the payload's id.</returns>
    public static Dictionary<string, Member> To(AccountState account, SyncPayload payload, List<SkippedRow> skipped)
    {
        var absent = account.Members.ToHashSet();
        foreach (var row in payload.Users)
        {
            // Who is in the payload is not absent, even when the row itself is skipped (assumed).
            if (account.MembersByExternalId.TryGetValue(row.Id, out var named))
            {
                absent.Remove(named);
            }
        }

        var users = new Dictionary<string, Member>(payload.Users.Count, StringComparer.Ordinal);
        foreach (var match in MatchUsers.In(account, payload.Users, skipped))
        {
            var member = match.Member ?? Create(account, match.Row, payload.InviteNewUsers);
            absent.Remove(member);
            Update(account, member, match, skipped);
            users.Add(match.Row.Id, member);
        }

        foreach (var member in absent)
        {
            if (member.Role == MemberRole.Member && member.Status != MemberStatus.Deactivated)
            {
                member.StatusBeforeDeactivation = member.Status;
                member.Status = MemberStatus.Deactivated;
            }
        }

        account.Reindex();
        return users;
    }

    private static Member Create(AccountState account, UserRow row, bool invite)
    {
        var member = account.NewMember(row.Email);
        member.Status = invite ? MemberStatus.Invited : MemberStatus.Created;
        member.Invitations = invite ? 1 : 0;
        return member;
    }

    private static void Update(AccountState account, Member member, MatchedUser match, List<SkippedRow> skipped)
    {
        var row = match.Row;
        member.ExternalId = row.Id;
        member.Email = match.KeepsEmail ? member.Email : row.Email;
        member.FirstName = row.FirstName ?? member.FirstName;
        member.LastName = row.LastName ?? member.LastName;
        member.JobTitle = row.JobTitle ?? member.JobTitle;
        member.ImageUrl = row.ImageUrl ?? member.ImageUrl;
        member.Language = row.Language ?? member.Language;
        if (member.Status == MemberStatus.Deactivated && member.Role == MemberRole.Member)
        {
            // Assumed: who comes back is what they were, and is not invited again.
            member.Status = member.StatusBeforeDeactivation;
        }

        foreach (var (name, value) in row.Properties)
        {
            SetProperty(account, member, row, name, value, skipped);
        }
    }

    private static void SetProperty(AccountState account, Member member, UserRow row, string name, string? value, List<SkippedRow> skipped)
    {
        if (!account.Properties.TryGetValue(name, out var property))
        {
            skipped.Add(new SkippedRow("users", row.Row, row.Id, SkipTexts.AttributeNotFound, $"attribute: {name}"));
        }
        else if (string.IsNullOrEmpty(value))
        {
            // Assumed: blank clears, absent keeps.
            member.Properties.Remove(name);
        }
        else if (property.Takes(value))
        {
            member.Properties[name] = value;
        }
        else
        {
            var text = property.Type == PropertyType.Choice ? SkipTexts.OptionNotFound : SkipTexts.AttributeInvalid;
            skipped.Add(new SkippedRow("users", row.Row, row.Id, text, $"attribute: {name}"));
        }
    }
}
