namespace Gateway.EventLog.Copying;

/// <summary>An empty store that a copy is written to, in one transaction: a new file, or PostgreSQL. Disposed before <see cref="Commit"/>, it leaves nothing.</summary>
internal interface ICopyTarget : IDisposable
{
    /// <summary>In the transaction.</summary>
    GatewayDb Db { get; }

    /// <summary>Rows of this table follow.</summary>
    void Begin(CopiedTable table);

    /// <summary>The position that the next event of the log gets.</summary>
    /// <param name="sequence">Its place.</param>
    /// <param name="apart">The ledger has noted a position before it.</param>
    long Place(long sequence, bool apart);

    void Write(object?[] row);

    /// <summary>The table is complete.</summary>
    void End();

    /// <summary>What was written, as it will be read.</summary>
    StoreCut Written();

    /// <summary>Makes it last: it is on disk when this returns.</summary>
    void Commit();
}
