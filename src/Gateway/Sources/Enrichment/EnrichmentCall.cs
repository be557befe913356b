using System.Net.Http.Headers;
using System.Text;
using Gateway.Edge.Outgoing;

namespace Gateway.Sources.Enrichment;

/// <summary>How one source's vendor is asked: its settings, checked and complete.</summary>
public sealed record EnrichmentCall
{
    public required string Source { get; init; }

    public required AddressTemplate Url { get; init; }

    /// <summary>By the value <c>call</c> of a lookup. All of one origin.</summary>
    public required IReadOnlyDictionary<string, AddressTemplate> Calls { get; init; }

    public required string Accept { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>Null: GET.</summary>
    public required BodyTemplate? Body { get; init; }

    public required Credential Credential { get; init; }

    public required AddressRules Addresses { get; init; }

    public required TimeSpan Timeout { get; init; }

    public required int MaxBytes { get; init; }

    public required int Concurrency { get; init; }

    public required TimeSpan CacheFor { get; init; }

    public required IReadOnlyList<int> AlsoAnswers { get; init; }

    /// <summary>Of a call that needs no token of the day.</summary>
    internal HttpRequestMessage Request(Question question)
    {
        var request = new HttpRequestMessage(question.Body is null ? HttpMethod.Get : HttpMethod.Post, question.Address);
        request.Headers.Accept.ParseAdd(Accept);
        request.Headers.UserAgent.ParseAdd("gateway");
        foreach (var (name, value) in Headers) request.Headers.TryAddWithoutValidation(name, value);
        if (question.Body is { } body) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return request;
    }
}

/// <summary>What the vendor's API knows us by.</summary>
public abstract record Credential
{
    private Credential() { }

    public sealed record None : Credential;

    public sealed record InHeader(string Name, string Value) : Credential
    {
        public override string ToString() => nameof(InHeader);
    }

    public sealed record Basic(string User, string Password) : Credential
    {
        public AuthenticationHeaderValue Header { get; } = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));

        public override string ToString() => nameof(Basic);
    }

    public sealed record Bearer(string Token) : Credential
    {
        public override string ToString() => nameof(Bearer);
    }

    public sealed record Client(Uri TokenUrl, string Id, string Secret, string? Scope) : Credential
    {
        public override string ToString() => nameof(Client);
    }
}
