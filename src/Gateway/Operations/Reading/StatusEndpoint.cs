using System.Reflection;
using Gateway.Aggregation;
using Gateway.Changes;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Operations.DeadLetters;
using Gateway.Rules;
using Gateway.Sources.Webhooks;
using Gateway.Sources.Webhooks.Deliveries;
using Gateway.Sync;
using Gateway.Sync.Approvals;
using Gateway.Sync.Readings;
using Gateway.Sync.Storing;
using Gateway.Sync.Upstream;
using Gateway.Sync.Views;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Operations.Reading;

/// <summary>The last run that Officevibe accepted.</summary>
public sealed record AcceptedView(string Run, DateTimeOffset At, TimeSpan Age, string ContentHash);

/// <summary>When the next run is due, and why: <c>schedule</c>, <c>change</c>, <c>retry</c>.</summary>
public sealed record NextView(DateTimeOffset At, string Trigger);

/// <summary>The run that waits for a person.</summary>
/// <param name="Approvals">How many keys have approved it; with two needed, one of them may have.</param>
public sealed record HoldView(string Run, DateTimeOffset Since, string? Reason, string ContentHash, int Approvals);

/// <summary>A planned change whose window is open.</summary>
public sealed record PlanInForce(string Id, DateTimeOffset Until, string Reason);

/// <summary>The run that is open in Workleap: nothing is sent by itself until it settles. Its state is <c>processing</c>, <c>awaiting_upstream_approval</c> or <c>unknown</c>.</summary>
public sealed record UpstreamView(string Run, string State, DateTimeOffset Since, string? Reason, string? WhatToDo);

/// <summary>Nothing is sent meanwhile; without an end, until somebody resumes.</summary>
public sealed record PauseStatus(DateTimeOffset Since, DateTimeOffset? Until, string? Reason, string? By);

/// <summary>The gateway that makes and sends runs, by the name of its machine; others only take events in and fold.</summary>
public sealed record SenderStatus(string Machine, DateTimeOffset Since);

/// <summary>A source and when it was heard last.</summary>
/// <param name="Name">Its name.</param>
/// <param name="LastSeen">When its last event came in; null: none ever did.</param>
/// <param name="Silent">For longer than its <c>SilentAfter</c>.</param>
/// <param name="Retired">Taken out deliberately.</param>
public sealed record SourceStatus(string Name, DateTimeOffset? LastSeen, bool Silent, bool Retired);

/// <summary>How many notifications wait to be sent, again or for the first time, and how many were given up: see <c>/v1/notifications</c>.</summary>
public sealed record NotificationCounts(int Waiting, int Failed);

/// <summary>How many issues of a code there are.</summary>
public sealed record IssueCount(string Code, int Count, bool LeftOut);

/// <summary>One look.</summary>
public sealed record StatusAnswer
{
    public required DateTimeOffset At { get; init; }

    public required string Version { get; init; }

    /// <summary>Null: nothing was ever accepted.</summary>
    public AcceptedView? LastAccepted { get; init; }

    /// <summary>Null: none as things stand; see hold and pause.</summary>
    public NextView? NextRun { get; init; }

    /// <summary>Null: no run waits for a person.</summary>
    public HoldView? Hold { get; init; }

    /// <summary>Planned changes whose window is open: the guard's usual limits are not all in force. Null: none.</summary>
    public IReadOnlyList<PlanInForce>? Plans { get; init; }

    /// <summary>Null: none is, or the account is not Workleap's.</summary>
    public UpstreamView? Upstream { get; init; }

    /// <summary>Whether the account differed from what it accepted, when it was last read. Null: it never was.</summary>
    public AccountStatus? Account { get; init; }

    /// <summary>How much no sync can do and a person has to do in the app: see <c>/v1/todo</c>.</summary>
    public required int Todo { get; init; }

    public PauseStatus? Pause { get; init; }

    /// <summary>Null: none has begun yet.</summary>
    public SenderStatus? Sender { get; init; }

    /// <summary>Something has changed since the last run looked.</summary>
    public required bool PendingChanges { get; init; }

    /// <summary>The position of the log.</summary>
    public required long Head { get; init; }

    /// <summary>Events that are accepted and perhaps not folded yet.</summary>
    public required long Backlog { get; init; }

    /// <summary>People and teams that cannot be folded: no run is made while there are any.</summary>
    public required int Parked { get; init; }

    /// <summary>Messages that nobody could handle. Null: the broker does not say.</summary>
    public required long? DeadLetters { get; init; }

    /// <summary>What webhooks delivered and is not in the log yet.</summary>
    public required DeliveryCounts Deliveries { get; init; }

    /// <summary>Changes that the broker has not confirmed yet; null: they are not published to one.</summary>
    public Unpublished? Unpublished { get; init; }

    /// <summary>Notifications that are still to be sent, or that no endpoint took in all their tries.</summary>
    public required NotificationCounts Notifications { get; init; }

    /// <summary>Why the log took no write last time; null: it did.</summary>
    public string? LogFailure { get; init; }

