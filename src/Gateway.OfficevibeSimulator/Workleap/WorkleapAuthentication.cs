using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.OfficevibeSimulator.Account;

namespace Gateway.OfficevibeSimulator.Workleap;

/// <summary>The successor's key: <c>workleap-subscription-key</c>. A bearer key, whichever, is none.</summary>
internal static class WorkleapAuthentication
{
    public const string Header = "workleap-subscription-key";

    public static Task HandleAsync(HttpContext context, SimulatedAccount account, RequestDelegate next)
    {
        var writes = context.Request.Path.StartsWithSegments(WorkleapApi.Provisioning, StringComparison.OrdinalIgnoreCase);
        return account.AdmitWorkleap(context.Request.Headers[Header] is [{ } key] ? key : null, writes) switch
        {
            Admission.Granted => next(context),
            Admission.ReadOnlyKey => WorkleapAnswers.FailAsync(context, StatusCodes.Status403Forbidden, "ERR_FORBIDDEN", "The key may only read."),
            Admission.IntegrationInactive => WorkleapAnswers.FailAsync(
                context, StatusCodes.Status400BadRequest, "ERR_PROVISIONING_NOT_ACTIVATED", "API provisioning must be activated in Settings > Provisioning, and be part of the plan."),
            _ => WorkleapAnswers.FailAsync(context, StatusCodes.Status401Unauthorized, "ERR_UNAUTHORIZED", "A valid workleap-subscription-key is needed."),
        };
    }
}

/// <summary>Writes the API's JSON. Errors have the shape that was seen, <c>{"error":{"code":…}}</c>; the codes but one are assumed.</summary>
internal static class WorkleapAnswers
{
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteAsync<T>(HttpContext context, int status, T answer)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(answer, Json, context.RequestAborted);
    }

    public static Task FailAsync(HttpContext context, int status, string code, string message) =>
        WriteAsync(context, status, new { Error = new { Code = code, Message = message } });
}
