using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;

namespace Gateway.Officevibe;

/// <summary>
/// Officevibe over HTTP. Every call has a deadline of its own, follows no redirect and ends as a value. The sending call is made once;
/// readings are tried again within their deadline.
/// </summary>
public sealed partial class OfficevibeClient(IHttpClientFactory http, IOptions<OfficevibeOptions> settings, TimeProvider clock, ILogger<OfficevibeClient> log)
{
    internal const string Sending = "officevibe-send";
    internal const string Reading = "officevibe-read";

    private readonly OfficevibeOptions options = settings.Value;

    /// <summary>Asks whether Officevibe answers and takes the key. Changes nothing there.</summary>
    public async Task<PingOutcome> PingAsync(CancellationToken ct)
    {
        if (!options.HasAccount) return new PingOutcome.Refused(NoAddress, SetBoth, KeptAnswer.None(0));
        var (answer, kept) = IsWorkleap ? await SearchAsync("users", "", 1, null, ct) : await GetAsync("ping", ct);
        // A key may be made for provisioning alone: whether it takes that is seen when it is sent.
        if (IsWorkleap && (int)answer.Status is 403 or 404) return new PingOutcome.Ready();
        return Read(answer, kept) switch
        {
            SendOutcome.Accepted or SendOutcome.AcceptedWithIssues => new PingOutcome.Ready(),
            SendOutcome.Refused refused => new PingOutcome.Refused(refused.Reason, refused.WhatToDo, kept),
            SendOutcome.Failed failed => new PingOutcome.Failed(failed.Reason, failed.RetryAfter, kept),
            var other => throw new UnreachableException($"A reading sends no body: {other.GetType().Name}"),
        };
    }

    /// <summary>Sends a company, once, from its stored bytes.</summary>
    /// <param name="openBody">Opens the bytes at their start; what it throws is thrown on, with nothing sent.</param>
    /// <param name="length">Of the bytes, exactly.</param>
    /// <param name="ct">Breaks the call off; what is known by then is still the result: <see cref="SendOutcome.Unknown"/> once bytes went out.</param>
    public async Task<SendOutcome> SendAsync(Func<Stream> openBody, long length, CancellationToken ct)
    {
        if (!options.HasAccount) return new SendOutcome.Refused(NoAddress, SetBoth, []) { Answer = KeptAnswer.None(0) };
        await using var body = openBody();
        using var content = SnapshotContent.Json(body, length);
        using var request = Request(HttpMethod.Post, IsWorkleap ? "provisioning/json" : "sync");
        request.Content = content;

        var started = clock.GetTimestamp();
        var answer = await ExchangeAsync(http.CreateClient(Sending), request, options.Timeout, ct) with { BodySent = content.HandedOver > 0 };
        var outcome = Read(answer, AnswerKeeping.Keep(answer, options.ApiKey!, content.HandedOver));
        Log.Sent(log, outcome.GetType().Name, (int)answer.Status, content.HandedOver, clock.GetElapsedTime(started).TotalMilliseconds);
        return outcome;
    }

    /// <summary>What Officevibe says its members and teams are.</summary>
    public async Task<AccountReading> ReadAccountAsync(CancellationToken ct)
    {
        if (!options.HasAccount) return new AccountReading.Refused(NoAddress, SetBoth);
        try
        {
            return await ReadListsAsync(ct);
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            // A text that is no UTF-16 when unescaped: half an account is none.
            return new AccountReading.Failed("The lists of the account hold text that cannot be read.", null);
        }
    }

    private async Task<AccountReading> ReadListsAsync(CancellationToken ct)
    {
        if (IsWorkleap) return await ReadWorkleapAsync(ct);
        var (people, noPeople) = await ReadListAsync("users", AccountParsing.Users, ct);
        if (noPeople is not null) return noPeople;
        var (teams, noTeams) = await ReadListAsync("groups", AccountParsing.Groups, ct);
        return noTeams ?? new AccountReading.Read(people, teams);
    }

