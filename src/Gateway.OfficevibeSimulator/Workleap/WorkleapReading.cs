using System.Globalization;
using Gateway.OfficevibeSimulator.Account;

namespace Gateway.OfficevibeSimulator.Workleap;

/// <summary>What is looked for: <c>searchTerm</c> in names and addresses (nothing: everybody), a page of <c>pageSize</c>. Paging is assumed to be by token.</summary>
internal sealed record SearchOrder(string? SearchTerm, int? PageSize, string? ContinuationToken)
{
    /// <summary>The most that a page has, whatever is asked for (assumed).</summary>
    private const int Most = 1_000;

    public int Size => Math.Min(PageSize ?? 100, Most);

    /// <summary>Null: a token that was never given out.</summary>
    public int? Offset() => ContinuationToken is null ? 0
        : int.TryParse(ContinuationToken, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : null;

    public bool Finds(params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
        {
            if (string.IsNullOrEmpty(SearchTerm) || text.Contains(SearchTerm, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The read calls, as plain looks at the account. There is no external id in them; <c>active</c> is taken for the status (assumed).</summary>
internal static class WorkleapReading
{
    private const string Extension = "urn:workleap:params:scim:schemas:extension:user:2.0:User";

    public static object Users(AccountState account, SearchOrder order) => Page(
        account.Members.FindAll(m => order.Finds(m.Email, $"{m.FirstName} {m.LastName}")), order,
        m => new { Id = m.InternalId, DisplayName = $"{m.FirstName} {m.LastName}".Trim(), Emails = new[] { new { Value = m.Email, Primary = true } }, Active = m.Status == MemberStatus.Active });

    public static object Groups(AccountState account, SearchOrder order) => Page(
        account.Teams.FindAll(t => order.Finds(t.Name)), order, t => new { Id = t.InternalId, DisplayName = t.Name, MemberCount = t.Members.Count });

    public static object? User(AccountState account, string id) => account.Members.Find(m => m.InternalId == id) is not { } m ? null : new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["id"] = m.InternalId,
        ["userName"] = m.Email,
        ["displayName"] = $"{m.FirstName} {m.LastName}".Trim(),
        ["title"] = m.JobTitle,
        ["active"] = m.Status == MemberStatus.Active,
        ["emails"] = new[] { new { value = m.Email, primary = true } },
        [Extension] = new { products = m.Products },
    };

    /// <summary>Newest first (assumed). Keys and paging as seen in working code; ids and reactions are ours.</summary>
    public static object GoodVibes(AccountState account, SearchOrder order, bool? isPublic)
    {
        var (page, metadata) = Paged(
            account.GoodVibes.Select((v, i) => (Vibe: v, Id: $"gv-{i + 1}")).Where(v => isPublic is null || v.Vibe.IsPublic == isPublic).OrderByDescending(v => v.Vibe.CreationDate).ToList(), order);
        return new
        {
            Data = page.Select(v => new
            {
                GoodVibeId = v.Id, v.Vibe.CreationDate, v.Vibe.Message, v.Vibe.IsPublic, v.Vibe.Prompt, CollectionId = (string?)null, CollectionName = (object?)null, CardId = (string?)null, CardPrompt = (object?)null,
                SenderUser = Person(account, v.Vibe.From), Recipients = v.Vibe.To.Select(to => Person(account, to)), Reactions = new[] { new { Emoji = "👏", Count = 1 } }, ReplyCount = 0,
            }),
            Metadata = metadata,
        };
    }

    /// <summary>Who has been deleted since is not told.</summary>
    private static object? Person(AccountState account, string email) =>
        account.MembersByEmail.TryGetValue(email, out var m) ? new { UserId = m.InternalId, DisplayName = $"{m.FirstName} {m.LastName}".Trim(), EmailAddress = m.Email } : null;

    private static object Page<T>(List<T> found, SearchOrder order, Func<T, object> show)
    {
        var (page, metadata) = Paged(found, order);
        return new { Value = page.Select(show).ToList(), Metadata = metadata };
    }

    private static (List<T> Page, object Metadata) Paged<T>(List<T> found, SearchOrder order)
    {
        var offset = order.Offset()!.Value;
        var end = offset + order.Size;
        return (found.Skip(offset).Take(order.Size).ToList(), new { ContinuationToken = end < found.Count ? end.ToString(CultureInfo.InvariantCulture) : null });
    }
}
