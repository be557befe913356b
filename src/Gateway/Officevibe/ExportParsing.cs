using System.Buffers;
using System.Text.Json;

namespace Gateway.Officevibe;

/// <summary>Parses <c>POST /engagement</c> and <c>GET /feedback</c>. What is not as it should be fails the reading.</summary>
internal static class ExportParsing
{
    public static (List<EngagementWeek> Items, string? Problem) Engagement(ReadOnlySequence<byte> body) => AccountParsing.List(body, "weeklyReports", count: null, Week);

    public static (List<FeedbackConversation> Items, string? Problem) Feedback(ReadOnlySequence<byte> body) => AccountParsing.List(body, "conversations", count: null, Conversation);

    private static EngagementWeek? Week(JsonElement week)
    {
        if (AccountParsing.Text(week, "date") is not { } date || AccountParsing.Text(week, "groupName") is not { } team) return null;
        if (AccountParsing.Property(week, "metricsValues") is not { ValueKind: JsonValueKind.Array } values) return null;
        var metrics = new List<EngagementMetric>(values.GetArrayLength());
        foreach (var value in values.EnumerateArray())
        {
            if (AccountParsing.Text(value, "id") is not { } id || !TryNumber(value, out var number)) return null;
            metrics.Add(new EngagementMetric(id, AccountParsing.Text(value, "displayName"), number));
        }

        return new EngagementWeek(date, team, metrics);
    }

    /// <summary>False: neither a number nor none.</summary>
    private static bool TryNumber(JsonElement metric, out decimal? number)
    {
        number = null;
        switch (AccountParsing.Property(metric, "value"))
        {
            case null or { ValueKind: JsonValueKind.Null }:
                return true;
            case { ValueKind: JsonValueKind.Number } value when value.TryGetDecimal(out var exact):
                number = exact;
                return true;
            default:
                return false;
        }
    }

    private static FeedbackConversation? Conversation(JsonElement c) => AccountParsing.Property(c, "message") is not { ValueKind: JsonValueKind.String or JsonValueKind.Null } message ? null
        : new FeedbackConversation(
            AccountParsing.Text(c, "userEmail"), message.GetString(), AccountParsing.Names(c, "tags"), AccountParsing.Text(c, "creationDate"),
            AccountParsing.Property(c, "replies") is { ValueKind: JsonValueKind.Array } replies ? [.. replies.EnumerateArray().Select(r => r.Clone())] : []);
}
