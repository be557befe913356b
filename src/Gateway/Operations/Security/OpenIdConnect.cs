using System.Security.Claims;
using System.Text;
using Gateway.Edge;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace Gateway.Operations.Security;

/// <summary><c>Gateway:Authentication</c>: bearer tokens of an OpenID Connect provider, beside keys. Off without an authority.</summary>
public sealed class AuthenticationOptions
{
    public const string Section = "Gateway:Authentication";

    /// <summary>The issuer, such as <c>https://login.example.com/tenant/v2.0</c>; its discovery document gives the signing keys. Null: keys only.</summary>
    public Uri? Authority { get; set; }

    /// <summary>The <c>aud</c> that tokens must carry: without it a token made for another application would do. Needed with an authority.</summary>
    public string? Audience { get; set; }

    /// <summary>The claim that names the source an <c>ingest</c> token speaks for; it may repeat.</summary>
    public string SourceClaim { get; set; } = "gateway_source";
}

/// <summary>Fills in the bearer handler, and reads tokens the way the gateway reads keys.</summary>
public sealed class OpenIdConnect(IOptions<AuthenticationOptions> settings, IHostEnvironment environment) : IConfigureNamedOptions<JwtBearerOptions>
{
    public void Configure(JwtBearerOptions options) => Configure(JwtBearerDefaults.AuthenticationScheme, options);

    public void Configure(string? name, JwtBearerOptions options)
    {
        var value = settings.Value;
        options.Authority = value.Authority?.AbsoluteUri;
        options.Audience = value.Audience;
        options.RequireHttpsMetadata = !environment.IsDevelopment();
        options.MapInboundClaims = false;
        options.BackchannelTimeout = TimeSpan.FromSeconds(10);
        options.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                context.Principal = new ClaimsPrincipal(Read(context.Principal!, value.SourceClaim));
                return Task.CompletedTask;
            },
        };
    }

    /// <summary>Scopes come from <c>scope</c>, <c>scp</c> (separated by spaces) and <c>roles</c>; what is not one of ours is left aside.</summary>
    public static ClaimsIdentity Read(ClaimsPrincipal token, string sourceClaim)
    {
        var scopes = token.Claims.Where(c => c.Type is "scope" or "scp" or "roles" or "role")
            .SelectMany(c => c.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Intersect(Scopes.All, StringComparer.Ordinal);
        // A client's token has no user name; its subject is always there.
        var actor = token.FindFirst("preferred_username")?.Value ?? token.FindFirst("azp")?.Value ?? token.FindFirst("client_id")?.Value ?? token.FindFirst("sub")?.Value;
        return new ClaimsIdentity(
            [
                new Claim(Caller.ActorClaim, "user:" + actor),
                // A user name can be given to another account; a subject cannot.
                new Claim(Caller.VoiceClaim, Caller.VoiceOf("subject", Encoding.UTF8.GetBytes($"{token.FindFirst("iss")?.Value}\n{token.FindFirst("sub")?.Value ?? actor}"))),
                .. scopes.Select(s => new Claim(Caller.ScopeClaim, s)),
                // A token never speaks for every source at once.
                .. token.FindAll(sourceClaim).Where(c => c.Value != Caller.AnySource).Select(c => new Claim(Caller.SourceClaim, c.Value)),
            ],
            JwtBearerDefaults.AuthenticationScheme, Caller.ActorClaim, Caller.ScopeClaim);
    }
}

/// <summary>Half a provider must not start.</summary>
public sealed class AuthenticationOptionsValidator(IHostEnvironment environment) : IValidateOptions<AuthenticationOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthenticationOptions options)
    {
        if (options.Authority is null)
        {
            return options.Audience is null
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"{AuthenticationOptions.Section}:Audience is set, but not {AuthenticationOptions.Section}:Authority. Set both, or neither.");
        }

        var errors = new List<string>();
        if (!options.Authority.IsAbsoluteUri || options.Authority.Scheme is not ("https" or "http"))
            errors.Add($"{AuthenticationOptions.Section}:Authority must be an absolute https address.");
        else if (options.Authority.Scheme == "http" && !environment.IsDevelopment())
            errors.Add($"{AuthenticationOptions.Section}:Authority must be https outside Development.");
        if (string.IsNullOrWhiteSpace(options.Audience))
            errors.Add($"{AuthenticationOptions.Section}:Authority needs {AuthenticationOptions.Section}:Audience: without it a token made for another application would be accepted.");
        if (string.IsNullOrWhiteSpace(options.SourceClaim))
            errors.Add($"{AuthenticationOptions.Section}:SourceClaim must not be empty.");
        return errors.Count > 0 ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
    }
}
