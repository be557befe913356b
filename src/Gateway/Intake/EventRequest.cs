using Gateway.Membership.Events;

namespace Gateway.Intake;

/// <summary>An event as it came: shape read, strings trimmed, meaning not yet judged. Null: absent (or a null that means absent).</summary>
public sealed record EventRequest
{
    public string? Id { get; init; }
    public string? Type { get; init; }
    public DateTimeOffset? OccurredAt { get; init; }
    public EffectiveDate? EffectiveAt { get; init; }
    public EffectiveDate? LastDay { get; init; }
    public EffectiveDate? Until { get; init; }
    public string? Replaces { get; init; }
    public string? EmployeeId { get; init; }
    public string? TeamId { get; init; }
    public string? EventId { get; init; }
    public string? Name { get; init; }
    public Patch ParentId { get; init; }
    public ProfilePatch? Member { get; init; }
    public IReadOnlyList<Assignment>? Teams { get; init; }
    public string? From { get; init; }
    public string? To { get; init; }
    public AssignmentRole? Role { get; init; }
    public string? Reason { get; init; }
    public string? SameAsSource { get; init; }
    public string? SameAsEmployeeId { get; init; }
}

/// <summary>What is wrong with a request, by JSON path. Messages say what to do and never hold a value.</summary>
public sealed class Errors
{
    private const int Most = 100;
    private readonly SortedDictionary<string, List<string>> _byPath = new(StringComparer.Ordinal);
    private int _count;

    public bool Any => _count > 0;

    public void Add(string path, string message)
    {
        if (_count++ >= Most) return;
        if (!_byPath.TryGetValue(path, out var messages)) _byPath[path] = messages = [];
        if (!messages.Contains(message, StringComparer.Ordinal)) messages.Add(message);
    }

    public Dictionary<string, string[]> ToDictionary() => _byPath.ToDictionary(e => e.Key, e => e.Value.ToArray(), StringComparer.Ordinal);
}
