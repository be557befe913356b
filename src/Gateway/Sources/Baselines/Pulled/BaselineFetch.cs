using System.Globalization;
using System.Net.Http.Headers;
using Gateway.Edge;
using Gateway.Edge.Outgoing;
using Gateway.Membership.Baselines;
using Gateway.Sources.Enrichment;
using Microsoft.Extensions.Options;

namespace Gateway.Sources.Baselines.Pulled;

/// <summary>What came of fetching a baseline.</summary>
internal abstract record Fetched
{
    private Fetched() { }

    public sealed record Whole(Baseline Baseline, IReadOnlyList<ReadFile> Files) : Fetched;

    /// <summary>Nothing that can be compared: in no case an empty list.</summary>
    /// <param name="Reason">For a person, without data.</param>
    public sealed record Nothing(string Reason) : Fetched;
}

/// <summary>Asks for whole memberships, under the rules for calls to others: only a whole answer of status 200 that is a baseline by the rules of the door is one.</summary>
internal sealed class BaselineFetch(Pulls pulls, GuardedHandler handlers, IOptions<LimitsOptions> limits, TimeProvider time) : IDisposable
{
    private const int MostErrors = 3;

    private readonly Dictionary<string, Peer> _peers = pulls.BySource.ToDictionary(p => p.Key, p => Peer.Of(p.Value, handlers, time), StringComparer.Ordinal);

    public async Task<Fetched> FetchAsync(Pull pull, CancellationToken cancellationToken)
    {
        var peer = _peers[pull.Source];
        using var request = new HttpRequestMessage(HttpMethod.Get, pull.Url);
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.UserAgent.ParseAdd("gateway");
        switch (pull.Credential)
        {
            case Credential.InHeader header: request.Headers.TryAddWithoutValidation(header.Name, header.Value); break;
            case Credential.Basic basic: request.Headers.Authorization = basic.Header; break;
            case Credential.Bearer bearer: request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer.Token); break;
            case Credential.Client:
                var (token, trouble) = await peer.Token!.GetAsync(cancellationToken);
                if (token is null) return new Fetched.Nothing(trouble switch { CallResult.Later later => later.Reason, CallResult.No no => no.Message, _ => "TokenUrl gave no token." });
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                break;
        }

        var most = (int)Math.Min(limits.Value.Baseline, int.MaxValue);
        return await Exchange.SendAsync(peer.Http, request, pull.Timeout, most, time, cancellationToken) switch
        {
            Exchange.TimedOut => Nothing($"No whole answer within {pull.Timeout.TotalSeconds:0.#} s."),
            Exchange.Broken broken => Nothing($"{char.ToUpperInvariant(broken.Reason[0])}{broken.Reason[1..]}."),
            Exchange.AddressRefused => Nothing("The host leads to an address that is not public and not among AllowedAddresses."),
            Exchange.TooLong => Nothing($"The answer is longer than {most} bytes (Gateway:Limits:Baseline)."),
            Exchange.Answered answered => await ReadAsync(answered, peer, cancellationToken),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private async Task<Fetched> ReadAsync(Exchange.Answered answered, Peer peer, CancellationToken cancellationToken)
    {
        switch (answered.Status)
        {
            case 200: break;
            case >= 300 and < 400: return Nothing($"It answered {answered.Status}: it sends us elsewhere, and no redirect is followed. Set the address that it means.");
            case 401 or 403:
                _ = peer.Token?.Forget();
                return Nothing($"It answered {answered.Status}: the credential is not accepted, or may not see this.");
            default: return Nothing($"It answered {answered.Status}.");
        }

        if (answered.MediaType is not { } type || !(type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)))
            return Nothing("It answered something that does not say it is JSON. Is the address right?");
        using var body = new MemoryStream(answered.Body, writable: false);
        var (baseline, files, problem) = await BaselineReader.ReadJsonAsync(body, limits.Value.Depth, cancellationToken);
        return baseline is not null ? new Fetched.Whole(baseline, files) : Nothing($"The answer is no baseline. {Told(problem!)}");
    }

    /// <summary>The first few errors; they name places and never values.</summary>
    private static string Told(Problem problem)
    {
        if (problem.Errors is not { Count: > 0 } errors) return problem.Detail ?? "";
        var told = string.Join(" ", errors.Take(MostErrors).Select(e => $"{e.Key}: {string.Join(" ", e.Value)}"));
        return errors.Count <= MostErrors ? told : string.Create(CultureInfo.InvariantCulture, $"{told} And {errors.Count - MostErrors} more.");
    }

    private static Fetched.Nothing Nothing(FormattableString reason) => new(reason.ToString(CultureInfo.InvariantCulture));

    private static Fetched.Nothing Nothing(string reason) => new(reason);

    public void Dispose()
    {
        foreach (var peer in _peers.Values)
        {
            peer.Token?.Dispose();
            peer.Http.Dispose();
        }
    }

    private sealed record Peer(HttpMessageInvoker Http, AccessToken? Token)
    {
        public static Peer Of(Pull pull, GuardedHandler handlers, TimeProvider time)
        {
#pragma warning disable CA2000 // Disposed with the fetch.
            var http = handlers.Create(pull.Addresses, connections: 1);
            return new Peer(http, pull.Credential is Credential.Client client ? new AccessToken(client, http, pull.Timeout, time) : null);
#pragma warning restore CA2000
        }
    }
}
