using Gateway.EventLog;

namespace Gateway.Aggregation;

/// <summary>Where the projection is kept: a SQLite file of its own (<see cref="ProjectionFile"/>), or the log's PostgreSQL database.</summary>
public interface IProjectionStore
{
    /// <summary>Writers of this process queue here.</summary>
    SemaphoreSlim WriteGate { get; }

    /// <summary>Reads rows as they are committed.</summary>
    ProjectionReader OpenReader();

    /// <summary>Reads projection and log as one cut.</summary>
    CompanyCut OpenCut();

    /// <summary>Writes facets in one transaction. Returns how many; a staler one is not written. The caller holds <see cref="WriteGate"/>.</summary>
    /// <param name="folded">Each facet once.</param>
    /// <param name="begun">Called when the transaction has begun, and nothing is read or written in it yet.</param>
    int Write(IReadOnlyList<FoldedFacet> folded, Action? begun);

    /// <summary>
    /// Notes that all of the log up to here is folded; never lowers. False: not noted, since another gateway has raised an epoch above these, so that
    /// what was folded here does not count. The caller holds <see cref="WriteGate"/>.
    /// </summary>
    /// <param name="position">The position.</param>
    /// <param name="epochs">By source, as they were when the folding began.</param>
    bool SavePosition(long position, IReadOnlyDictionary<string, int> epochs);

    /// <summary>
    /// Adds to what changed what no facet says, each <see cref="ChangeRow.Announcement"/> once, and durably. The caller holds <see cref="WriteGate"/>.
    /// </summary>
    void Tell(IReadOnlyList<ChangeRow> changes);

    /// <summary>When it returns, not even a power failure takes back what was committed before. The caller holds <see cref="WriteGate"/>.</summary>
    void Harden();
}

/// <summary>The projection, and the log as it was at the same instant or a little later, never earlier.</summary>
public sealed class CompanyCut(ProjectionReader rows, Func<EventReader> openLog) : IDisposable
{
    private EventReader? _log;

    public ProjectionReader Rows => rows;

    /// <summary>Opened when it is first asked for: after the projection was read.</summary>
    public EventReader Log => _log ??= openLog();

    public void Dispose()
    {
        rows.Dispose();
        _log?.Dispose();
    }
}
