using System.Net;
using System.Text.Encodings.Web;
using Gateway.Edge;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Gateway.Operations.Security;

/// <summary>Accepts a key as <c>X-Api-Key: gwk_…</c> or <c>Authorization: Bearer gwk_…</c>.</summary>
public sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, KeyRing ring, TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "Key";
    public const string Header = "X-Api-Key";
    private const string Bearer = "Bearer ";

    /// <summary>The credential of a bearer header; null: no such header.</summary>
    public static string? BearerToken(HttpRequest request)
    {
        var authorization = request.Headers.Authorization;
        return authorization.Count == 1 && authorization[0] is { } value && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? value[Bearer.Length..].Trim()
            : null;
    }

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Judge());

    private AuthenticateResult Judge()
    {
        var header = Request.Headers[Header];
        if (header.Count > 1) return AuthenticateResult.Fail("There is more than one X-Api-Key header.");
        var presented = header.Count == 1 ? header[0]?.Trim() : BearerToken(Request);
        if (string.IsNullOrEmpty(presented)) return AuthenticateResult.NoResult();

        if (ring.Find(presented) is not { } entry) return AuthenticateResult.Fail("This key is not known here.");
        if (entry.Key.NotAfter is { } end && time.GetUtcNow() >= end) return AuthenticateResult.Fail("This key has ended: ask for a new one.");
        if (entry.Key.LocalOnly && !FromThisMachine()) return AuthenticateResult.Fail("The development key is accepted from the gateway's own machine only.");
        return AuthenticateResult.Success(new AuthenticationTicket(entry.Principal, Scheme));
    }

    private bool FromThisMachine() => Context.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address);

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // The answer itself is written by AccessAnswers.
        Response.Headers.WWWAuthenticate = "Bearer";
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}
