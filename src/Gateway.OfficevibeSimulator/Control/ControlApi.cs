using System.Security.Cryptography;
using Gateway.OfficevibeSimulator.Account;
using Gateway.OfficevibeSimulator.Faults;
using Gateway.OfficevibeSimulator.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gateway.OfficevibeSimulator.Control;

/// <summary>The endpoints for whoever rehearses, <c>/_simulator</c>: look at everything, change everything, break everything. No key is asked for.</summary>
internal static class ControlApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var control = routes.MapGroup("/_simulator");
        control.MapGet("/state", (SimulatedAccount account, RequestLog log) => CopyState.Of(account, log.Total));
        control.MapGet("/requests", (RequestLog log) => log.List());
        control.MapGet("/report/{number:int}", Report);
        control.MapPost("/account", Change);
        control.MapPost("/reset", Reset);
        control.MapPost("/provisioning/work", (SimulatedAccount account) => new { Worked = account.WorkPending() });
        control.MapPost("/provisioning/{number:int}/approve", (SimulatedAccount account, int number) => Decide(account, number, approve: true));
        control.MapPost("/provisioning/{number:int}/reject", (SimulatedAccount account, int number) => Decide(account, number, approve: false));
        control.MapGet("/faults", (FaultSwitches faults) => faults.List());
        control.MapPost("/faults", Arm);
        control.MapDelete("/faults", (FaultSwitches faults) =>
        {
            faults.Clear();
            return TypedResults.NoContent();
        });
        control.MapPost("/faults/release", (FaultSwitches faults) => new { Released = faults.Release() });
        control.MapGet("/faults/held", async (FaultSwitches faults, HttpContext context, int count = 1) =>
            new { Held = await faults.HeldAsync(count, context.RequestAborted) });
        routes.MapGet("/", (HttpContext context, SimulatedAccount account, RequestLog log, FaultSwitches faults) =>
            Html.Answer(context, AccountPage.Render(CopyState.Of(account, log.Total), log.List(), faults.List())));
        routes.MapGet("/syncs/{number:int}", (HttpContext context, SimulatedAccount account, int number) => SyncPage.Render(CopyState.Of(account, 0), CopyState.After(account, number), number) is { } page
            ? Html.Answer(context, page)
            : TypedResults.Problem($"There is no sync {number}; the last 200 are kept.", statusCode: StatusCodes.Status404NotFound));
    }

    private static IResult Report(SimulatedAccount account, int number)
    {
        var report = account.Read((_, _, reports) => reports.FirstOrDefault(r => r.Number == number));
        return report is null
            ? TypedResults.Problem($"There is no report {number}; the last 200 are kept.", statusCode: StatusCodes.Status404NotFound)
            : TypedResults.Text(report.ToCsv(), "text/csv; charset=utf-8");
    }

    private static IResult Change(SimulatedAccount account, AccountChange change)
    {
        var problems = ChangeAccount.Apply(account, change);
        return problems.Count == 0
            ? TypedResults.NoContent()
            : TypedResults.Problem(string.Join(' ', problems), statusCode: StatusCodes.Status400BadRequest);
    }

    private static IResult Decide(SimulatedAccount account, int number, bool approve) => account.Decide(number, approve)
        ? TypedResults.NoContent()
        : TypedResults.Problem($"Sync {number} is not paused.", statusCode: StatusCodes.Status409Conflict);

    private static NoContent Reset(SimulatedAccount account, RequestLog log, FaultSwitches faults)
    {
        faults.Clear();
        account.Reset();
        log.Clear();
        return TypedResults.NoContent();
    }

    private static IResult Arm(FaultSwitches faults, Fault fault)
    {
        if (fault.Problems() is { Count: > 0 } problems)
        {
            return TypedResults.ValidationProblem(problems);
        }

        if (fault.Kind == FaultKind.KeyRegenerated)
        {
            fault.NewKey ??= Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        }

        return TypedResults.Ok(faults.Arm(fault));
    }
}
