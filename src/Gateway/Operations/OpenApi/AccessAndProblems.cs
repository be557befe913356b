using System.Globalization;
using System.Net.Mime;
using Gateway.Edge;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Operations.OpenApi;

/// <summary>Says of each operation which scope it needs, and that every refusal is problem details.</summary>
internal sealed class AccessAndProblems : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        operation.Responses ??= [];
        if (!metadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Security =
            [
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(OpenApiSetup.Bearer, context.Document)] = [] },
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(OpenApiSetup.Key, context.Document)] = [] },
            ];
            operation.Responses.TryAdd("401", new OpenApiResponse());
            operation.Responses.TryAdd("429", new OpenApiResponse());
            var scopes = metadata.OfType<IAuthorizeData>().Select(a => a.Policy).Where(p => p is not null).Distinct(StringComparer.Ordinal).ToList();
            if (scopes.Count > 0)
            {
                operation.Responses.TryAdd("403", new OpenApiResponse());
                operation.Description = $"{operation.Description}\n\nScope: `{string.Join("` and `", scopes)}`.".TrimStart();
            }
        }

        var problem = context.SchemaGenerator.GenerateSchema(typeof(ProblemBody), context.SchemaRepository);
        foreach (var (status, response) in operation.Responses)
        {
            if (response is not OpenApiResponse refusal || status is not ['4' or '5', ..] || IsOurs(refusal)) continue;
            refusal.Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { ["application/problem+json"] = new() { Schema = problem } };
            if (string.IsNullOrEmpty(refusal.Description)) refusal.Description = ReasonPhrases.GetReasonPhrase(int.Parse(status, CultureInfo.InvariantCulture));
        }

        Sort(operation);
    }

    /// <summary>An answer with a body of its own, such as that of an unready gateway.</summary>
    private static bool IsOurs(OpenApiResponse response) =>
        response.Content is { Count: > 0 } content && content.ContainsKey(MediaTypeNames.Application.Json) && !content.ContainsKey("application/problem+json");

    private static void Sort(OpenApiOperation operation)
    {
        var sorted = new OpenApiResponses();
        foreach (var (status, response) in operation.Responses!.OrderBy(r => r.Key, StringComparer.Ordinal)) sorted.Add(status, response);
        operation.Responses = sorted;
    }
}

/// <summary>Takes out what nothing refers to any more.</summary>
internal sealed class Tidy : IDocumentFilter
{
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        swaggerDoc.Components?.Schemas?.Remove("ProblemDetails");
        swaggerDoc.Components?.Schemas?.Remove("HttpValidationProblemDetails");
    }
}
