using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Gateway.Aggregation;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.Membership.Baselines;
using Gateway.Rules;
using Gateway.Sources.Baselines.Pulled;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Sources.Baselines;

/// <summary>Baselines over HTTP (http-contract, section 2).</summary>
public static class BaselineEndpoints
{
    public static void MapBaselines(this IEndpointRouteBuilder app)
    {
        app.MapPut("/v1/sources/{source}/baseline", PutAsync).WithTags("Events in").WithName("putBaseline").RequireAuthorization(Scopes.Ingest)
            .WithSummary("Takes the whole membership as a source sees it, and makes the events that bring it about.")
            .WithDescription("As JSON (`users`, `groups`, `mappings`), or as multipart/form-data with three CSV files in parts of these names. A section that is absent says "
                + "nothing. What would make more people leave, or change more e-mails or names, than the guard allows is a 409 with the numbers and a hash: "
                + "send it again with `confirm` and a key that has the scope operate as well.")
            .WithBodyLimit(BodyLimit.Baseline)
            .Accepts<BaselineDocument>("application/json", "multipart/form-data")
            .Produces<BaselineAnswer>().ProducesProblem(400).ProducesProblem(409).ProducesProblem(413).ProducesProblem(415).ProducesProblem(503)
            .WithRequestTimeout(LimitsExtensions.LongTimeout);
        app.MapPost("/v1/sources/{source}/pull", PullAsync).WithTags("Events in").WithName("pullBaseline").RequireAuthorization(Scopes.Operate)
            .WithSummary("Fetches a source's baseline now, from where its settings say (Gateway:Sources:{name}:Pull), and applies it.")
            .WithDescription("As by the schedule, and as `putBaseline` where it is to be tried (`dryRun`) or insisted on (`confirm`). What cannot be fetched whole is a 502, and changes nothing.")
            .Produces<BaselineAnswer>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(502).ProducesProblem(503)
            .WithRequestTimeout(LimitsExtensions.LongTimeout);
        app.MapGet("/v1/baselines", ListAsync).WithTags("Events in").WithName("listBaselines").RequireAuthorization(Scopes.Read)
            .WithSummary("The baselines that were applied, latest first.").Produces<BaselinePage>().ProducesProblem(400);
        app.MapPost("/v1/baselines/{id}/revert", RevertAsync).WithTags("Events in").WithName("revertBaseline").RequireAuthorization(Scopes.Operate)
            .WithSummary("Takes back everything that a baseline made.")
            .Produces<BaselineItem>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(503)
            .WithRequestTimeout(LimitsExtensions.LongTimeout);
    }

    private static async Task<IResult> PutAsync(
        HttpContext context, string source, string? asOf, bool? dryRun, string? confirm, BaselineStation station, RulesInForce rules, IOptions<LimitsOptions> limits,
        CancellationToken cancellationToken)
    {
        if (!context.User.MaySpeakFor(source)) return new Problem(ProblemKind.SourceForeign, "Use a key whose Source is the one that the baseline is of.");
        if (!rules.Sources.ContainsKey(source)) return Problem.NotFound("There is no such source: add it to the settings as Gateway:Sources:{name}.");
        if (confirm is not null && !context.User.HasScope(Scopes.Operate)) return new Problem(ProblemKind.ScopeMissing, "To insist with confirm takes the scope operate.");
        var at = AsOf.Read(asOf, rules.ZoneOf(source));
        if (asOf is not null && at is null) return Problem.Invalid("asOf", AsOf.Wanted);

        using var turn = station.TryTakeTurn(source);
        if (turn is null) return Busy();
        var (baseline, files, problem) = await BaselineReader.ReadAsync(context.Request, limits.Value.Depth, cancellationToken);
        if (problem is not null) return problem;

        var wish = new BaselineWish(source, at, dryRun ?? false, confirm, context.User.Actor!);
        try
        {
            return Answer(await station.ApplyAsync(wish, baseline!, cancellationToken), wish, files);
        }
        catch (CutFailedException)
        {
            return new Problem(ProblemKind.Unavailable, "What the source said so far cannot be folded at the moment, so there is nothing to compare with. See the status.") { RetryAfter = TimeSpan.FromMinutes(1) };
        }
    }

