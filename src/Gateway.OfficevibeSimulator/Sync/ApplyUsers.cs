using Gateway.OfficevibeSimulator.Account;

namespace Gateway.OfficevibeSimulator.Sync;

/// <summary>Section <c>users</c>: creates, updates, reactivates, deactivates, and deletes where the rules say so; never changes a role.</summary>
internal static class ApplyUsers
{
    /// <returns>The members that mapping rows can name, by the payload's id.</returns>
    public static Dictionary<string, Member> To(AccountState account, SyncPayload payload, int syncNumber, SyncRules rules, SyncEffect effect, List<SkippedRow> skipped)
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
        foreach (var match in MatchUsers.In(account, payload.Users, rules.KeepsEmails, skipped))
        {
            var member = match.Member ?? Create(account, match.Row, rules.Invite, effect);
            absent.Remove(member);
            Update(account, member, match, effect, skipped);
            users.Add(match.Row.Id, member);
        }

        // In their order in the account, so that whoever reads finds the same one first.
        foreach (var member in account.Members.FindAll(m => absent.Contains(m) && m.Role == MemberRole.Member))
        {
            if (rules.DeletesNonActive && member.Status != MemberStatus.Active)
            {
                Delete(account, member, syncNumber, effect);
            }
            else if (member.Status != MemberStatus.Deactivated)
            {
                member.StatusBeforeDeactivation = member.Status;
                member.Status = MemberStatus.Deactivated;
                effect.Deactivated.Add(member.Email);
            }
        }

        account.Members.RemoveAll(m => m.Deleted);
        account.Reindex();
        return users;
    }

    private static void Delete(AccountState account, Member member, int syncNumber, SyncEffect effect)
    {
        member.Deleted = true;
        account.DeletedMembers.Add(new DeletedMember(member.InternalId, member.ExternalId, member.Email, member.Status, syncNumber));
        effect.Deleted.Add(member.Email);
        foreach (var team in account.Teams)
        {
            team.Members.Remove(member);
            team.Managers.Remove(member);
        }
    }

    private static Member Create(AccountState account, UserRow row, bool invite, SyncEffect effect)
    {
        var member = account.NewMember(row.Email);
        member.Status = invite ? MemberStatus.Invited : MemberStatus.Created;
        member.Invitations = invite ? 1 : 0;
        effect.Created.Add(member.Email);
        if (invite)
        {
            effect.Invited.Add(member.Email);
        }

        return member;
    }

    private static void Update(AccountState account, Member member, MatchedUser match, SyncEffect effect, List<SkippedRow> skipped)
    {
        var row = match.Row;
        var email = match.KeepsEmail ? member.Email : row.Email;
        var updated = member.Email != email || Differs(member.FirstName, row.FirstName) || Differs(member.LastName, row.LastName)
            || Differs(member.JobTitle, row.JobTitle) || Differs(member.ImageUrl, row.ImageUrl) || Differs(member.Language, row.Language)
            || (row.Products is not null && !row.Products.SequenceEqual(member.Products, StringComparer.Ordinal));
        member.ExternalId = row.Id;
        member.Email = email;
        member.FirstName = row.FirstName ?? member.FirstName;
        member.LastName = row.LastName ?? member.LastName;
        member.JobTitle = row.JobTitle ?? member.JobTitle;
        member.ImageUrl = row.ImageUrl ?? member.ImageUrl;
        member.Language = row.Language ?? member.Language;
        member.Products = row.Products ?? member.Products;
        if (member.Status == MemberStatus.Deactivated && member.Role == MemberRole.Member)
        {
            // Assumed: who comes back is what they were, and is not invited again.
            member.Status = member.StatusBeforeDeactivation;
            effect.Reactivated.Add(member.Email);
        }

        foreach (var (name, value) in row.Properties)
        {
            updated |= SetProperty(account, member, row, name, value, skipped);
        }

        if (updated && match.Member is not null)
        {
            effect.Updated.Add(member.Email);
        }
    }

    private static bool Differs(string before, string? after) => after is not null && after != before;

    /// <returns>True: the member has another value now.</returns>
    private static bool SetProperty(AccountState account, Member member, UserRow row, string name, string? value, List<SkippedRow> skipped)
    {
        if (!account.Properties.TryGetValue(name, out var property))
        {
            skipped.Add(new SkippedRow("users", row.Row, row.Id, SkipTexts.AttributeNotFound, $"attribute: {name}"));
            return false;
        }

        if (string.IsNullOrEmpty(value))
        {
            // Assumed: blank clears, absent keeps.
            return member.Properties.Remove(name);
        }

        if (!property.Takes(value))
        {
            var text = property.Type == PropertyType.Choice ? SkipTexts.OptionNotFound : SkipTexts.AttributeInvalid;
            skipped.Add(new SkippedRow("users", row.Row, row.Id, text, $"attribute: {name}"));
            return false;
        }

        var updated = !member.Properties.TryGetValue(name, out var before) || before != value;
        member.Properties[name] = value;
        return updated;
    }
}
