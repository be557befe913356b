using Gateway.EventLog.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gateway.EventLog.Copying;

/// <summary>A column that a copy takes along.</summary>
/// <param name="Name">The same in every store.</param>
/// <param name="Type">What the database holds: <c>bool</c>, <c>int</c>, <c>long</c>, <c>string</c> or <c>byte[]</c>.</param>
/// <param name="IsPosition">A position of the log, which means something in its own store only.</param>
internal sealed record CopiedColumn(string Name, Type Type, bool IsPosition);

/// <summary>A table that a copy takes along.</summary>
/// <param name="Entity">Its type.</param>
/// <param name="Name">The same in every store.</param>
/// <param name="Columns">All of them, but for what a store adds for itself.</param>
/// <param name="Key">The columns that its rows are ordered by.</param>
internal sealed record CopiedTable(Type Entity, string Name, IReadOnlyList<CopiedColumn> Columns, IReadOnlyList<string> Key)
{
    public bool IsLog => Entity == typeof(StoredEvent);

    /// <summary>Where the log's own order stands among the columns.</summary>
    public int Sequence { get; } = Columns.ToList().FindIndex(c => c.Name == "sequence");
}

/// <summary>What a copy of log and ledger consists of. A table that nobody has thought of stops every copy, rather than being left behind.</summary>
internal static class CopyPlan
{
    /// <summary>In this order: the log first, since positions are known by it; then what refers to what stands before.</summary>
    internal static readonly Type[] Copied =
    [
        typeof(StoredEvent), typeof(RunRow), typeof(RunContent), typeof(RunSubject), typeof(AcceptedEmail),
        typeof(BaselineRow), typeof(ExclusionRow), typeof(SourceEpoch), typeof(AuditEntry), typeof(SyncState), typeof(DeliveryRow), typeof(DeliveryEvent), typeof(HandshakeRow),
        typeof(AccountReadingRow), typeof(AdoptionDecisionRow), typeof(TeamAliasRow), typeof(PlannedChangeRow), typeof(PropertyRow), typeof(RefusedOptionRow),
        typeof(AccountReport), typeof(LetGoEmail), typeof(TodoItem),
    ];

    /// <summary>
    /// A copy is a log of its own: its positions are other ones, and a projection of the old log is none of it. Nor are the numbers of changes, which
    /// begin anew with the projection, and news of runs that whoever listens to the new store did not see begin.
    /// </summary>
    internal static readonly Type[] Left =
    [
        typeof(LogIdentity), typeof(Announcement), typeof(PublishedChanges),
        // Whoever is told of what happens to a store was told by that one; a copy tells of what happens to it.
        typeof(Notice), typeof(NoticeStory), typeof(SourceSilence), typeof(NotificationRow),
    ];

    /// <summary>Every start writes these, so that a store which has nothing else is empty.</summary>
    internal static readonly Type[] MadeByEveryStart = [typeof(SourceEpoch), typeof(SyncState)];

    private static readonly (Type Entity, string Property)[] Positions = [(typeof(RunRow), nameof(RunRow.Head))];

    public static IReadOnlyList<CopiedTable> Of(IModel model)
    {
        var unknown = model.GetEntityTypes().Select(e => e.ClrType).Except(Copied).Except(Left).ToList();
        if (unknown.Count > 0)
            throw new InvalidOperationException($"Nobody has said whether a copy of the store takes {string.Join(", ", unknown.Select(t => t.Name))} along: say so in {nameof(CopyPlan)}.");
        return [.. Copied.Select(type => Table(model.FindEntityType(type)!))];
    }

    private static CopiedTable Table(IEntityType entity) => new(
        entity.ClrType,
        entity.GetTableName()!,
        [.. entity.GetProperties().Where(p => !p.IsShadowProperty()).Select(p => new CopiedColumn(p.GetColumnName(), TypeOf(p), Positions.Contains((entity.ClrType, p.Name))))],
        [.. entity.FindPrimaryKey()!.Properties.Select(p => p.GetColumnName())]);

    private static Type TypeOf(IProperty property)
    {
        var type = property.GetTypeMapping().Converter?.ProviderClrType ?? property.ClrType;
        return Nullable.GetUnderlyingType(type) ?? type;
    }
}