    /// <summary>The bytes are let go before the next list comes.</summary>
    private async Task<(List<T> Items, AccountReading? Problem)> ReadListAsync<T>(string path, Func<ReadOnlySequence<byte>, (List<T> Items, string? Problem)> parse, CancellationToken ct)
    {
        var (answer, kept) = await GetAsync(path, ct);
        if (AccountReading.Problem(Read(answer, kept), path) is { } no) return ([], no);
        var (items, problem) = parse(answer.Body);
        return (items, problem is null ? null : new AccountReading.Failed(problem, null));
    }

    private const string NoAddress = "Officevibe's address or key is not set.";
    private const string SetBoth = "Set Gateway:Officevibe:BaseUrl and Gateway:Officevibe:ApiKey.";

    private async Task<(RawAnswer Answer, KeptAnswer Kept)> GetAsync(string path, CancellationToken ct)
    {
        using var request = Request(HttpMethod.Get, path);
        return await ReadAsync(request, path, ct);
    }

    private async Task<(RawAnswer Answer, KeptAnswer Kept)> ReadAsync(HttpRequestMessage request, string path, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        var answer = await ExchangeAsync(http.CreateClient(Reading), request, options.ReadTimeout, ct);
        Log.Read(log, path, answer.Phase, (int)answer.Status, clock.GetElapsedTime(started).TotalMilliseconds);
        return (answer, AnswerKeeping.Keep(answer, options.ApiKey!, 0));
    }

    private HttpRequestMessage Request(HttpMethod method, string path) => Request(method, new Uri(options.BaseUrl!.AbsoluteUri.TrimEnd('/') + "/" + path));

    private HttpRequestMessage Request(HttpMethod method, Uri address)
    {
        var request = new HttpRequestMessage(method, address);
        if (IsWorkleap) request.Headers.Add(OfficevibeKeys.SubscriptionKey, options.ApiKey);
        else request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }

    private async Task<RawAnswer> ExchangeAsync(HttpClient client, HttpRequestMessage request, TimeSpan deadline, CancellationToken ct)
    {
#pragma warning disable CA2000 // They are, at the end: the analyzer takes the bytes that are returned for holding them.
        using var timer = new CancellationTokenSource(deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timer.Token);
#pragma warning restore CA2000
        var began = new RawAnswer { Phase = AnswerPhase.NoAnswer, BodySent = false };
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            began = began with
            {
                Phase = AnswerPhase.EndedEarly,
                Status = response.StatusCode,
                ContentType = response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant(),
                RetryAfter = AnswerKeeping.RetryAfter(response.Headers.RetryAfter, clock.GetUtcNow()),
            };
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token);
            var read = await AnswerKeeping.ReadAsync(stream, either.Token);
            return began with { Phase = read.Whole ? AnswerPhase.Complete : AnswerPhase.EndedEarly, Body = read.Body, Trouble = read.Whole ? null : "The answer is longer than can be taken in." };
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return began with { Trouble = ct.IsCancellationRequested ? "The call was broken off from this side." : $"No answer within {deadline}." };
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            Log.Broken(log, e, began.Phase);
            return began with { Trouble = Trouble(e, began.Phase) };
        }
    }

    private static string Trouble(Exception e, AnswerPhase phase) => (e as HttpRequestException)?.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "The host of Gateway:Officevibe:BaseUrl is not known.",
        HttpRequestError.SecureConnectionError => "No secure connection: the certificate of Gateway:Officevibe:BaseUrl was not taken.",
        HttpRequestError.ConnectionError => "There was no connection to Officevibe.",
        _ => phase == AnswerPhase.EndedEarly ? "The answer broke off." : "The connection to Officevibe broke.",
    };

    private static partial class Log
    {
        [LoggerMessage(3101, LogLevel.Information, "Sync sent: {Outcome}, status {Status}, {Bytes} bytes, {Milliseconds} ms")]
        public static partial void Sent(ILogger logger, string outcome, int status, long bytes, double milliseconds);

        [LoggerMessage(3102, LogLevel.Debug, "Officevibe read: {Path}, {Phase}, status {Status}, {Milliseconds} ms")]
        public static partial void Read(ILogger logger, string path, AnswerPhase phase, int status, double milliseconds);

        [LoggerMessage(3103, LogLevel.Warning, "The exchange with Officevibe broke, {Phase}")]
        public static partial void Broken(ILogger logger, Exception exception, AnswerPhase phase);
    }
}
