using Gateway.OfficevibeSimulator.Account;
using Gateway.OfficevibeSimulator.Faults;
using Gateway.OfficevibeSimulator.Requests;
using Gateway.OfficevibeSimulator.Sync;

namespace Gateway.OfficevibeSimulator.Legacy;

/// <summary>The endpoints of the legacy API, <c>/api/v2</c>.</summary>
internal static class LegacyApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v2");
        api.MapPost("/sync", SyncAsync);
        api.MapGet("/ping", context => Answers.WriteAsync(context, StatusCodes.Status200OK, new PingAnswer(true, "")));
        api.MapGet("/users", (HttpContext context, SimulatedAccount account) => ReadAsync(context, account, ReadSide.Users));
        api.MapGet("/users/{email}", (HttpContext context, SimulatedAccount account, string email) =>
            ReadAsync(context, account, (state, settings) => ReadSide.User(state, settings, email)));
        api.MapGet("/groups", (HttpContext context, SimulatedAccount account, string? groupId) =>
            ReadAsync(context, account, (state, settings) =>
                string.IsNullOrEmpty(groupId) ? ReadSide.Groups(state, settings) : ReadSide.Group(state, settings, groupId)));
        api.MapPost("/engagement", async (HttpContext context, SimulatedAccount account) =>
        {
            var asked = await ExportSide.AskedAsync(context.Request);
            await (asked is null
                ? Answers.FailAsync(context, account.Settings.FailureStatus, ["groupNames and dates are needed."])
                : ReadAsync(context, account, (state, settings) => ExportSide.Engagement(state, settings, asked)));
        });
        api.MapGet("/feedback", (HttpContext context, SimulatedAccount account, string? groupName, DateOnly? fromDate) =>
            ReadAsync(context, account, (state, settings) => ExportSide.Feedback(state, settings, groupName, fromDate)));
        api.Map("/{**other}", context => Answers.FailAsync(context, StatusCodes.Status404NotFound, ["There is no such resource."]));
        routes.MapGet("/login", LegacyAuthentication.ShowLoginAsync);
    }

    private static async Task SyncAsync(HttpContext context, SimulatedAccount account, RequestLog log)
    {
        var body = await ReadSyncPayload.FromAsync(context.Request.Body, [PayloadNames.Legacy], context.RequestAborted);
        var report = account.Sync(body);
        var call = context.Features.Get<ApiCall>()!;
        log.Note(call.Entry, e => e.Sync = report.Number);
        if (!report.Applied)
        {
            await Answers.FailAsync(context, account.Settings.FailureStatus, report.Errors);
            return;
        }

        var errors = new List<string>();
        if (account.Settings.ListSkippedRows)
        {
            errors.AddRange(report.Skipped.Select(row => row.ToString()));
        }

        if (call.Fault?.Kind == FaultKind.SuccessWithErrors)
        {
            errors.AddRange(call.Fault.Errors ?? ["Skipped User Attribute Option Not Found"]);
        }

        await Answers.WriteAsync(context, StatusCodes.Status200OK, new SyncAnswer(true, errors));
    }

    private static Task ReadAsync(HttpContext context, SimulatedAccount account, Func<AccountState, AccountSettings, object?> look)
    {
        var data = account.Read((state, settings, _) => look(state, settings));
        return data is null
            ? Answers.FailAsync(context, account.Settings.FailureStatus, ["Not found."])
            : Answers.WriteAsync(context, StatusCodes.Status200OK, new ReadAnswer(true, "", data));
    }
}