    private static async Task<IResult> PullAsync(HttpContext context, string source, bool? dryRun, string? confirm, Pulls pulls, BaselinePuller puller, CancellationToken cancellationToken)
    {
        if (!context.User.MaySpeakFor(source)) return new Problem(ProblemKind.SourceForeign, "Use a key whose Source is the one that the baseline is of.");
        if (!pulls.BySource.ContainsKey(source)) return Problem.NotFound("Nothing says where this source's baseline is fetched from: add Gateway:Sources:{name}:Pull to the settings.");
        return await puller.PullAsync(source, dryRun ?? false, confirm, context.User.Actor!, cancellationToken) switch
        {
            PullOutcome.Compared compared => Answer(compared.Outcome, compared.Wish, compared.Files),
            PullOutcome.Failed failed => new Problem(ProblemKind.PullFailed, failed.Reason),
            _ => Busy(),
        };
    }

    private static IResult Answer(BaselineOutcome outcome, BaselineWish wish, IReadOnlyList<ReadFile> files)
    {
        var (finding, counts) = (outcome.Finding, BaselineCounts.Of(outcome.Finding.Difference));
        return outcome switch
        {
            BaselineOutcome.Held held => new Problem(ProblemKind.BaselineHeld, held.OtherHash
                ? "The difference is not the one that was confirmed: look at the numbers, and confirm this hash if they are meant."
                : "Nothing was stored. See objections; if that is meant, send the same again with confirm and a key that has the scope operate.")
            {
                More = new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["counts"] = counts, ["objections"] = BaselineObjection.Of(finding.Reasons), ["hash"] = finding.Hash, ["files"] = files,
                },
            },
            BaselineOutcome.Moved => new Problem(ProblemKind.Conflict, "The source kept on sending events while its baseline was compared. Nothing was stored; send the baseline again when it is quiet.") { RetryAfter = TimeSpan.FromSeconds(5) },
            _ => TypedResults.Json(
                new BaselineAnswer
                {
                    Id = (outcome as BaselineOutcome.Applied)?.Id,
                    Source = wish.Source,
                    AsOf = finding.AsOf,
                    DryRun = wish.DryRun,
                    Files = files,
                    Counts = counts,
                    Objections = BaselineObjection.Of(finding.Reasons),
                    Hash = finding.Hash,
                },
                BaselineJson.Default.BaselineAnswer),
        };
    }

    private static async Task<IResult> ListAsync(IDbContextFactory<GatewayDb> contexts, string? source, int? limit, string? after, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > 500) return Problem.Invalid("limit", "A number from 1 to 500 is needed.");
        var before = long.MaxValue;
        if (after is not null && !TryReadCursor(after, out before)) return new Problem(ProblemKind.CursorInvalid, "Pass next of the page before, unchanged.");

        var take = limit ?? 50;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Baselines.AsNoTracking().Where(b => b.Sequence < before && (source == null || b.Source == source))
            .OrderByDescending(b => b.Sequence).Take(take + 1).ToListAsync(cancellationToken);
        var next = rows.Count > take ? Cursor(rows[take - 1].Sequence) : null;
        return TypedResults.Json(new BaselinePage([.. rows.Take(take).Select(BaselineItem.Of)], next), BaselineJson.Default.BaselinePage);
    }

    private static async Task<IResult> RevertAsync(HttpContext context, string id, BaselineStation station, IDbContextFactory<GatewayDb> contexts, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Baselines.Where(b => b.Id == id).Select(b => b.Source).SingleOrDefaultAsync(cancellationToken) is not { } source)
            return Problem.NotFound("There is no such baseline. GET /v1/baselines lists them.");
        using var turn = station.TryTakeTurn(source);
        if (turn is null) return Busy();
        var row = await station.RevertAsync(id, context.User.Actor!, cancellationToken);
        return TypedResults.Json(BaselineItem.Of(row!), BaselineJson.Default.BaselineItem);
    }

    private static Problem Busy() =>
        new(ProblemKind.Conflict, "A baseline of this source is being worked on. Send this one when that is done.") { RetryAfter = TimeSpan.FromSeconds(5) };

    private static string Cursor(long sequence) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(sequence.ToString(CultureInfo.InvariantCulture)));

    private static bool TryReadCursor(string cursor, out long sequence)
    {
        sequence = 0;
        return cursor.Length <= 40 && Base64Url.IsValid(cursor)
            && long.TryParse(Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)), NumberStyles.None, CultureInfo.InvariantCulture, out sequence);
    }
}