    public required IReadOnlyList<SourceStatus> Sources { get; init; }

    /// <summary>Of more than 5,000 people as counted within the last minute. Null: there is no whole company to look at, see parked.</summary>
    public IReadOnlyList<IssueCount>? Issues { get; init; }
}

/// <summary>One look at everything (http-contract, section 5).</summary>
internal static class StatusEndpoint
{
    private static readonly string Version = typeof(StatusEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static void MapStatus(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/status", GetAsync).RequireAuthorization(Scopes.Read).WithTags("Operations").WithName("getStatus")
            .WithSummary("One look: last accepted run, next run, hold, backlog, sources, issues.");

    private static async Task<StatusAnswer> GetAsync(
        IDbContextFactory<GatewayDb> contexts, IDbContextFactory<ProjectionDb> projections, CompanyReading reading, SyncWorker worker, UpstreamSettler upstream, Sweeper sweeper, EventAppender appender,
        RulesInForce rules, DeadLetterBroker broker, PublishLag lag, WebhookSources webhooks, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var letters = CountAsync(broker, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var projection = await projections.CreateDbContextAsync(cancellationToken);
        var runs = db.Set<RunRow>().AsNoTracking();
        var last = await SyncHistory.LastAcceptedAsync(db, cancellationToken);
        var held = await runs.Where(r => r.State == RunState.Held).OrderByDescending(r => r.Id).FirstOrDefaultAsync(cancellationToken);
        var looked = await runs.Where(r => r.Head != null && !r.DryRun).OrderByDescending(r => r.Id).FirstOrDefaultAsync(cancellationToken);
        var state = await db.Set<SyncState>().AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        var next = await worker.NextAsync(cancellationToken);
        var plans = await PlannedChangeBook.InForce(db.Set<PlannedChangeRow>().AsNoTracking(), now).OrderBy(p => p.Id).ToListAsync(cancellationToken);
        var issues = await reading.IssueCountsAsync(cancellationToken);
        return new StatusAnswer
        {
            At = now,
            Version = Version,
            LastAccepted = last is null ? null : new(RunView.IdOf(last.Id), last.AcceptedAt!.Value, now - last.AcceptedAt.Value, last.ContentHash!),
            NextRun = next is null ? null : new(next.At, System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(next.Trigger.ToString())),
            Hold = held is null ? null : new(RunView.IdOf(held.Id), held.HeldAt ?? held.CreatedAt, held.Reason, held.ContentHash!, RunApproval.Of(held).Count),
            Plans = plans.Count == 0 ? null : [.. plans.Select(p => new PlanInForce(PlannedChangeBook.IdOf(p.Id), p.Until, p.Reason))],
            Upstream = await upstream.OpenAsync(db, cancellationToken) is not { } open ? null
                : new(RunView.IdOf(open.Id), RunView.NameOf(open.State), open.FinishedAt ?? open.CreatedAt, open.Reason, open.WhatToDo),
            Account = await AccountStatus.ReadAsync(db, cancellationToken),
            Todo = await db.Set<TodoItem>().CountAsync(t => t.EndedAt == null, cancellationToken),
            Pause = state is { PausedAt: { } since } && !(state.PausedUntil <= now) ? new(since, state.PausedUntil, state.PauseReason, state.PausedBy) : null,
            Sender = state is { Sender: { } machine, SenderSince: { } taken } ? new(machine, taken) : null,
            PendingChanges = (await PendingChanges.LoadAsync(db, looked, now, cancellationToken)).First is not null,
            Head = await db.HeadAsync(cancellationToken),
            Backlog = await db.EventsAfter(sweeper.Position).CountAsync(cancellationToken),
            Parked = await projection.Facets.CountAsync(f => f.Error != null, cancellationToken),
            DeadLetters = await letters,
            Deliveries = await DeliveryCounts.ReadAsync(db, webhooks, now, cancellationToken),
            Unpublished = await lag.ReadAsync(cancellationToken),
            Notifications = new(
                await db.Set<NotificationRow>().CountAsync(n => n.State == NotificationState.Waiting, cancellationToken),
                await db.Set<NotificationRow>().CountAsync(n => n.State == NotificationState.Failed, cancellationToken)),
            LogFailure = appender.LastFailure,
            Sources = await SourcesAsync(db, rules, now, cancellationToken),
            Issues = issues,
        };
    }

    /// <summary>Beside the rest, and not for long: one look must work while the broker is away.</summary>
    private static async Task<long?> CountAsync(DeadLetterBroker broker, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(3));
        try
        {
            return await broker.CountAsync(deadline.Token);
        }
        catch (Exception e) when (DeadLetterBroker.IsAway(e) && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task<List<SourceStatus>> SourcesAsync(GatewayDb db, RulesInForce rules, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sources = new List<SourceStatus>();
        foreach (var (name, settings) in rules.Sources.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            var seen = await db.LastSeenAsync(name, cancellationToken);
            sources.Add(new SourceStatus(name, seen, SourceEndpoints.SilentSince(seen, settings, now) is not null, settings.Retired));
        }

        return sources;
    }
}
