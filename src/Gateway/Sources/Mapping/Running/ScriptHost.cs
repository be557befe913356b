using System.Text.Json;
using System.Threading.Channels;
using Gateway.Sources.Mapping.Child;
using Microsoft.Extensions.Options;

namespace Gateway.Sources.Mapping.Running;

/// <summary>
/// Runs scripts in child processes. They are started with the first run, and end with this. A script that cost a process its life runs in a process of
/// its own kind from then on, so that those of other sources do not wait behind it.
/// </summary>
public sealed class ScriptHost : IAsyncDisposable
{
    /// <summary>Who calls beyond this waits: a queue without an end would hold whole deliveries in memory.</summary>
    private const int MostWaiting = 1_000;

    private readonly CancellationTokenSource _stopping = new();
    private readonly Suspects _suspects = new();
    private readonly Lanes _usual;
    private readonly Lanes _apart;

    public ScriptHost(IOptions<MappingOptions> options, ILogger<ScriptHost> logger)
    {
        _usual = new Lanes(options.Value.Processes, handsOver: true, options.Value, logger, _stopping.Token);
        _apart = new Lanes(1, handsOver: false, options.Value, logger, _stopping.Token);
    }

    /// <summary>Runs a script on a delivery, whatever the catalog says of the script.</summary>
    public async Task<MappingOutcome> RunAsync(ScriptText script, MappingInput input, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(new ScriptJob(script, new ScriptRequest
        {
            Kind = RequestKind.Run,
            Hash = script.Hash,
            Source = input.Source,
            DeliveryId = input.DeliveryId,
            ReceivedAt = input.ReceivedAt,
            TimeZone = input.TimeZone,
            ContentType = input.ContentType,
            Headers = input.Headers,
            Trusted = input.Trusted,
            Answers = [.. input.Answers.Select(a => new AnswerOfVendor(a.Values, a.Status, a.Body))],
        }, input.Body), cancellationToken);
        return reply.Answer.Kind switch
        {
            AnswerKind.Mapped => new MappingOutcome.Mapped([.. Parse(reply.Body).EnumerateArray()]),
            AnswerKind.Asks => new MappingOutcome.Asks([.. Parse(reply.Body).EnumerateArray().Select(Lookup)]),
            AnswerKind.Failed => Failure(reply),
            _ => new MappingOutcome.Failed("script-host", "The process that runs scripts answered something else.", null, null, Transient: true),
        };
    }

    /// <summary>What the script says that it should do, as JSON; or why there is no saying.</summary>
    internal async Task<(JsonElement? Samples, MappingOutcome.Failed? Failure)> SamplesAsync(ScriptText script, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(new ScriptJob(script, new ScriptRequest { Kind = RequestKind.Samples, Hash = script.Hash }, default), cancellationToken);
        return reply.Answer.Kind == AnswerKind.Samples ? (Parse(reply.Body), null) : (null, Failure(reply));
    }

    public async ValueTask DisposeAsync()
    {
        _usual.Close();
        _apart.Close();
        await _stopping.CancelAsync();
        await Task.WhenAll(_usual.Ended, _apart.Ended);
        _stopping.Dispose();
    }

    private async Task<ScriptReply> AskAsync(ScriptJob job, CancellationToken cancellationToken)
    {
        try
        {
            await (_suspects.Has(job.Script) ? _apart : _usual).AddAsync(job, cancellationToken);
            var reply = await job.Done.WaitAsync(cancellationToken);
            if (reply == ScriptReply.NotHere)
            {
                job = job.Again();
                await _apart.AddAsync(job, cancellationToken);
                reply = await job.Done.WaitAsync(cancellationToken);
            }

            _suspects.Note(job.Script, reply.Answer);
            return reply;
        }
        catch (ChannelClosedException)
        {
            return ScriptReply.Failed("script-host", "The gateway is stopping.", transient: true);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for it any more: it is not run if it is still in the queue.
            job.Finish(ScriptReply.Failed("script-host", "Nobody waits.", transient: true));
            throw;
        }
    }

    private static MappingOutcome.Failed Failure(ScriptReply reply) =>
        new(reply.Answer.Code, reply.Answer.Message, reply.Answer.Line, reply.Answer.Column, reply.Transient);

    private static Lookup Lookup(JsonElement values) => new(values.EnumerateObject().ToDictionary(v => v.Name, v => v.Value.GetString()!, StringComparer.Ordinal));

    private static JsonElement Parse(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    /// <summary>A queue, and processes that work on it. They are started with the first job.</summary>
    private sealed class Lanes
    {
        private readonly Channel<ScriptJob> _jobs = Channel.CreateBounded<ScriptJob>(MostWaiting);
        private readonly Lazy<Task> _lanes;

        public Lanes(int processes, bool handsOver, MappingOptions options, ILogger logger, CancellationToken stopping) => _lanes = new Lazy<Task>(() => Task.Run(() =>
            Task.WhenAll(Enumerable.Range(0, processes).Select(_ => new ScriptLane(_jobs.Reader, options, handsOver, logger).RunAsync(stopping))), CancellationToken.None));

        public Task Ended => _lanes.IsValueCreated ? _lanes.Value : Task.CompletedTask;

        /// <exception cref="ChannelClosedException">The gateway stops.</exception>
        public ValueTask AddAsync(ScriptJob job, CancellationToken cancellationToken)
        {
            _ = _lanes.Value;
            return _jobs.Writer.WriteAsync(job, cancellationToken);
        }

        public void Close() => _jobs.Writer.TryComplete();
    }
}
