using System.Globalization;
using System.Text.Json;
using Gateway.Edge;
using Gateway.Officevibe;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Gateway.Exports;

/// <summary>
/// What Officevibe lets one export, read through (docs/properties-and-exports.md): members, teams, engagement, feedback, Good Vibes. Nothing of it is kept or cached; who has read it
/// is in the audit.
/// </summary>
public static class ExportEndpoints
{
    private const int MostTeams = 200;
    private const int MostDates = 60;
    private const string ByName = "The team has to be there under that very name (GET /v1/exports/teams).";

    private static readonly ExportTable<AccountUser> Members = new(
        ["email", "firstName", "lastName", "userName", "jobTitle", "isAdmin", "isCompanyManager", "isGroupManager", "isActive", "managedGroups", "memberGroups"],
        u => [[u.Email, u.FirstName, u.LastName, u.UserName, u.JobTitle, Flag(u.IsAdmin), Flag(u.IsCompanyManager), Flag(u.IsGroupManager), Flag(u.IsActive), Several(u.ManagedGroups), Several(u.MemberGroups)]]);

    private static readonly ExportTable<AccountGroup> Teams = new(
        ["id", "name", "userCount", "managerCount", "ruleBased"], g => [[g.Id, g.Name, Number(g.UserCount), Number(g.ManagerCount), Flag(g.RuleBased)]]);

    private static readonly ExportTable<EngagementWeek> Engagement = new(
        ["date", "team", "metricId", "metric", "value"], w => w.Metrics.Select(m => (string?[])[w.Date, w.Team, m.Id, m.Name, m.Value?.ToString(CultureInfo.InvariantCulture)]));

    private static readonly ExportTable<FeedbackConversation> Feedback = new(
        ["creationDate", "userEmail", "message", "tags", "replies"], c => [[c.CreationDate, c.UserEmail, c.Message, Several(c.Tags), c.Replies.Count == 0 ? "" : JsonSerializer.Serialize(c.Replies)]]);

    private static readonly ExportTable<GoodVibe> GoodVibes = new(
        ["creationDate", "sender", "senderEmail", "recipients", "recipientEmails", "message", "isPublic", "collection", "prompt", "replyCount", "reactions", "id"],
        v => [[v.CreationDate, v.Sender?.Name, v.Sender?.Email, Several(v.Recipients.Select(r => r.Name)), Several(v.Recipients.Select(r => r.Email)), v.Message, Flag(v.IsPublic), v.Collection, v.Prompt,
            Number(v.ReplyCount), v.Reactions.Count == 0 ? "" : JsonSerializer.Serialize(v.Reactions), v.Id]]);

    public static void MapExports(this IEndpointRouteBuilder app)
    {
        var exports = app.MapGroup("/v1/exports").WithTags("Exports");
        exports.WithRequestTimeout(LimitsExtensions.LongTimeout);
        exports.MapGet("/members", MembersAsync).RequireAuthorization(Scopes.Read).WithName("exportMembers").WithSummary("The account's members, as Officevibe lists them now: without ids, properties and, in the legacy dialect, status.")
            .Describes<AccountUser>();
        exports.MapGet("/teams", TeamsAsync).RequireAuthorization(Scopes.Read).WithName("exportTeams").WithSummary("The account's teams, as Officevibe lists them now, under its own ids.").Describes<AccountGroup>();
        exports.MapGet("/engagement", EngagementAsync).RequireAuthorization(Scopes.Operate).WithName("exportEngagement").WithSummary("Weekly engagement scores of teams. Legacy dialect only.").Describes<EngagementWeek>().ProducesProblem(501);
        exports.MapGet("/feedback", FeedbackAsync).RequireAuthorization(Scopes.Operate).WithName("exportFeedback")
            .WithSummary("What people of a team wrote in confidence, since a day. Only where Gateway:Exports:Feedback is on. Legacy dialect only.").Describes<FeedbackConversation>().ProducesProblem(501);
        exports.MapGet("/goodvibes", GoodVibesAsync).RequireAuthorization(Scopes.Operate).WithName("exportGoodVibes")
            .WithSummary("What people thank each other for. Only where Gateway:Exports:GoodVibes is on. Workleap only.").Describes<GoodVibe>().ProducesProblem(501);
    }

