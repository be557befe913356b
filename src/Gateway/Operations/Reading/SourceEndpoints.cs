using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Resolve;
using Gateway.Rules;
using Gateway.Sources.Baselines.Pulled;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Operations.Reading;

/// <summary>The sources: when each was heard, and what it never told.</summary>
internal static class SourceEndpoints
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(30);

    public static void MapSources(this IEndpointRouteBuilder app)
    {
        var sources = app.MapGroup("/v1/sources").RequireAuthorization(Scopes.Read).WithTags("Reading");
        sources.MapGet("", ListAsync).WithName("listSources").WithSummary("Every source: settings, when it was heard last, and what its baselines found that it never told.");
        sources.MapGet("/{source}/losses", LossesAsync).WithName("listLosses")
            .WithSummary("What the source's baselines found that its events had not told, baseline by baseline, latest first.").ProducesProblem(400).ProducesProblem(404);
    }

    private static async Task<Ok<Page<SourceView>>> ListAsync(
        RulesInForce rules, Pulls pulls, PullBook book, IDbContextFactory<GatewayDb> contexts, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (now, views) = (time.GetUtcNow(), new List<SourceView>());
        foreach (var (name, settings) in rules.Sources.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            var seen = await db.LastSeenAsync(name, cancellationToken);
            var losses = await ReadAsync(db, name, now - Usual, cancellationToken);
            var last = losses.Count > 0 ? losses[0] : (await ReadAsync(db, name, DateTimeOffset.MinValue, cancellationToken)).FirstOrDefault();
            var match = rules.Rules.Sources[name].MatchBy;
            views.Add(new SourceView(
                name, settings.Priority, match == MatchBy.Id ? "id" : match == MatchBy.Email ? "email" : "none", settings.TimeZone, [.. settings.Owns], settings.Retired, seen,
                settings.SilentAfter, SilentSince(seen, settings, now), last, LossTotals.Of(losses), await PullAsync(name)));
        }

        return TypedResults.Ok(new Page<SourceView>(views, null));

        async Task<PullView?> PullAsync(string name)
        {
            if (!pulls.BySource.TryGetValue(name, out var pull)) return null;
            var last = await book.LastAsync(name, cancellationToken);
            return new PullView(pull.Schedule, pull.TimeZone.Id, book.Next(pull, last), last);
        }
    }

    /// <param name="source">A source of the settings.</param>
    /// <param name="from">An instant or a date; default 30 days ago.</param>
    private static async Task<Results<Ok<LossAnswer>, Problem>> LossesAsync(
        string source, string? from, RulesInForce rules, IDbContextFactory<GatewayDb> contexts, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!rules.Sources.ContainsKey(source)) return Problem.NotFound("There is no such source: add it to the settings as Gateway:Sources:{name}.");
        if (!Instants.TryRead(from, out var instant)) return Instants.Invalid("from");
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var since = instant ?? time.GetUtcNow() - Usual;
        var losses = await ReadAsync(db, source, since, cancellationToken);
        return TypedResults.Ok(new LossAnswer(source, since, LossTotals.Of(losses), losses));
    }

    /// <summary>One that was never heard is silent from the beginning of time: nobody knows since when it should have spoken.</summary>
    public static DateTimeOffset? SilentSince(DateTimeOffset? seen, SourceOptions settings, DateTimeOffset now) =>
        settings.Retired || settings.SilentAfter is not { } after || seen + after > now ? null : seen is { } last ? last + after : DateTimeOffset.UnixEpoch;

    /// <summary>Latest first. One that found no difference left an audit entry and no unit.</summary>
    private static async Task<List<BaselineLoss>> ReadAsync(GatewayDb db, string source, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var rows = await db.Baselines.AsNoTracking().Where(b => b.Source == source && b.AppliedAt >= from).ToListAsync(cancellationToken);
        var same = await db.Audit.AsNoTracking().Where(a => a.Action == BaselineRow.FoundNone && a.Subject == source && a.At >= from).Select(a => a.At).ToListAsync(cancellationToken);
        var first = await db.Events.Where(e => e.Source == source).OrderBy(e => e.Sequence).Select(e => e.Id).FirstOrDefaultAsync(cancellationToken);
        return
        [
            .. rows.Select(r => BaselineLoss.Of(r, initial: first?.StartsWith($"baseline:{r.Id}:", StringComparison.Ordinal) == true))
                .Concat(same.Select(at => new BaselineLoss(null, at, null, Initial: false, Reverted: false, null)))
                .OrderByDescending(l => l.At),
        ];
    }
}
