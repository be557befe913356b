namespace Gateway.Officevibe;

/// <summary>What a text that Officevibe reports is about. Its wordings are known only in part, so they are matched loosely.</summary>
public enum ReportedKind
{
    /// <summary>A wording that is not known; the text is kept all the same.</summary>
    Unclassified = 0,

    /// <summary>A property of that exact name does not exist; the value was skipped.</summary>
    AttributeNotFound = 1,

    /// <summary>The property exists, the option does not; the value was skipped.</summary>
    AttributeOptionNotFound = 2,

    /// <summary>A row names a team that was not found; the row was skipped.</summary>
    GroupNotFound = 3,

    /// <summary>A row names a sub-team that was not found; the row was skipped.</summary>
    SubGroupNotFound = 4,

    /// <summary>A row names a user that was not found; the row was skipped.</summary>
    UserNotFound = 5,

    /// <summary>The key is wrong, regenerated or disabled. Nothing was applied.</summary>
    KeyNotTaken = 6,

    /// <summary>The integration is not switched on, or the plan does not have it. Nothing was applied.</summary>
    NotActivated = 7,
}

/// <summary>One text of an answer, tied to what it is about. Ids are those on the wire; of what the text does not name there are none.</summary>
/// <param name="Text">As Officevibe sent it. May name people: for the run's page, never for a log.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="WhatToDo">By whom and where.</param>
public sealed record ReportedText(string Text, ReportedKind Kind, string WhatToDo)
{
    /// <summary>The page on its cause and cure, within the project.</summary>
    public string Help => $"docs/officevibe-messages.md#{System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(Kind.ToString())}";

    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>Of a sub-group row both teams, where both are named.</summary>
    public IReadOnlyList<string> Teams { get; init; } = [];

    /// <summary>Names of properties, exact case.</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    public override string ToString() => $"{Kind}: {Members.Count} members, {Teams.Count} teams, {Attributes.Count} attributes";
}
