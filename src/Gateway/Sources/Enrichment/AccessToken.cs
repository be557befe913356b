using System.Text.Json;
using Gateway.Edge.Outgoing;

namespace Gateway.Sources.Enrichment;

/// <summary>A token by OAuth 2.0 client credentials, kept until shortly before its end, asked for once at a time.</summary>
internal sealed class AccessToken(Credential.Client client, HttpMessageInvoker http, TimeSpan timeout, TimeProvider time) : IDisposable
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>Where the answer does not say (RFC 6749, section 5.1, recommends that it does).</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _one = new(1, 1);
    private (string Text, DateTimeOffset AskedAt, DateTimeOffset Until)? _token;

    public async Task<(string? Token, CallResult? Trouble)> GetAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_token is { } token && token.Until > time.GetUtcNow()) return (token.Text, null);
            using var request = new HttpRequestMessage(HttpMethod.Post, client.TokenUrl) { Content = new FormUrlEncodedContent(Form()) };
            request.Headers.Accept.ParseAdd("application/json");
            return Read(await Exchange.SendAsync(http, request, timeout, MaxBytes, time, cancellationToken));
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>True: another one is worth a try. One that is brand-new and refused is no matter of the token.</summary>
    public bool Forget()
    {
        if (_token is not { } token || time.GetUtcNow() - token.AskedAt < TimeSpan.FromSeconds(10)) return false;
        _token = null;
        return true;
    }

    private IEnumerable<KeyValuePair<string, string>> Form()
    {
        yield return new("grant_type", "client_credentials");
        yield return new("client_id", client.Id);
        yield return new("client_secret", client.Secret);
        if (client.Scope is { } scope) yield return new("scope", scope);
    }

    private (string? Token, CallResult? Trouble) Read(Exchange exchange)
    {
        switch (exchange)
        {
            case Exchange.Answered { Status: 200 or 201 } answered when Parse(answered.Body) is { } parsed:
                _token = parsed;
                return (parsed.Text, null);
            case Exchange.Answered { Status: 408 or 429 or >= 500 } busy:
                return (null, new CallResult.Later("token", $"The vendor's TokenUrl answered {busy.Status}.", busy.RetryAfter));
            case Exchange.Answered refused:
                return (null, new CallResult.Later("credential", $"The vendor's TokenUrl answered {refused.Status} and gave no token: the client is not accepted. A person has to look.", refused.RetryAfter ?? AfterRefusal));
            case Exchange.AddressRefused:
                return (null, new CallResult.No("enrichment-address", "The host of TokenUrl leads to an address that is not public and not among AllowedAddresses."));
            default:
                return (null, new CallResult.Later("token", "The vendor's TokenUrl gave no whole answer.", null));
        }
    }

    private (string Text, DateTimeOffset AskedAt, DateTimeOffset Until)? Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } answer || !answer.TryGetProperty("access_token", out var token) || token.ValueKind != JsonValueKind.String) return null;
            var text = token.GetString()!;
            if (text.Length == 0 || text.Any(c => c is <= ' ' or > '~')) return null;
            var life = answer.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt32(out var n) && n > 0 ? TimeSpan.FromSeconds(n) : Usual;
            var now = time.GetUtcNow();
            return (text, now, now + (life > Margin * 2 ? life - Margin : life / 2));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public void Dispose() => _one.Dispose();
}
