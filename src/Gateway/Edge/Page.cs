namespace Gateway.Edge;

/// <summary>A page of a list.</summary>
/// <param name="Items">In the list's order.</param>
/// <param name="Next">Pass it as <c>after</c> for the next page; null: this is the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Which page is asked for.</summary>
/// <param name="Limit">1 to 500.</param>
/// <param name="After">The place that the last page ended at; null: the first page.</param>
public sealed record PageRequest(int Limit, string? After)
{
    public const int Most = 500;
    private const int Usual = 50;

    /// <summary>Reads <c>limit</c> and <c>after</c> as they came, or says what is wrong with them.</summary>
    public static (PageRequest? Page, Problem? Refusal) Read(int? limit, string? after)
    {
        if (limit is < 1 or > Most) return (null, Problem.Invalid("limit", $"Between 1 and {Most}."));
        if (after is null) return (new PageRequest(limit ?? Usual, null), null);
        return Cursor.Read(after) is { } place ? (new PageRequest(limit ?? Usual, place), null) : (null, BadCursor());
    }

    public static Problem BadCursor() => new(ProblemKind.CursorInvalid, "Pass on the value of next as it came, to the same list.");
}
