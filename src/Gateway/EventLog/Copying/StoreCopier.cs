namespace Gateway.EventLog.Copying;

/// <summary>What a table holds.</summary>
/// <param name="Name">The table.</param>
/// <param name="Rows">How many.</param>
/// <param name="Hash">Of them all in their order, without what is a store's own (<see cref="HeadMarks"/>).</param>
public sealed record TableContent(string Name, long Rows, string Hash);

/// <summary>How far a copy has come.</summary>
public delegate void CopyProgress(string table, long rows, long of);

/// <summary>Copies log and ledger from one cut into an empty store, row by row, and reads what it wrote.</summary>
internal static class StoreCopier
{
    private const int Step = 1000;

    /// <summary>Writes everything and compares. The caller adds what is to be said of the copy, and commits.</summary>
    /// <exception cref="StoreCopyException">What was written is not what was read.</exception>
    public static IReadOnlyList<TableContent> Copy(StoreCut from, ICopyTarget to, CopyProgress tell, CancellationToken cancellationToken)
    {
        var read = Pass(from, to, long.MaxValue, tell, cancellationToken);
        using var written = to.Written();
        var wrong = Differences(read, Content(written, (table, rows, of) => tell($"{table}, read again", rows, of), cancellationToken)).ToList();
        if (wrong.Count > 0) throw new StoreCopyException($"What was written to {string.Join(", ", wrong)} is not what was read. Nothing is kept of it.");
        return read;
    }

    /// <summary>What a store holds, table by table.</summary>
    /// <param name="audit">Only entries up to this one.</param>
    public static IReadOnlyList<TableContent> Content(StoreCut of, CopyProgress tell, CancellationToken cancellationToken, long audit = long.MaxValue) =>
        Pass(of, null, audit, tell, cancellationToken);

    /// <summary>The tables that differ.</summary>
    public static IEnumerable<string> Differences(IReadOnlyList<TableContent> one, IReadOnlyList<TableContent> other) =>
        one.Union(other).GroupBy(t => t.Name, StringComparer.Ordinal).Where(t => t.Count() > 1).Select(t => t.Key);

    private static List<TableContent> Pass(StoreCut from, ICopyTarget? to, long audit, CopyProgress tell, CancellationToken cancellationToken)
    {
        var heads = new HeadMarks(from.Heads());
        var contents = new List<TableContent>();
        foreach (var table in from.Plan)
        {
            using var hash = new RowHash();
            var of = from.Count(table);
            void Tell()
            {
                cancellationToken.ThrowIfCancellationRequested();
                tell(table.Name, hash.Rows, of);
            }

            to?.Begin(table);
            if (table.IsLog) Events(from, to, table, heads, hash, Tell);
            else Rows(from, to, table, table.Entity == typeof(Ledger.AuditEntry) ? audit : long.MaxValue, heads, hash, Tell);
            to?.End();
            Tell();
            contents.Add(new TableContent(table.Name, hash.Rows, hash.Finish()));
        }

        return contents;
    }

    /// <summary>
    /// In the order of the log. A file's sequence is that order, while PostgreSQL gives one out before its commit: it is kept where it
    /// goes with the order, and else made one greater than the one before.
    /// </summary>
    private static void Events(StoreCut from, ICopyTarget? to, CopiedTable log, HeadMarks heads, RowHash hash, Action tell)
    {
        var (sequence, position) = (0L, 0L);
        foreach (var (place, row) in from.Events(log))
        {
            if (hash.Rows % Step == 0) tell();
            var apart = heads.Pass(place, hash.Rows, position);
            hash.Add(row, except: log.Sequence);
            if (to is null) continue;
            sequence = Math.Max(sequence + 1, (long)row[log.Sequence]!);
            row[log.Sequence] = sequence;
            position = to.Place(sequence, apart);
            to.Write(row);
        }

        heads.Pass(long.MaxValue, hash.Rows, position);
    }

    private static void Rows(StoreCut from, ICopyTarget? to, CopiedTable table, long through, HeadMarks heads, RowHash hash, Action tell)
    {
        var noted = table.Columns.ToList().FindIndex(c => c.IsPosition);
        foreach (var row in from.Rows(table, through))
        {
            if (hash.Rows % Step == 0) tell();
            var position = 0L;
            if (noted >= 0 && row[noted] is long head) (row[noted], position) = heads.Of(head);
            hash.Add(row);
            if (to is null) continue;
            if (noted >= 0 && row[noted] is not null) row[noted] = position;
            to.Write(row);
        }
    }
}
