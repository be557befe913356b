using System.Text.Json.Serialization;
using Gateway.Edge;

namespace Gateway.Sources.Mapping.Catalog;

/// <summary>A mapping script, as it is shown.</summary>
public sealed record ScriptView
{
    public required string Name { get; init; }

    /// <summary><c>preset</c> or <c>folder</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>SHA-256 of its text; null: nothing of this name is in force.</summary>
    public string? Hash { get; init; }

    /// <summary>When it came into force.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>passed, failed, or not-tested.</summary>
    public required string SelfTest { get; init; }

    /// <summary>How many samples it ships.</summary>
    public int Samples { get; init; }

    /// <summary>What failed of its self-test.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>A newer text in the folder that is not in force, and why.</summary>
    public RefusedScript? Refused { get; init; }
}

public sealed record ScriptList(IReadOnlyList<ScriptView> Items);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ScriptList))]
internal sealed partial class ScriptsJson : JsonSerializerContext;

/// <summary><c>GET /v1/scripts</c>.</summary>
public static class ScriptEndpoints
{
    public static void MapScripts(this IEndpointRouteBuilder app) => app.MapGet("/v1/scripts", ListAsync)
        .WithTags("Sources").WithName("listScripts").RequireAuthorization(Scopes.Read)
        .WithSummary("The mapping scripts in force, where they are from, and what their self-tests said.")
        .WithDescription("A script of the folder whose self-test fails is not put in force; `refused` says why, and the former stays.")
        .Produces<ScriptList>();

    private static async Task<IResult> ListAsync(ScriptCatalog catalog, CancellationToken cancellationToken)
    {
        await catalog.TestAllAsync(cancellationToken);
        return TypedResults.Json(new ScriptList([.. catalog.Entries.Select(Of), .. catalog.Refused.Select(r => new ScriptView { Name = r.Key, Origin = "folder", SelfTest = "failed", Refused = r.Value })]),
            ScriptsJson.Default.ScriptList);
    }

    private static ScriptView Of(CatalogEntry entry) => new()
    {
        Name = entry.Script.Name,
        Origin = entry.Origin,
        Hash = entry.Script.Hash,
        Since = entry.Since,
        SelfTest = entry.Test is null ? "not-tested" : entry.Test.Passed ? "passed" : "failed",
        Samples = entry.Test?.Samples ?? 0,
        Failures = entry.Test?.Failures ?? [],
        Refused = entry.Refused,
    };
}
