using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using Gateway.Edge.Outgoing;

namespace Gateway.Sources.Enrichment;

/// <summary>What came of one call.</summary>
internal abstract record CallResult
{
    private CallResult() { }

    public sealed record Answer(int Status, JsonElement? Body) : CallResult;

    /// <summary>It says no, or something that cannot be used: not for a moment.</summary>
    public sealed record No(string Code, string Message) : CallResult;

    /// <summary>Not now.</summary>
    /// <param name="Outcome">For metrics, a word.</param>
    public sealed record Later(string Outcome, string Reason, TimeSpan? After) : CallResult;
}

/// <summary>What is asked.</summary>
/// <param name="Body">Null: by GET.</param>
internal sealed record Question(AddressTemplate Template, Uri Address, string? Body)
{
    public string Key => $"{Address.AbsoluteUri}\n{Body}";
}

/// <summary>One source's vendor API: connections, credential, pace and burst of its own.</summary>
internal sealed class VendorApi : IDisposable
{
    /// <summary>A refused key is a person's job, which may be done within the day: nothing is lost meanwhile, and the vendor not asked all the time.</summary>
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMinutes(5);

    private readonly EnrichmentCall _call;
    private readonly HttpMessageInvoker _http;
    private readonly AccessToken? _token;
    private readonly SemaphoreSlim _places;
    private readonly VendorPace _pace;
    private readonly BurstCache _burst;
    private readonly TimeProvider _time;
    private readonly CancellationToken _stopping;

    /// <summary>Those that have answered 2xx since the start: their 404 is about the person, not about a wrong <c>Company</c> or path.</summary>
    private readonly ConcurrentDictionary<AddressTemplate, bool> _proven = [];

    public VendorApi(EnrichmentCall call, GuardedHandler handlers, TimeProvider time, CancellationToken stopping)
    {
        (_call, _time, _stopping) = (call, time, stopping);
        _http = handlers.Create(call.Addresses, call.Concurrency);
        _token = call.Credential is Credential.Client client ? new AccessToken(client, _http, call.Timeout, time) : null;
        _places = new SemaphoreSlim(call.Concurrency, call.Concurrency);
        _pace = new VendorPace(time);
        _burst = new BurstCache(call.CacheFor, time);
    }

    public Task<CallResult> GetAsync(Question question, DateTimeOffset since) => _burst.GetAsync(question.Key, since, () => AskAsync(question, _stopping));

    private async Task<CallResult> AskAsync(Question question, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            if (_pace.MustWait() is { } wait) return new CallResult.Later("paused", "The vendor's API is left alone for a while, after what it answered before.", wait);
            var started = _time.GetTimestamp();
            CallResult result;
            try
            {
                result = await CallAsync(question, cancellationToken);
            }
            catch
            {
                _pace.Unknown();
                throw;
            }

            if (result is CallResult.Later { Outcome: not "unproven" } later) result = later with { After = _pace.Failed(later.After) };
            else _pace.Worked();
            Measure(result, _time.GetElapsedTime(started));
            return result;
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<CallResult> CallAsync(Question question, CancellationToken cancellationToken)
    {
        var exchange = await SendAsync(question, cancellationToken);
        // Nothing was said yet: once more at once, for a connection that was closed just then.
        if (exchange is (Exchange.Broken { Unsent: true }, null)) exchange = await SendAsync(question, cancellationToken);
        // The token may have been taken back before its end.
        if (exchange is (Exchange.Answered { Status: 401 }, null) && _token?.Forget() == true) exchange = await SendAsync(question, cancellationToken);
        return exchange.Result ?? Judge(question, exchange.Exchange!);
    }

    private async Task<(Exchange? Exchange, CallResult? Result)> SendAsync(Question question, CancellationToken cancellationToken)
    {
        using var request = _call.Request(question);
        switch (_call.Credential)
        {
            case Credential.InHeader header: request.Headers.TryAddWithoutValidation(header.Name, header.Value); break;
            case Credential.Basic basic: request.Headers.Authorization = basic.Header; break;
            case Credential.Bearer bearer: request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer.Token); break;
            case Credential.Client:
                var (token, trouble) = await _token!.GetAsync(cancellationToken);
                if (trouble is not null) return (null, trouble);
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                break;
        }

        return (await Exchange.SendAsync(_http, request, _call.Timeout, _call.MaxBytes, _time, cancellationToken), null);
    }

    private CallResult Judge(Question question, Exchange exchange) => exchange switch
    {
        Exchange.TimedOut => new CallResult.Later("timeout", $"No whole answer from the vendor's API within {_call.Timeout.TotalSeconds:0.#} s.", null),
        Exchange.Broken broken => new CallResult.Later("broken", $"The vendor's API: {broken.Reason}.", null),
        Exchange.AddressRefused => new CallResult.No("enrichment-address", "The host of the vendor's API leads to an address that is not public and not among AllowedAddresses."),
        Exchange.TooLong => new CallResult.No("enrichment-answer", $"The answer is longer than {_call.MaxBytes} bytes."),
        Exchange.Answered answered => Judge(question, answered),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private CallResult Judge(Question question, Exchange.Answered answered) => answered.Status switch
    {
        >= 200 and < 300 => Proven(question, Read(answered)),
        var s when _call.AlsoAnswers.Contains(s) => _proven.ContainsKey(question.Template) ? new CallResult.Answer(s, Json(answered.Body)) : Unproven(s),
        >= 300 and < 400 => new CallResult.No("enrichment-refused", $"The vendor's API answered {answered.Status}: it sends us elsewhere, and no redirect is followed. Set the address that it means."),
        401 or 403 => new CallResult.Later("credential", $"The vendor's API answered {answered.Status}: the credential is not accepted, or may not see this. A person has to look.", answered.RetryAfter ?? AfterRefusal),
        408 or 425 or 429 or >= 500 => new CallResult.Later("busy", $"The vendor's API answered {answered.Status}.", answered.RetryAfter),
        _ => new CallResult.No("enrichment-refused", $"The vendor's API answered {answered.Status}."),
    };

    private CallResult Proven(Question question, CallResult result)
    {
        if (result is CallResult.Answer) _proven.TryAdd(question.Template, true);
        return result;
    }

    private static CallResult.Later Unproven(int status) => new(
        "unproven", $"The vendor's API answered {status}, and this address has answered nothing else since the gateway started: the person may be gone there, or Company or the path be wrong. Believed once it has answered for anybody.", null);

    private static CallResult Read(Exchange.Answered answered)
    {
        if (answered.Body.Length == 0) return new CallResult.Answer(answered.Status, null);
        return Json(answered.Body) is { } json
            ? new CallResult.Answer(answered.Status, json)
            : new CallResult.No("enrichment-answer", "The vendor's API answered something that is not JSON. Is the address right, and does Accept ask for JSON?");
    }

    private static JsonElement? Json(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Measure(CallResult result, TimeSpan took) => Telemetry.EnrichmentDuration.Record(
        took.TotalSeconds, new("source", _call.Source), new("outcome", result switch { CallResult.Answer => "answer", CallResult.Later later => later.Outcome, CallResult.No no => no.Code, _ => "" }));

    public void Dispose()
    {
        _http.Dispose();
        _places.Dispose();
        _token?.Dispose();
    }
}
