using System.Globalization;
using System.Text.Json;
using Gateway.OfficevibeSimulator.Account;

namespace Gateway.OfficevibeSimulator.Legacy;

/// <summary>What <c>POST /engagement</c> asks for.</summary>
internal sealed record EngagementOrder(IReadOnlyList<string>? GroupNames, IReadOnlyList<string>? Dates);

/// <summary>
/// What Officevibe lets one export beside members and teams. Shapes as seen in working code; the scores are made up, the same for the same team and
/// week, and a team without people has none.
/// </summary>
internal static class ExportSide
{
    private static readonly (string Id, string Name)[] Metrics =
    [
        ("Engagement", "Engagement"), ("MG-1", "Feedback"), ("MG-2", "Recognition"), ("MG-3", "Relationship with Peers"), ("MG-4", "Relationship with Managers"),
        ("MG-5", "Company Alignment"), ("MG-6", "Happiness"), ("MG-7", "Wellness"), ("MG-8", "Personal Growth"), ("MG-9", "Satisfaction"), ("MG-10", "Ambassadorship"),
    ];

    /// <summary>Null: not what it should be.</summary>
    public static async Task<EngagementOrder?> AskedAsync(HttpRequest request)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<EngagementOrder>(request.Body, JsonSerializerOptions.Web, request.HttpContext.RequestAborted)
                is { GroupNames.Count: > 0, Dates.Count: > 0 } order && order.Dates.All(IsDay) ? order : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null: there is no team of one of these names.</summary>
    public static object? Engagement(AccountState account, AccountSettings settings, EngagementOrder asked)
    {
        var teams = asked.GroupNames!.Select(name => Find(account, settings, name)).ToList();
        return teams.Contains(null) ? null : new
        {
            WeeklyReports = asked.Dates!.SelectMany(date => teams.Select(team => new
            {
                Date = date,
                GroupName = ReadSide.Name(team!, settings),
                MetricsValues = Metrics.Select(m => new { m.Id, DisplayName = m.Name, Value = team!.Members.Count == 0 ? (decimal?)null : Score(team.InternalId, date, m.Id) }),
            })).ToList(),
        };
    }

    /// <summary>Null: there is no team of this name.</summary>
    public static object? Feedback(AccountState account, AccountSettings settings, string? groupName, DateOnly? fromDate) => Find(account, settings, groupName) is not { } team ? null : new
    {
        Conversations = account.Feedback.Where(f => f.Team == team.Name && (fromDate is null || DateOnly.FromDateTime(f.CreationDate.UtcDateTime) >= fromDate))
            .Select(f => new { f.UserEmail, f.Message, f.Tags, f.CreationDate, Replies = f.Replies.Select(r => new { Message = r }).ToList() }).ToList(),
    };

    private static Team? Find(AccountState account, AccountSettings settings, string? name) =>
        account.Teams.Find(t => t.Name == name) ?? account.Teams.Find(t => ReadSide.Name(t, settings) == name);

    private static bool IsDay(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>Between 5.0 and 9.9.</summary>
    private static decimal Score(params ReadOnlySpan<string> of)
    {
        var hash = 2_166_136_261u;
        foreach (var text in of)
        {
            foreach (var c in text)
            {
                hash = unchecked((hash ^ c) * 16_777_619u);
            }
        }

        return 5m + (hash % 50 / 10m);
    }
}
