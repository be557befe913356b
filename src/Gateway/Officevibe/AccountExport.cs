using System.Text.Json;

namespace Gateway.Officevibe;

/// <summary>A list that Officevibe lets one export. A reading that failed is said as such, and is never an empty list.</summary>
public abstract record AccountExport<T>
{
    private AccountExport() { }

    public sealed record Given(IReadOnlyList<T> Items) : AccountExport<T>;

    /// <summary>Worth another try later.</summary>
    public sealed record Failed(string Reason, TimeSpan? RetryAfter) : AccountExport<T>;

    /// <summary>A person must act.</summary>
    public sealed record Refused(string Reason, string WhatToDo) : AccountExport<T>;

    /// <summary>The API of this dialect has no such call, as far as is known.</summary>
    public sealed record NotGiven(string Reason) : AccountExport<T>;

    internal static AccountExport<T> Of(AccountReading problem) => problem switch
    {
        AccountReading.Failed failed => new Failed(failed.Reason, failed.RetryAfter),
        AccountReading.Refused refused => new Refused(refused.Reason, refused.WhatToDo),
        _ => new Failed("The account could not be read.", null),
    };
}

/// <summary>How engaged a team was in a week.</summary>
/// <param name="Date">The week, as Officevibe names it.</param>
/// <param name="Team">The team's name there.</param>
/// <param name="Metrics">The score of all (<c>Engagement</c>) and of each of the ten metrics (<c>MG-1</c> to <c>MG-10</c>).</param>
public sealed record EngagementWeek(string Date, string Team, IReadOnlyList<EngagementMetric> Metrics);

/// <param name="Id">Stable.</param>
/// <param name="Name">As shown; null: not told.</param>
/// <param name="Value">Null: too few answers, or none.</param>
public sealed record EngagementMetric(string Id, string? Name, decimal? Value);

/// <summary>Somebody whom Workleap names.</summary>
/// <param name="Id">Workleap's own.</param>
/// <param name="Name">As shown there.</param>
/// <param name="Email">Null: not told.</param>
public sealed record AccountPersonName(string? Id, string? Name, string? Email)
{
    /// <summary>Nothing of it.</summary>
    public override string ToString() => nameof(AccountPersonName);
}

/// <summary>What somebody thanked others for (Good Vibes). One that is not public is between them.</summary>
/// <param name="Id">Workleap's own.</param>
/// <param name="CreationDate">As Workleap wrote it.</param>
/// <param name="IsPublic">Null: not told.</param>
/// <param name="Sender">Null: not told.</param>
/// <param name="Message">What was written.</param>
/// <param name="Prompt">What the card said, in the first language that it has; null: none.</param>
/// <param name="Collection">The collection that the card is of, likewise.</param>
/// <param name="ReplyCount">How many answered; what they wrote is not in the list.</param>
/// <param name="Reactions">As Workleap gives them.</param>
public sealed record GoodVibe(
    string? Id, string? CreationDate, bool? IsPublic, AccountPersonName? Sender, IReadOnlyList<AccountPersonName> Recipients, string? Message, string? Prompt, string? Collection,
    int? ReplyCount, IReadOnlyList<JsonElement> Reactions)
{
    /// <summary>Nothing of it.</summary>
    public override string ToString() => nameof(GoodVibe);
}

/// <summary>What somebody wrote to their managers, and what came of it. Confidential.</summary>
/// <param name="UserEmail">Null: anonymous.</param>
/// <param name="Message">What was written.</param>
/// <param name="Tags">As set there.</param>
/// <param name="CreationDate">As Officevibe wrote it.</param>
/// <param name="Replies">As Officevibe gives them: their shape is not known.</param>
public sealed record FeedbackConversation(string? UserEmail, string? Message, IReadOnlyList<string> Tags, string? CreationDate, IReadOnlyList<JsonElement> Replies)
{
    /// <summary>Nothing of it.</summary>
    public override string ToString() => nameof(FeedbackConversation);
}