    private static RouteHandlerBuilder Describes<T>(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<ExportAnswer<T>>(200, "application/json", "text/csv").ProducesProblem(400).ProducesProblem(429).ProducesProblem(502).ProducesProblem(503);

    /// <param name="query">The form of the answer.</param>
    /// <param name="context">The request.</param>
    /// <param name="desk">Reads.</param>
    /// <param name="officevibe">The account.</param>
    private static Task<IResult> MembersAsync([AsParameters] ExportQuery query, HttpContext context, ExportDesk desk, OfficevibeClient officevibe) =>
        desk.AnswerAsync(context, query, "members", Members, null, officevibe.ExportMembersAsync);

    /// <param name="query">The form of the answer.</param>
    /// <param name="context">The request.</param>
    /// <param name="desk">Reads.</param>
    /// <param name="officevibe">The account.</param>
    private static Task<IResult> TeamsAsync([AsParameters] ExportQuery query, HttpContext context, ExportDesk desk, OfficevibeClient officevibe) =>
        desk.AnswerAsync(context, query, "teams", Teams, null, officevibe.ExportTeamsAsync);

    /// <param name="team">The team's name in the account; may be given several times, at most 200.</param>
    /// <param name="date">A day of the week, yyyy-MM-dd; may be given several times, at most 60.</param>
    /// <param name="query">The form of the answer.</param>
    /// <param name="context">The request.</param>
    /// <param name="desk">Reads.</param>
    /// <param name="officevibe">The account.</param>
    private static async Task<IResult> EngagementAsync(
        string[]? team, string[]? date, [AsParameters] ExportQuery query, HttpContext context, ExportDesk desk, OfficevibeClient officevibe)
    {
        var teams = (team ?? []).Where(t => !string.IsNullOrWhiteSpace(t)).Distinct(StringComparer.Ordinal).ToList();
        var dates = (date ?? []).Select(Day).ToList();
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (teams.Count is 0 or > MostTeams) errors.Add("team", [$"1 to {MostTeams} names of teams, as in GET /v1/exports/teams."]);
        if (dates.Count is 0 or > MostDates || dates.Contains(null)) errors.Add("date", [$"1 to {MostDates} days such as 2026-03-02."]);
        if (errors.Count > 0) return Problem.Invalid(errors);
        return await desk.AnswerAsync(
            context, query, "engagement", Engagement, new { teams, dates }, ct => officevibe.ExportEngagementAsync(teams, [.. dates.OfType<DateOnly>().Distinct()], ct), ByName);
    }

    /// <param name="team">The team's name in the account.</param>
    /// <param name="from">The first day, yyyy-MM-dd.</param>
    /// <param name="query">The form of the answer.</param>
    /// <param name="context">The request.</param>
    /// <param name="desk">Reads.</param>
    /// <param name="officevibe">The account.</param>
    /// <param name="options">Whether it may be read.</param>
    /// <param name="environment">Decides where the settings do not say.</param>
    private static async Task<IResult> FeedbackAsync(
        string? team, string? from, [AsParameters] ExportQuery query, HttpContext context, ExportDesk desk, OfficevibeClient officevibe,
        IOptions<ExportsOptions> options, IHostEnvironment environment)
    {
        if (!(options.Value.Feedback ?? environment.IsDevelopment()))
            return new Problem(ProblemKind.SwitchedOff, $"Feedback is confidential, and is read through only where {ExportsOptions.Section}:Feedback is true.");
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(team)) errors.Add("team", ["The team's name, as in GET /v1/exports/teams."]);
        if (Day(from) is not { } day) errors.Add("from", ["The first day, such as 2026-03-02."]);
        else if (errors.Count == 0) return await desk.AnswerAsync(context, query, "feedback", Feedback, new { team, from = day }, ct => officevibe.ExportFeedbackAsync(team!, day, ct), ByName);
        return Problem.Invalid(errors);
    }

    /// <param name="publicOnly">true: none that is between its people alone. Default false: all that the key may see.</param>
    /// <param name="query">The form of the answer.</param>
    /// <param name="context">The request.</param>
    /// <param name="desk">Reads.</param>
    /// <param name="officevibe">The account.</param>
    /// <param name="options">Whether it may be read.</param>
    /// <param name="environment">Decides where the settings do not say.</param>
    private static async Task<IResult> GoodVibesAsync(
        [FromQuery(Name = "public")] bool? publicOnly, [AsParameters] ExportQuery query, HttpContext context, ExportDesk desk, OfficevibeClient officevibe,
        IOptions<ExportsOptions> options, IHostEnvironment environment) => !(options.Value.GoodVibes ?? environment.IsDevelopment())
        ? new Problem(ProblemKind.SwitchedOff, $"Good Vibes are about people, and are read through only where {ExportsOptions.Section}:GoodVibes is true.")
        : await desk.AnswerAsync(context, query, "goodvibes", GoodVibes, publicOnly == true ? new { @public = true } : null, ct => officevibe.ExportGoodVibesAsync(publicOnly == true, ct));

    private static DateOnly? Day(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static string? Flag(bool? flag) => flag switch { true => "TRUE", false => "FALSE", null => null };

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string Several(IEnumerable<string?> values) => string.Join("; ", values);
}
