using System.Text.Json;
using Gateway.OfficevibeSimulator.Account;
using Gateway.OfficevibeSimulator.Faults;
using Gateway.OfficevibeSimulator.Requests;
using Gateway.OfficevibeSimulator.Sync;

namespace Gateway.OfficevibeSimulator.Workleap;

/// <summary>The endpoints of the successor's API, <c>/public</c> and <c>/officevibe</c>, as far as their names and shapes are known.</summary>
internal static class WorkleapApi
{
    public static readonly PathString Provisioning = "/public/provisioning";

    public static readonly PathString Officevibe = "/officevibe";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/public");
        api.MapPost("/provisioning/json", ProvisionAsync);
        api.MapPost("/users/search", (HttpContext context, SimulatedAccount account) => SearchAsync(context, account, WorkleapReading.Users));
        api.MapPost("/groups/search", (HttpContext context, SimulatedAccount account) => SearchAsync(context, account, WorkleapReading.Groups));
        api.MapGet("/users/{id}", (HttpContext context, SimulatedAccount account, string id) => account.Read((state, _, _) => WorkleapReading.User(state, id)) is { } user
            ? WorkleapAnswers.WriteAsync(context, StatusCodes.Status200OK, user)
            : WorkleapAnswers.FailAsync(context, StatusCodes.Status404NotFound, "ERR_USER_NOT_FOUND", "There is no such user."));
        routes.MapGet(Officevibe + "/goodvibes", GoodVibesAsync);
        foreach (var root in (RouteGroupBuilder[])[api, routes.MapGroup(Officevibe)])
        {
            root.Map("/{**other}", NotFoundAsync);
        }
    }

    private static Task GoodVibesAsync(HttpContext context, SimulatedAccount account, int? limit, string? continuationToken, bool? isPublic)
    {
        var page = new SearchOrder(null, limit, continuationToken);
        return limit is < 1 || page.Offset() is null
            ? WorkleapAnswers.FailAsync(context, StatusCodes.Status400BadRequest, "ERR_VALIDATION", "There is no such page.")
            : WorkleapAnswers.WriteAsync(context, StatusCodes.Status200OK, account.Read((state, _, _) => WorkleapReading.GoodVibes(state, page, isPublic)));
    }

    private static Task NotFoundAsync(HttpContext context) => WorkleapAnswers.FailAsync(context, StatusCodes.Status404NotFound, "ERR_NOT_FOUND", "There is no such resource.");

    private static async Task ProvisionAsync(HttpContext context, SimulatedAccount account, RequestLog log)
    {
        var body = await ReadSyncPayload.FromAsync(context.Request.Body, [PayloadNames.Workleap, PayloadNames.LegacyWithoutSettings], context.RequestAborted);
        var call = context.Features.Get<ApiCall>()!;
        var report = account.Schedule(body, call.Fault switch
        {
            { Kind: FaultKind.ProvisioningFails, Half: true } => Breaks.HalfWay,
            { Kind: FaultKind.ProvisioningFails } => Breaks.BeforeAnything,
            _ => Breaks.Not,
        });
        log.Note(call.Entry, e => e.Sync = report.Number);
        if (report.Status == SyncStatus.Refused)
        {
            await WorkleapAnswers.FailAsync(context, StatusCodes.Status400BadRequest, "ERR_VALIDATION", report.Errors[0]);
        }
        else if (call.Fault?.Kind == FaultKind.SuccessWithErrors)
        {
            await WorkleapAnswers.WriteAsync(context, StatusCodes.Status200OK, new { IsSuccess = true, Errors = call.Fault.Errors ?? ["Skipped User Attribute Option Not Found"] });
        }
        else
        {
            // Whatever has become of it since: no caller is told of the end (assumed).
            var said = report.Status == SyncStatus.Paused && account.Settings.Workleap.AnswerSaysPaused ? SyncStatus.Paused : SyncStatus.Pending;
            await WorkleapAnswers.WriteAsync(context, StatusCodes.Status202Accepted, new { JobId = $"sync-{report.Number}", Status = said.ToString(), ScheduledAt = report.At });
        }
    }

    private static async Task SearchAsync(HttpContext context, SimulatedAccount account, Func<AccountState, SearchOrder, object> look)
    {
        SearchOrder? order;
        try
        {
            order = await JsonSerializer.DeserializeAsync<SearchOrder>(context.Request.Body, JsonSerializerOptions.Web, context.RequestAborted);
        }
        catch (JsonException)
        {
            order = null;
        }

        await (order is null || order.PageSize is < 1 || order.Offset() is null
            ? WorkleapAnswers.FailAsync(context, StatusCodes.Status400BadRequest, "ERR_VALIDATION", "The body is no search.")
            : WorkleapAnswers.WriteAsync(context, StatusCodes.Status200OK, account.Read((state, _, _) => look(state, order))));
    }
}
