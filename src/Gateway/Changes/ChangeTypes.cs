namespace Gateway.Changes;

/// <summary>The types of changes; on AMQP their routing keys. Part of the contract: never rename one.</summary>
public static class ChangeTypes
{
    /// <summary>Not a change: what came before is not told; read the company anew.</summary>
    public const string Reset = "changes.reset";

    public static IReadOnlyList<string> All { get; } =
        ["member.hired", "member.moved", "member.left", "member.updated", "team.changed", "sync.accepted", "sync.held", "sync.failed", "account.drift"];
}

/// <summary>Which types a listener wants: <c>member.*,sync.accepted</c>. A <see cref="ChangeTypes.Reset"/> always comes.</summary>
public sealed class TypeFilter
{
    private readonly HashSet<string>? _wanted;

    private TypeFilter(HashSet<string>? wanted) => _wanted = wanted;

    /// <summary>Null: it names a type that there is not.</summary>
    public static TypeFilter? Parse(string? types)
    {
        if (string.IsNullOrWhiteSpace(types)) return new TypeFilter(null);
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in types.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var named = ChangeTypes.All.Where(t => t == name || (name.EndsWith(".*", StringComparison.Ordinal) && t.StartsWith(name[..^1], StringComparison.Ordinal))).ToList();
            if (named.Count == 0) return null;
            wanted.UnionWith(named);
        }

        return new TypeFilter(wanted);
    }

    public bool Wants(string type) => _wanted?.Contains(type) ?? true;
}
