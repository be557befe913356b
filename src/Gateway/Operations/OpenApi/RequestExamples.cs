using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Operations.OpenApi;

/// <summary>Shows the main requests, by operation id. A test posts each of them.</summary>
internal sealed class RequestExamples : IOperationFilter
{
    private const string Hire = """
        {
          "id": "hr-2026-0311", "type": "hire", "occurredAt": "2026-02-16T09:30:00Z", "effectiveAt": "2026-03-02", "employeeId": "E7",
          "member": { "email": "ines@example.test", "firstName": "Inés", "lastName": "Muñoz", "jobTitle": "Developer", "attributes": { "Site": "Lyon" } },
          "teams": [{ "teamId": "T1" }]
        }
        """;

    private const string Move = """{ "id": "hr-2026-0402", "type": "move", "effectiveAt": "2026-04-01", "employeeId": "E7", "from": "T1", "to": "T2" }""";

    private const string Leave = """{ "id": "hr-2026-0588", "type": "leave", "employeeId": "E7", "lastDay": "2026-06-26" }""";

    private const string Team = """{ "id": "org-12", "type": "team", "effectiveAt": "2026-01-05", "teamId": "T2", "name": "Data", "parentId": "T1" }""";

    private const string Retract = """{ "id": "hr-2026-0589", "type": "retract", "eventId": "hr-2026-0588" }""";

    public static IReadOnlyDictionary<string, IReadOnlyList<(string Name, string Json)>> All { get; } = new Dictionary<string, IReadOnlyList<(string, string)>>(StringComparer.Ordinal)
    {
        ["postEvent"] = [("hire", Hire), ("move", Move), ("leave", Leave), ("team", Team), ("retract", Retract)],
        ["validateEvent"] = [("hire", Hire)],
        ["postEvents"] = [("two events", $"[{Team},{Hire}]")],
        ["excludeMember"] = [("on leave for good", """{ "reason": "Asked not to be surveyed.", "until": "2026-12-31T00:00:00Z" }""")],
    };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (operation.OperationId is null || !All.TryGetValue(operation.OperationId, out var examples)) return;
        if (operation.RequestBody?.Content is not { } content || !content.TryGetValue("application/json", out var media)) return;
        media.Examples = examples.ToDictionary(e => e.Name, e => (IOpenApiExample)new OpenApiExample { Value = JsonNode.Parse(e.Json) }, StringComparer.Ordinal);
    }
}
