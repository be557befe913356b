using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Gateway.Operations.Security;

namespace Gateway.Operations.CommandLine;

/// <summary>A refusal or a silence of the gateway that a verb talks to, in words for the person at the prompt.</summary>
public sealed class GatewayClientException : Exception
{
    public GatewayClientException() { }

    public GatewayClientException(string message) : base(message) { }

    public GatewayClientException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>The type of the problem; null: there was no answer.</summary>
    public string? ProblemType { get; init; }
}

/// <summary>Talks to a running gateway for the verbs that need one.</summary>
internal sealed class Client : IDisposable
{
    public static readonly Option<bool> JsonOption = new("--json") { Description = "The answer as JSON, for scripts." };

    public static readonly Option<string?> UrlOption = new("--url") { Description = "Where the gateway is; else GATEWAY_URL, else http://localhost:8080." };

    public static readonly Option<string?> KeyOption = new("--key")
    {
        Description = "A key with the scope that is needed; better in GATEWAY_KEY, where the list of processes does not show it. On this machine, the development key.",
    };

    private readonly HttpClient http;

    private Client(Uri address, string? key, TimeSpan deadline)
    {
        http = new HttpClient { BaseAddress = address, Timeout = deadline };
        if (key is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>From the options of a verb, or the environment.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="deadline">How long an answer may take; default 100 s.</param>
    /// <param name="anonymous">Shows no key, not even the development one, of which a gateway elsewhere would note each time that it is not known.</param>
    public static Client For(ParseResult parsed, TimeSpan? deadline = null, bool anonymous = false)
    {
        var url = parsed.GetValue(UrlOption) ?? Environment.GetEnvironmentVariable("GATEWAY_URL") ?? "http://localhost:8080";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new GatewayClientException("--url must be an absolute http or https address.");
        var key = anonymous ? null : parsed.GetValue(KeyOption) ?? Environment.GetEnvironmentVariable("GATEWAY_KEY") ?? (address.IsLoopback ? ApiKey.Development : null);
        return new Client(new Uri(address.AbsoluteUri.TrimEnd('/') + "/"), key, deadline ?? TimeSpan.FromSeconds(100));
    }

    /// <summary>The answer's JSON. A refusal, or no answer, is a <see cref="GatewayClientException"/>.</summary>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        return await AnsweredAsync(async () =>
        {
            using var answer = await http.SendAsync(request, cancellationToken);
            var body = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (!answer.IsSuccessStatusCode) throw Refusal((int)answer.StatusCode, body);
            return body.Length == 0 ? default : JsonDocument.Parse(body).RootElement;
        }, cancellationToken);
    }

    /// <summary>The answer as it comes. One that ends early is a <see cref="GatewayClientException"/> as well.</summary>
    /// <param name="path">Below the address.</param>
    /// <param name="take">Gets the bytes.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    public Task<bool> DownloadAsync(string path, Func<Stream, Task> take, CancellationToken cancellationToken) => AnsweredAsync(async () =>
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!answer.IsSuccessStatusCode) throw Refusal((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await take(body);
        return true;
    }, cancellationToken);

    private async Task<T> AnsweredAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (HttpRequestException e)
        {
            throw new GatewayClientException($"No gateway answers at {http.BaseAddress}. Is it running? Say where with --url or GATEWAY_URL.", e);
        }
        catch (HttpIOException e)
        {
            throw new GatewayClientException($"The answer of the gateway at {http.BaseAddress} ended early. Ask again.", e);
        }
        catch (TaskCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GatewayClientException($"The gateway at {http.BaseAddress} did not answer in time.", e);
        }
        catch (JsonException e)
        {
            throw new GatewayClientException($"What answers at {http.BaseAddress} is not a gateway.", e);
        }
    }

    /// <summary>Every item of a list, page after page.</summary>
    public async Task<List<JsonElement>> AllAsync(string path, CancellationToken cancellationToken)
    {
        var (items, next) = (new List<JsonElement>(), "");
        do
        {
            var page = await GetAsync($"{path}?limit=500{(next.Length == 0 ? "" : "&after=" + Uri.EscapeDataString(next))}", cancellationToken);
            items.AddRange(page.GetProperty("items").EnumerateArray());
            next = page.Text("next") ?? "";
        }
        while (next.Length > 0);
        return items;
    }

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, content: null, cancellationToken);

    public async Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(body);
        return await SendAsync(HttpMethod.Post, path, content, cancellationToken);
    }

    public void Dispose() => http.Dispose();

    private static GatewayClientException Refusal(int status, string body)
    {
        try
        {
            var problem = JsonDocument.Parse(body).RootElement;
            var lines = new List<string> { $"{status}: {problem.Text("title")} {problem.Text("detail")}".TrimEnd() };
            if (problem.At("errors") is { } errors)
                lines.AddRange(errors.EnumerateObject().Select(e => $"  {e.Name}: {string.Join(" ", e.Value.EnumerateArray())}"));
            // What this kind has besides, such as the numbers and the hash of a baseline that wants a confirmation.
            foreach (var more in problem.EnumerateObject().Where(p => p.Name is not ("type" or "title" or "status" or "detail" or "errors" or "traceId")))
                lines.AddRange(more.Value.ValueKind == JsonValueKind.Array ? more.Value.EnumerateArray().Select(v => $"  {more.Name}: {Screen.Line(v)}") : [$"  {more.Name}: {Screen.Line(more.Value)}"]);
            if (problem.Text("traceId") is { } trace) lines.Add($"  traceId {trace}");
            return new GatewayClientException(string.Join(Environment.NewLine, lines)) { ProblemType = problem.Text("type") };
        }
        catch (JsonException)
        {
            return new GatewayClientException($"The answer was {status}, without an explanation: is this a gateway?");
        }
    }
}

internal static class JsonReading
{
    /// <summary>Null: not there, or null. A number or a boolean is given as it is written.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value.ToString() : null;

    public static JsonElement? At(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;
}
