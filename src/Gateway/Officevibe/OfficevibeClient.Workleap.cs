using System.Buffers;
using System.Text.Json;
using Gateway.Membership;
using Gateway.Membership.Sync;

namespace Gateway.Officevibe;

/// <summary>Workleap's readings. Little is known of them: what is not as expected is said as such, and is never an empty account.</summary>
public sealed partial class OfficevibeClient
{
    private const int PageSize = 500;

    /// <summary>The most people who are looked up one by one.</summary>
    internal const int MostStandings = 200;

    private bool IsWorkleap => options.Dialect == OfficevibeDialect.Workleap;

    /// <summary>Whether Workleap lists these people, and as active. Looked up one by one, as its search is known to be used, all within <c>ReadTimeout</c>; beyond 200 nobody is.</summary>
    public async Task<AccountStandings> ReadStandingsAsync(IReadOnlyCollection<string> emails, CancellationToken ct)
    {
        var known = new Dictionary<string, Standing>(AsciiCaseInsensitive.Comparer);
        if (!options.HasAccount) return new(known, NoAddress);
        string? problem = emails.Count > MostStandings ? $"More than {MostStandings} people were to be looked up." : null;
        using var deadline = new CancellationTokenSource(options.ReadTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        foreach (var email in emails.Take(MostStandings))
        {
            var (answer, kept) = await SearchAsync("users", email, 10, null, either.Token);
            if (AccountReading.Problem(Read(answer, kept), "users") is { } failed)
                return new(known, failed is AccountReading.Failed f ? f.Reason : ((AccountReading.Refused)failed).Reason);
            if (WorkleapParsing.People(answer.Body).Items is { } found && WorkleapParsing.Of(found, email) is { } standing) known[email] = standing;
            else problem ??= "Reading users: the answer does not tell whether somebody is active.";
        }

        return new(known, problem);
    }

    /// <summary>Which of these teams Workleap lists, by name. Null: that could not be seen.</summary>
    public async Task<IReadOnlySet<string>?> FindTeamsAsync(IReadOnlyCollection<string> names, CancellationToken ct)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        if (!options.HasAccount) return null;
        using var deadline = new CancellationTokenSource(options.ReadTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        foreach (var name in names)
        {
            var (answer, kept) = await SearchAsync("groups", name, 50, null, either.Token);
            if (AccountReading.Problem(Read(answer, kept), "groups") is not null || WorkleapParsing.Groups(answer.Body).Items is not { } groups) return null;
            if (groups.Any(g => ReadingBack.LastOfPath(g.Name) == name)) found.Add(name);
        }

        return found;
    }

    private async Task<AccountReading> ReadWorkleapAsync(CancellationToken ct)
    {
        var (people, noPeople) = await ListAsync("users", WorkleapParsing.People, ct);
        if (noPeople is not null) return noPeople;
        var (groups, noGroups) = await ListAsync("groups", WorkleapParsing.Groups, ct);
        return noGroups ?? new AccountReading.Read([.. people.Select(OfWorkleap)], groups);
    }

    private async Task<(IReadOnlyList<T> Items, AccountReading? Problem)> ListAsync<T>(string what, Func<ReadOnlySequence<byte>, WorkleapParsing.Listed<T>> parse, CancellationToken ct)
    {
        var (all, token) = (new List<T>(), default(string));
        do
        {
            var (answer, kept) = await SearchAsync(what, "", PageSize, token, ct);
            if (AccountReading.Problem(Read(answer, kept), what) is { } problem) return ([], problem);
            var page = parse(answer.Body);
            if (page.Items is not { } items) return ([], new AccountReading.Failed($"Reading {what}: the answer has no list that can be read.", null));
            // It must not pass for all.
            if (!page.SaysWhetherItGoesOn && items.Count >= PageSize) return ([], new AccountReading.Failed($"Reading {what}: the list may go on, and nothing says how.", null));
            if (page.Next is not null && (items.Count == 0 || page.Next == token)) return ([], new AccountReading.Failed($"Reading {what}: the list does not end.", null));
            all.AddRange(items);
            token = page.Next;
        }
        while (token is not null);
        return (all, null);
    }

    private async Task<(RawAnswer Answer, KeptAnswer Kept)> SearchAsync(string what, string term, int size, string? token, CancellationToken ct)
    {
        using var request = Request(HttpMethod.Post, what + "/search");
        var order = new Dictionary<string, object>(StringComparer.Ordinal) { ["searchTerm"] = term, ["pageSize"] = size };
        if (token is not null) order["continuationToken"] = token;
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(order)) { Headers = { ContentType = new("application/json") } };
        return await ReadAsync(request, what + "/search", ct);
    }

    private SendOutcome Read(RawAnswer answer, KeptAnswer kept) => AnswerReading.Read(answer, kept, options.Dialect);
}
