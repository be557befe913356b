using System.Globalization;
using Gateway.OfficevibeSimulator.Account;
using Gateway.OfficevibeSimulator.Legacy;

namespace Gateway.OfficevibeSimulator.Faults;

/// <summary>The part of a fault that comes before the call takes effect; <see cref="Requests.ApiPipeline"/> plays what comes after.</summary>
internal static class PlayFault
{
    /// <summary>Plays the fault; calls <paramref name="next"/> where the call takes effect all the same.</summary>
    public static async Task BeforeAsync(Fault fault, HttpContext context, SimulatedAccount account, FaultSwitches faults, RequestDelegate next)
    {
        var response = context.Response;
        switch (fault.Kind)
        {
            case FaultKind.RateLimited:
                await AnswerAsync(response, fault, StatusCodes.Status429TooManyRequests, "text/plain", "Too many requests.");
                break;
            case FaultKind.ServerError:
                await AnswerAsync(response, fault, fault.Status ?? StatusCodes.Status500InternalServerError, "text/plain", "Something went wrong.");
                break;
            case FaultKind.Maintenance:
                await AnswerAsync(response, fault, fault.Status ?? StatusCodes.Status503ServiceUnavailable, "text/html", LoginPage.Maintenance);
                break;
            case FaultKind.FailureText:
                await Answers.FailAsync(context, account.Settings.FailureStatus, fault.Errors ?? ["Main: An error occurred while syncing"]);
                break;
            case FaultKind.CutBeforeApply:
                break;
            case FaultKind.KeyRegenerated:
                account.ReplaceKey(fault.NewKey!, workleap: !context.Request.Path.StartsWithSegments("/api/v2", StringComparison.OrdinalIgnoreCase));
                await next(context);
                break;
            case FaultKind.IntegrationOff:
                account.SetIntegrationActive(false);
                await next(context);
                break;
            case FaultKind.Slow when !fault.AfterApply:
                await faults.HoldAsync(context.RequestAborted);
                await next(context);
                break;
            default:
                await next(context);
                break;
        }
    }

    private static Task AnswerAsync(HttpResponse response, Fault fault, int status, string mediaType, string text)
    {
        response.StatusCode = status;
        response.ContentType = $"{mediaType}; charset=utf-8";
        if (fault.RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return response.WriteAsync(text);
    }
}
