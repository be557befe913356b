using System.Security.Claims;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Gateway.Edge;
using Gateway.Operations.Security;
using Gateway.Tests.Sync;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Tests.Operations;

/// <summary>A provider of our own on a real port: discovery document, signing keys, tokens.</summary>
public sealed class OpenIdConnectTests : IAsyncLifetime
{
    private readonly RSA rsa = RSA.Create(2048);
    private WebApplication provider = null!;
    private string issuer = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "http://127.0.0.1:0");
        provider = builder.Build();
        provider.MapGet("/.well-known/openid-configuration", () => new { issuer, jwks_uri = issuer + "keys" });
        provider.MapGet("/keys", () =>
        {
            var p = rsa.ExportParameters(includePrivateParameters: false);
            return new { keys = new[] { new { kty = "RSA", kid = "1", use = "sig", alg = "RS256", n = Base64UrlEncoder.Encode(p.Modulus!), e = Base64UrlEncoder.Encode(p.Exponent!) } } };
        });
        await provider.StartAsync();
        issuer = provider.Urls.First() + "/";
    }

    public async ValueTask DisposeAsync()
    {
        await provider.DisposeAsync();
        rsa.Dispose();
    }

    [Theory]
    [InlineData("scope", "openid read approve")]
    [InlineData("scp", "read")]
    [InlineData("roles", "read")]
    public async Task A_token_does_what_its_scopes_say(string claim, string value)
    {
        await using var host = await StartAsync();

        var token = Token(rsa, "gateway", claim, value);

        Assert.Equal("user:ada", await (await GetAsync(host, "/read", token)).Content.ReadAsStringAsync());
        await (await GetAsync(host, "/ingest", token)).IsProblemAsync(ProblemKind.ScopeMissing);
    }

    [Fact]
    public async Task A_token_for_another_audience_or_of_another_signer_or_an_ended_one_is_refused()
    {
        await using var host = await StartAsync();
        using var stranger = RSA.Create(2048);

        await (await GetAsync(host, "/read", Token(rsa, "payroll", "scope", "read"))).IsProblemAsync(ProblemKind.KeyInvalid);
        await (await GetAsync(host, "/read", Token(stranger, "gateway", "scope", "read"))).IsProblemAsync(ProblemKind.KeyInvalid);
        await (await GetAsync(host, "/read", Token(rsa, "gateway", "scope", "read", DateTime.UtcNow.AddHours(-1)))).IsProblemAsync(ProblemKind.KeyInvalid);
    }

    [Fact]
    public async Task A_token_cannot_claim_to_be_somebody_through_our_own_claims_nor_speak_for_every_source()
    {
        await using var host = await StartAsync();

        var token = Token(rsa, "gateway", Caller.ScopeClaim, "approve");
        var everywhere = Token(rsa, "gateway", "gateway_source", "*");

        await (await GetAsync(host, "/approve", token)).IsProblemAsync(ProblemKind.ScopeMissing);
        Assert.Contains("\"may\":false", await (await GetAsync(host, "/sources/hris", everywhere)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_two_have_to_say_the_same_a_token_counts_by_its_subject()
    {
        Assert.Equal(Voice("ada", "7"), Voice("ada.lovelace", "7"));
        Assert.NotEqual(Voice("ada", "7"), Voice("ada", "8"));

        static string Voice(string name, string subject) => new ClaimsPrincipal(OpenIdConnect.Read(
            new ClaimsPrincipal(new ClaimsIdentity([new("preferred_username", name), new("sub", subject), new("iss", "https://login.example.test"), new(Caller.VoiceClaim, "forged")])), "gateway_source")).Voice!;
    }

    [Fact]
    public async Task Of_two_approvals_by_token_one_person_gives_one_whatever_they_are_called_and_their_namesake_the_other()
    {
        await using var sync = await SyncGateway.StartAsync(new()
        {
            ["Gateway:Sync:Guard:Approvals"] = "2", ["Gateway:Authentication:Authority"] = issuer, ["Gateway:Authentication:Audience"] = "gateway",
        });
        await sync.CompanyAsync(10);
        var held = await sync.RequestAsync();

        Assert.Equal(HttpStatusCode.Accepted, await ApproveAsync("1", "ada"));
        Assert.Equal(HttpStatusCode.Conflict, await ApproveAsync("1", "ada.lovelace"));
        Assert.Equal("held", (await sync.RunAsync(held.Id())).State());
        Assert.Equal(HttpStatusCode.OK, await ApproveAsync("2", "ada"));
        Assert.Equal(["user:ada", "user:ada"], (await sync.RunAsync(held.Id()))["approvals"]!.AsArray().Select(a => (string)a!["by"]!));

        async Task<HttpStatusCode> ApproveAsync(string subject, string name)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(sync.Gateway.Address, $"/v1/syncs/{held.Id()}/approve"));
            request.Content = JsonContent.Create(new { contentHash = (string)held["contentHash"]!, firstSync = true });
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(rsa, "gateway", "scope", "approve", subject: subject, name: name));
            using var client = new HttpClient();
            using var answer = await client.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Keys_go_on_working_beside_tokens()
    {
        var key = ApiKey.New();
        await using var host = await StartAsync(EdgeHost.Key("hris", key, "read"));

        Assert.Equal("key:hris", await (await host.GetAsync("/read", key)).Content.ReadAsStringAsync());
        Assert.Equal("key:hris", await (await GetAsync(host, "/read", key)).Content.ReadAsStringAsync());
        await (await host.GetAsync("/read")).IsProblemAsync(ProblemKind.KeyMissing);
    }

    private Task<EdgeHost> StartAsync(Dictionary<string, string?>? settings = null) => EdgeHost.StartAsync(
        new Dictionary<string, string?>(settings ?? [], StringComparer.Ordinal)
        {
            ["Gateway:Authentication:Authority"] = issuer,
            ["Gateway:Authentication:Audience"] = "gateway",
        },
        "Development");

    private string Token(RSA signer, string audience, string claim, string value, DateTime? expires = null, string subject = "1", string name = "ada") => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = issuer,
        Audience = audience,
        NotBefore = DateTime.UtcNow.AddHours(-2),
        Expires = expires ?? DateTime.UtcNow.AddMinutes(5),
        Claims = new Dictionary<string, object> { ["sub"] = subject, ["preferred_username"] = name, [claim] = value },
        SigningCredentials = new SigningCredentials(new RsaSecurityKey(signer) { KeyId = "1" }, SecurityAlgorithms.RsaSha256),
    });

    private static async Task<HttpResponseMessage> GetAsync(EdgeHost host, string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await host.Client.SendAsync(request);
    }
}
