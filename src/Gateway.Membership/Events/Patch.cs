using System.Collections.ObjectModel;

namespace Gateway.Membership.Events;

/// <summary>A field of a change: not given (leaves it as it was), or given with a value, or given as null (clears it).</summary>
public readonly record struct Patch
{
    private Patch(bool given, string? value) => (Given, Value) = (given, value);

    public bool Given { get; }

    /// <summary>Null clears. Meaningless when not <see cref="Given"/>.</summary>
    public string? Value { get; }

    public static Patch Absent => default;

    public static Patch To(string? value) => new(true, value);

    public static implicit operator Patch(string? value) => To(value);
}

/// <summary>The profile fields of a person that a <c>hire</c> or an <c>update</c> may give.</summary>
public sealed record ProfilePatch
{
    public static ProfilePatch Nothing { get; } = new();

    public Patch Email { get; init; }
    public Patch FirstName { get; init; }
    public Patch LastName { get; init; }
    public Patch JobTitle { get; init; }
    public Patch ImageUrl { get; init; }
    public Patch Language { get; init; }

    /// <summary>Merged key by key (exact case); a null value clears that one attribute.</summary>
    public IReadOnlyDictionary<string, string?> Attributes { get; init; } = ReadOnlyDictionary<string, string?>.Empty;
}
