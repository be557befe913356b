using Gateway.Edge;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Gateway.Operations.Security;

/// <summary>Says no as problem details: 401 without a good key, 403 without the scope.</summary>
public sealed class AccessAnswers : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
            return;
        }

        if (authorizeResult.Challenged)
        {
            // The handler keeps its verdict for the request; this asks for it.
            var reason = (await context.AuthenticateAsync()).Failure;
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await Refusal(reason).ExecuteAsync(context);
            return;
        }

        var needed = policy.Requirements.OfType<ClaimsAuthorizationRequirement>().Where(r => r.ClaimType == Caller.ScopeClaim)
            .SelectMany(r => r.AllowedValues ?? []);
        await new Problem(ProblemKind.ScopeMissing, $"This needs the scope {string.Join(" or ", needed)}.").ExecuteAsync(context);
    }

    private static Problem Refusal(Exception? reason) => reason switch
    {
        null => new Problem(ProblemKind.KeyMissing, "Send a key as 'Authorization: Bearer <key>' or 'X-Api-Key: <key>'. 'gateway keys new' makes one."),
        // Our own words; those of the token library hold parts of the token.
        AuthenticationFailureException => new Problem(ProblemKind.KeyInvalid, reason.Message),
        _ => new Problem(ProblemKind.KeyInvalid, "The token is not valid here: it may have ended, or be meant for another audience."),
    };
}
