using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using System.Data.Common;
using System.Text;
using System.Text.Json;
using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;
using Gateway.Tests.EventLogs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Folds;

/// <summary>A gateway whose projection changes only when a test says so: no message is published, no sweeper looks by itself, the clock stands still.</summary>
internal sealed class Folding : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    private Folding(TestGateway gateway, FakeTimeProvider time) => (Gateway, Time) = (gateway, time);

    public TestGateway Gateway { get; }

    public FakeTimeProvider Time { get; }

    public FacetFolder Folder => Gateway.Get<FacetFolder>();

    public Sweeper Sweeper => Gateway.Get<Sweeper>();

    public LogFile File => (LogFile)Log;

    public ILogStore Log => Gateway.Get<ILogStore>();

    public static async Task<Folding> StartAsync(Dictionary<string, string?>? settings = null, string? folder = null)
    {
        var time = new FakeTimeProvider(Start);
        return new Folding(await TestGateway.StartAsync(new(settings ?? []) { ["Gateway:Aggregation:Enabled"] = "false" }, time, folder,
            builder => builder.Services.Replace(ServiceDescriptor.Singleton(s => TestGateway.Pausing(s, time)))), time);
    }

    public static FacetKey Member(string employeeId) => new(SubjectKind.Member, "hris", employeeId);

    public static FacetKey Team(string teamId) => new(SubjectKind.Team, "hris", teamId);

    public static string Hire(string id, string employeeId, string? effectiveAt = null, string teams = "[]") =>
        $$"""{"id":"{{id}}","type":"hire","employeeId":"{{employeeId}}","member":{"jobTitle":"{{id}}"},"teams":{{teams}}{{(effectiveAt is null ? "" : $",\"effectiveAt\":\"{effectiveAt}\"")}} }""";

    public static string Update(string id, string employeeId) => $$"""{"id":"{{id}}","type":"update","employeeId":"{{employeeId}}","member":{"jobTitle":"{{id}}"} }""";

    public static string TeamOf(string id, string teamId, string? parentId = null) =>
        $$"""{"id":"{{id}}","type":"team","teamId":"{{teamId}}","name":"{{id}}","parentId":{{(parentId is null ? "null" : $"\"{parentId}\"")}} }""";

    /// <summary>Timers stay as far off as they were: three days are not a million looks for changes.</summary>
    public void Jump(TimeSpan by) => Time.AdjustTime(Time.GetUtcNow() + by);

    /// <summary>Accepts them, each recorded after the ones before.</summary>
    public async Task AcceptAsync(params string[] events)
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        await Gateway.AcceptAsync(events);
        Time.Advance(TimeSpan.FromSeconds(1));
    }

    public Task<int> FoldAsync(params FacetKey[] facets) => Folder.FoldAsync(facets, CancellationToken.None);

    /// <summary>Begins a fold and stops it between reading the log and writing the projection. Later folds run through.</summary>
    public async Task<(Task<int> Fold, TaskCompletionSource Go)> PausedFoldAsync(params FacetKey[] facets)
    {
        var (reached, go) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Folder.BetweenReadAndWrite = _ =>
        {
            reached.SetResult();
            return go.Task;
        };
        var fold = Task.Run(() => Folder.FoldAsync(facets, CancellationToken.None));
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Folder.BetweenReadAndWrite = null;
        return (fold, go);
    }

    public async Task<FacetRow?> RowAsync(FacetKey key)
    {
        await using var db = await Gateway.Get<IDbContextFactory<ProjectionDb>>().CreateDbContextAsync();
        return await db.Facets.AsNoTracking().SingleOrDefaultAsync(f => f.Kind == key.Kind && f.Source == key.Source && f.Subject == key.Subject);
    }

    public async Task<MemberFacet> MemberAsync(string employeeId) => (MemberFacet)FacetCodec.Read(SubjectKind.Member, (await RowAsync(Member(employeeId)))!.Body);

    /// <summary>What folds found; not what came of runs.</summary>
    public async Task<List<ChangeRow>> ChangesAsync()
    {
        await using var db = await Gateway.Get<IDbContextFactory<ProjectionDb>>().CreateDbContextAsync();
        return await db.Changes.AsNoTracking().Where(c => c.Announcement == null).OrderBy(c => c.Id).ToListAsync();
    }

    public async Task<long> PositionAsync()
    {
        await using var db = await Gateway.Get<IDbContextFactory<ProjectionDb>>().CreateDbContextAsync();
        return (await db.Position.AsNoTracking().SingleAsync()).FoldedThrough;
    }

    public Task<Cut> CutAsync(DateTimeOffset? at = null, long? known = null, bool packed = false) => Gateway.Get<CompanyReader>().ReadAsync(at, known, packed, CancellationToken.None);

    /// <summary>"Now", as it is read from projection and log together, is what the log alone says; and packed, what it is when held.</summary>
    public async Task<Cut> CutIsWhatTheLogSaysAsync()
    {
        var now = await CutAsync();
        var log = Text(await CutAsync(now.At, now.Head));
        Assert.Equal(log, Text(now));
        Assert.Equal(log, Text(await CutAsync(now.At, now.Head, packed: true)));
        var packed = await CutAsync(packed: true);
        Assert.Equal(Text(await CutAsync(packed.At, packed.Head)), Text(packed));
        return now;
    }

    private static string Text(Cut cut)
    {
        var lines = cut.Members.Select(m => Encoding.UTF8.GetString(FacetCodec.Write(m))).Concat(cut.Teams.Select(t => Encoding.UTF8.GetString(FacetCodec.Write(t))));
        return string.Join('\n', [cut.Head.ToString(), JsonSerializer.Serialize(cut.NextDue), .. lines.Order(StringComparer.Ordinal)]);
    }

    public DbConnection OutsideProjection() => Log.Outside((Log as LogFile)?.ProjectionPath);

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
