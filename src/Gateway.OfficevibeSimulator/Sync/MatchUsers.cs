using Gateway.OfficevibeSimulator.Account;

namespace Gateway.OfficevibeSimulator.Sync;

/// <summary>A row and the member that it is about.</summary>
internal sealed class MatchedUser(UserRow row, Member? member)
{
    public UserRow Row { get; } = row;

    /// <summary>Null: nobody yet, a new member.</summary>
    public Member? Member { get; set; } = member;

    /// <summary>The address of the row cannot be had; the member keeps the one it has.</summary>
    public bool KeepsEmail { get; set; }
}

/// <summary>
/// Who is meant by each row (assumed: by external id, else by e-mail address, to whom the id is then attached). Rows with an id or an address
/// that an earlier row has are left out (assumed), and so are addresses that belong to a member who is not in the payload (assumed).
/// </summary>
internal static class MatchUsers
{
    public static List<MatchedUser> In(AccountState account, List<UserRow> rows, bool keepsEmails, List<SkippedRow> skipped)
    {
        var usable = Usable(rows, skipped);
        var claimed = new HashSet<Member>();
        var matches = new List<MatchedUser>(usable.Count);
        foreach (var row in usable)
        {
            var member = account.MembersByExternalId.GetValueOrDefault(row.Id);
            matches.Add(new MatchedUser(row, member));
            if (member is not null)
            {
                claimed.Add(member);
            }
        }

        foreach (var match in matches)
        {
            if (match.Member is null && account.MembersByEmail.TryGetValue(match.Row.Email, out var member) && claimed.Add(member))
            {
                match.Member = member;
            }
        }

        return WithoutTakenEmails(account, matches, claimed, keepsEmails, skipped);
    }

    private static List<UserRow> Usable(List<UserRow> rows, List<SkippedRow> skipped)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var emails = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var usable = new List<UserRow>(rows.Count);
        foreach (var row in rows)
        {
            var problem = row.Id.Length == 0 || row.Email.Length == 0 ? SkipTexts.UserIncomplete
                : ids.Contains(row.Id) ? SkipTexts.UserDuplicateId
                : emails.Contains(row.Email) ? SkipTexts.UserDuplicateEmail
                : null;
            if (problem is null)
            {
                ids.Add(row.Id);
                emails.Add(row.Email);
                usable.Add(row);
            }
            else
            {
                skipped.Add(new SkippedRow("users", row.Row, row.Id, problem));
            }
        }

        return usable;
    }

    /// <summary>An address stays with whoever keeps it; who may not have a new one keeps the old one, which can take that from a third.</summary>
    private static List<MatchedUser> WithoutTakenEmails(
        AccountState account, List<MatchedUser> matches, HashSet<Member> claimed, bool keepsEmails, List<SkippedRow> skipped)
    {
        var wanted = matches.ToDictionary(m => m.Row.Email, StringComparer.OrdinalIgnoreCase);
        var refused = new HashSet<MatchedUser>();
        var kept = new Stack<string>(account.Members.Where(m => !claimed.Contains(m)).Select(m => m.Email));
        foreach (var match in matches.Where(m => keepsEmails && m.Member is not null && m.Member.Email != m.Row.Email))
        {
            match.KeepsEmail = true;
            if (!match.Member!.Email.Equals(match.Row.Email, StringComparison.OrdinalIgnoreCase))
            {
                wanted.Remove(match.Row.Email);
                kept.Push(match.Member.Email);
                skipped.Add(new SkippedRow("users", match.Row.Row, match.Row.Id, SkipTexts.EmailKept));
            }
        }

        while (kept.TryPop(out var email))
        {
            if (!wanted.Remove(email, out var match))
            {
                continue;
            }

            skipped.Add(new SkippedRow("users", match.Row.Row, match.Row.Id, SkipTexts.EmailTaken));
            if (match.Member is null)
            {
                refused.Add(match);
            }
            else
            {
                match.KeepsEmail = true;
                kept.Push(match.Member.Email);
            }
        }

        matches.RemoveAll(refused.Contains);
        return matches;
    }
}
