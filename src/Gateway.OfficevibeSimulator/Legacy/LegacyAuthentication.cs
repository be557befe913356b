using Gateway.OfficevibeSimulator.Account;

namespace Gateway.OfficevibeSimulator.Legacy;

/// <summary>The bearer key, and whether the integration may be used at all. A wrong key never gets a JSON 401.</summary>
internal static class LegacyAuthentication
{
    private const string NotActivated = "You must activate API synchronization via the admin dashboard on officevibe.com.";
    private const string Scheme = "Bearer ";

    public static Task HandleAsync(HttpContext context, SimulatedAccount account, RequestDelegate next)
    {
        var settings = account.Settings;
        return account.Admit(Key(context.Request)) switch
        {
            Admission.Granted => next(context),
            Admission.IntegrationInactive => Answers.FailAsync(context, settings.FailureStatus, [NotActivated]),
            _ when settings.AuthenticationFailure == AuthenticationFailure.Redirect => RedirectAsync(context),
            _ => ShowLoginAsync(context),
        };
    }

    public static Task ShowLoginAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(LoginPage.Html, context.RequestAborted);
    }

    private static Task RedirectAsync(HttpContext context)
    {
        context.Response.Headers.Location = "/login";
        return Answers.WriteAsync(context, StatusCodes.Status302Found, new { message = "You must be signed in." });
    }

    private static string? Key(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? value[Scheme.Length..].Trim()
            : null;
}
