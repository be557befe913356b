using System.Data.Common;
using Microsoft.Extensions.Options;

namespace Gateway.EventLog;

/// <summary>Stores deliveries by group commit, beside the events: whoever posts one is answered when it is on disk.</summary>
public sealed partial class DeliveryKeeper : BackgroundService
{
    private readonly GroupCommit<NewDelivery, Kept> _commit;
    private volatile TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DeliveryKeeper(ILogStore store, IOptions<StorageOptions> options, TimeProvider time, ILogger<DeliveryKeeper> logger) =>
        _commit = new(store, store.OpenDeliveryWriter, options.Value, time)
        {
            Failed = (requests, e) => Log.CommitFailed(logger, requests, e),
            Stored = _ => Tell(),
        };

    /// <summary>How many wait for a commit or are in one.</summary>
    public int Waiting => _commit.Waiting;

    /// <summary>Completes when this process has stored something since it was asked for.</summary>
    public Task News => _news.Task;

    /// <summary>For tests: sees the writer's connection before each transaction.</summary>
    internal Action<DbConnection>? BeforeCommit
    {
        get => _commit.BeforeCommit;
        set => _commit.BeforeCommit = value;
    }

    /// <exception cref="LogUnavailableException">The storage refused, or there was no place within the deadline.</exception>
    public async Task<Kept> KeepAsync(NewDelivery delivery, CancellationToken cancellationToken) => (await _commit.AddAsync([delivery], cancellationToken))[0];

    /// <summary>There is something to do for whoever waits for <see cref="News"/>.</summary>
    public void Tell() => Interlocked.Exchange(ref _news, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _commit.RunAsync(stoppingToken);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1005, Level = LogLevel.Error, Message = "A commit of {Requests} deliveries failed; they are answered 503")]
        public static partial void CommitFailed(ILogger logger, int requests, Exception exception);
    }
}
