using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Gateway.Officevibe;

/// <summary>What Officevibe lets one export. Texts of an answer go no further than here: they may name people.</summary>
public sealed partial class OfficevibeClient
{
    private const int GoodVibesPage = 100;
    private const int MostGoodVibes = 100_000;
    private const string Unknown = "Workleap's API has no call for it that is known; export it from the app.";

    public async Task<AccountExport<AccountUser>> ExportMembersAsync(CancellationToken ct)
    {
        if (!options.HasAccount) return new AccountExport<AccountUser>.Refused(NoAddress, SetBoth);
        if (!IsWorkleap) return await ExportAsync("users", () => Request(HttpMethod.Get, "users"), AccountParsing.Users, ct);
        var (people, problem) = await ListAsync("users", WorkleapParsing.People, ct);
        return problem is null ? new AccountExport<AccountUser>.Given([.. people.Select(OfWorkleap)]) : AccountExport<AccountUser>.Of(problem);
    }

    public async Task<AccountExport<AccountGroup>> ExportTeamsAsync(CancellationToken ct)
    {
        if (!options.HasAccount) return new AccountExport<AccountGroup>.Refused(NoAddress, SetBoth);
        if (!IsWorkleap) return await ExportAsync("groups", () => Request(HttpMethod.Get, "groups"), AccountParsing.Groups, ct);
        var (teams, problem) = await ListAsync("groups", WorkleapParsing.Groups, ct);
        return problem is null ? new AccountExport<AccountGroup>.Given(teams) : AccountExport<AccountGroup>.Of(problem);
    }

    /// <param name="teams">Names, as the account has them.</param>
    /// <param name="dates">Days of the weeks.</param>
    /// <param name="ct">Breaks the call off.</param>
    public Task<AccountExport<EngagementWeek>> ExportEngagementAsync(IReadOnlyList<string> teams, IReadOnlyList<DateOnly> dates, CancellationToken ct) =>
        LegacyAsync("engagement", () =>
        {
            // A reading, whatever its verb: it may be tried again.
            var request = Request(HttpMethod.Post, "engagement");
            var order = new Dictionary<string, object>(StringComparer.Ordinal) { ["groupNames"] = teams, ["dates"] = dates.Select(Day).ToList() };
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(order)) { Headers = { ContentType = new("application/json") } };
            return request;
        }, ExportParsing.Engagement, ct);

    /// <param name="team">Its name, as the account has it.</param>
    /// <param name="from">The first day.</param>
    /// <param name="ct">Breaks the call off.</param>
    public Task<AccountExport<FeedbackConversation>> ExportFeedbackAsync(string team, DateOnly from, CancellationToken ct) =>
        LegacyAsync("feedback", () => Request(HttpMethod.Get, $"feedback?groupName={Uri.EscapeDataString(team)}&fromDate={Day(from)}"), ExportParsing.Feedback, ct);

    /// <summary>Workleap's Good Vibes, page after page.</summary>
    /// <param name="publicOnly">None that is between its people alone.</param>
    /// <param name="ct">Breaks it off.</param>
    public async Task<AccountExport<GoodVibe>> ExportGoodVibesAsync(bool publicOnly, CancellationToken ct)
    {
        if (!options.HasAccount) return new AccountExport<GoodVibe>.Refused(NoAddress, SetBoth);
        if (!IsWorkleap) return new AccountExport<GoodVibe>.NotGiven("Officevibe's legacy API does not give Good Vibes; Workleap's does.");
        var (all, token) = (new List<GoodVibe>(), default(string));
        do
        {
            if (all.Count >= MostGoodVibes) return new AccountExport<GoodVibe>.Failed($"Reading goodvibes: there are more than {MostGoodVibes}, which is more than can be given at once.", null);
            using var request = Request(HttpMethod.Get, new Uri(GoodVibesAddress(options), $"?limit={GoodVibesPage}{(publicOnly ? "&isPublic=true" : "")}{(token is null ? "" : "&continuationToken=" + Uri.EscapeDataString(token))}"));
            var (answer, kept) = await ReadAsync(request, "goodvibes", ct);
            if (AccountReading.Problem(Read(answer, kept), "goodvibes") is { } problem) return AccountExport<GoodVibe>.Of(problem);
            var page = GoodVibeParsing.Read(answer.Body);
            if (page.Items is not { } items) return new AccountExport<GoodVibe>.Failed("Reading goodvibes: the answer has no list that can be read.", null);
            if (!page.SaysWhetherItGoesOn && items.Count >= GoodVibesPage) return new AccountExport<GoodVibe>.Failed("Reading goodvibes: the list may go on, and nothing says how.", null);
            if (page.Next is not null && (items.Count == 0 || page.Next == token)) return new AccountExport<GoodVibe>.Failed("Reading goodvibes: the list does not end.", null);
            // Should the account not know the filter, what is between people stays so.
            all.AddRange(items.Where(v => !publicOnly || v.IsPublic == true));
            token = page.Next;
        }
        while (token is not null);
        return new AccountExport<GoodVibe>.Given(all);
    }

    /// <summary>Beside <c>/public</c>, on the same host, unless the settings say where.</summary>
    internal static Uri GoodVibesAddress(OfficevibeOptions options) => options.Workleap.GoodVibesUrl ?? new Uri(options.BaseUrl!, "/officevibe/goodvibes");

    private async Task<AccountExport<T>> LegacyAsync<T>(
        string what, Func<HttpRequestMessage> request, Func<ReadOnlySequence<byte>, (List<T> Items, string? Problem)> parse, CancellationToken ct)
    {
        if (!options.HasAccount) return new AccountExport<T>.Refused(NoAddress, SetBoth);
        return IsWorkleap ? new AccountExport<T>.NotGiven(Unknown) : await ExportAsync(what, request, parse, ct);
    }

    private async Task<AccountExport<T>> ExportAsync<T>(
        string what, Func<HttpRequestMessage> make, Func<ReadOnlySequence<byte>, (List<T> Items, string? Problem)> parse, CancellationToken ct)
    {
        using var request = make();
        var (answer, kept) = await ReadAsync(request, what, ct);
        if (AccountReading.Problem(Read(answer, kept), what) is { } problem) return AccountExport<T>.Of(problem);
        try
        {
            var (items, unreadable) = parse(answer.Body);
            return unreadable is null ? new AccountExport<T>.Given(items) : new AccountExport<T>.Failed(unreadable, null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A text that is no UTF-16 when unescaped.
            return new AccountExport<T>.Failed($"Reading {what}: the answer holds text that cannot be read.", null);
        }
    }

    private static AccountUser OfWorkleap(WorkleapParsing.Person p) => new() { Email = p.Email, FirstName = p.Name, IsActive = p.Active };

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
