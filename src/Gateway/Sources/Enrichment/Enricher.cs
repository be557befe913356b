using System.Collections.Concurrent;
using Gateway.Edge.Outgoing;
using Gateway.Sources.Mapping;

namespace Gateway.Sources.Enrichment;

/// <summary>Asks vendors' APIs for what their deliveries leave out.</summary>
public sealed partial class Enricher(EnrichmentCalls calls, GuardedHandler handlers, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<Enricher> logger) : IDisposable
{
    /// <summary>The value of a lookup that names one of <see cref="EnrichmentOptions.Calls"/>.</summary>
    public const string CallName = "call";

    /// <summary>The most lookups of a delivery: a script that asks for more is at fault.</summary>
    private const int Most = 100;

    private readonly ConcurrentDictionary<string, Lazy<VendorApi>> _apis = new(StringComparer.Ordinal);

    /// <summary>For what is asked by nobody's delivery: answers of a burst do not serve.</summary>
    public Task<EnrichmentOutcome> FetchAsync(string source, IReadOnlyList<Lookup> lookups, CancellationToken cancellationToken) =>
        FetchAsync(source, lookups, time.GetUtcNow(), cancellationToken);

    /// <summary>One answer a lookup, or none at all.</summary>
    /// <param name="source">Whose vendor is asked.</param>
    /// <param name="lookups">What for.</param>
    /// <param name="receivedAt">When the delivery came in: what was asked for later serves it too, within <see cref="EnrichmentOptions.CacheFor"/>; what was asked for before may be older than what it tells of.</param>
    /// <param name="cancellationToken">Ends the waiting; a call that others wait for goes on.</param>
    public async Task<EnrichmentOutcome> FetchAsync(string source, IReadOnlyList<Lookup> lookups, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        if (calls.Find(source) is not { } call)
            return new EnrichmentOutcome.Failed("enrichment-missing", $"The delivery leaves out what Gateway:Sources:{source}:Webhook:Enrichment would ask for; there is no such section.");
        if (lookups.Count > Most) return new EnrichmentOutcome.Failed("enrichment-refused", $"The script asks for {lookups.Count} lookups of one delivery; {Most} are allowed.");

        var questions = new List<Question>(lookups.Count);
        foreach (var lookup in lookups)
        {
            if (TemplateOf(call, lookup) is not { } template)
                return new EnrichmentOutcome.Failed("enrichment-missing", $"A lookup names a call that is not among Gateway:Sources:{source}:Webhook:Enrichment:Calls.");
            var (address, wrong) = template.Fill(lookup.Values);
            if (address is null) return new EnrichmentOutcome.Failed("enrichment-value", wrong!);
            var (body, wrongInside) = call.Body?.Fill(lookup.Values) ?? (null, null);
            if (wrongInside is not null) return new EnrichmentOutcome.Failed("enrichment-value", wrongInside);
            questions.Add(new Question(template, address, body));
        }

        var api = _apis.GetOrAdd(source, _ => new(() => new VendorApi(call, handlers, time, lifetime.ApplicationStopping))).Value;
        var results = await Task.WhenAll(questions.Select(q => api.GetAsync(q, receivedAt))).WaitAsync(cancellationToken);
        return Outcome(source, lookups, results);
    }

    private static AddressTemplate? TemplateOf(EnrichmentCall call, Lookup lookup) =>
        lookup.Values.TryGetValue(CallName, out var name) && call.Calls.Count > 0 ? call.Calls.GetValueOrDefault(name) : call.Url;

    private EnrichmentOutcome Outcome(string source, IReadOnlyList<Lookup> lookups, CallResult[] results)
    {
        // What no later try would change comes first: the others would be asked for again in vain.
        if (results.OfType<CallResult.No>().FirstOrDefault() is { } no)
        {
            Log.Failed(logger, source, no.Code);
            return new EnrichmentOutcome.Failed(no.Code, no.Message);
        }

        var later = results.OfType<CallResult.Later>().ToList();
        if (later.Count == 0)
            return new EnrichmentOutcome.Fetched([.. results.Cast<CallResult.Answer>().Select((a, i) => new LookupAnswer(lookups[i].Values, a.Status, a.Body))]);
        Log.Later(logger, source, later[0].Outcome);
        return new EnrichmentOutcome.Later(later[0].Reason, later.Max(l => l.After));
    }

    public void Dispose()
    {
        foreach (var api in _apis.Values)
            if (api.IsValueCreated) api.Value.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(7201, LogLevel.Warning, "What deliveries of {Source} leave out could not be had: {Code}")]
        public static partial void Failed(ILogger logger, string source, string code);

        [LoggerMessage(7202, LogLevel.Information, "What deliveries of {Source} leave out cannot be had now: {Outcome}")]
        public static partial void Later(ILogger logger, string source, string outcome);
    }
}
