using Microsoft.OpenApi;

namespace Gateway.Operations.OpenApi;

/// <summary>The contract as a document, <c>/openapi/v1.json</c>, and as a page, <c>/swagger</c>. Both are open: they hold no data.</summary>
internal static class OpenApiSetup
{
    public const string Key = "key";
    public const string Bearer = "bearer";

    public static void AddOpenApiDocument(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(swagger =>
        {
            swagger.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "Gateway",
                Version = "v1",
                Description = "Takes what HR systems report of people and teams, keeps it, and brings it to Officevibe as one guarded sync. "
                    + "Errors are problem details (RFC 9457); docs/problems.md lists their types. Lists are read page by page: pass `next` as `after`.",
            });
            swagger.AddSecurityDefinition(Bearer, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A key made by `gateway keys new`, or a token of the configured OpenID Connect provider.",
            });
            swagger.AddSecurityDefinition(Key, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = Security.ApiKeyHandler.Header,
                Description = "A key made by `gateway keys new`.",
            });
            swagger.SupportNonNullableReferenceTypes();
            swagger.NonNullableReferenceTypesAsRequired();
            swagger.UseAllOfToExtendReferenceSchemas();
            foreach (var assembly in (ReadOnlySpan<System.Reflection.Assembly>)[typeof(OpenApiSetup).Assembly, typeof(Membership.Ordinal).Assembly])
                swagger.IncludeXmlComments(assembly);
            swagger.OperationFilter<AccessAndProblems>();
            swagger.OperationFilter<RequestExamples>();
            swagger.DocumentFilter<Tidy>();
        });
    }

    /// <summary>Before authentication: the page's own files are no endpoints, and would be closed with everything unnamed.</summary>
    /// <summary>Under its own path only: no event has to pass it.</summary>
    public static void UseOpenApiPage(this WebApplication app) => app.UseWhen(c => c.Request.Path.StartsWithSegments("/swagger", StringComparison.OrdinalIgnoreCase), branch => branch.UseSwaggerUI(page =>
    {
        page.SwaggerEndpoint("/openapi/v1.json", "Gateway v1");
        page.DocumentTitle = "Gateway";
        page.EnablePersistAuthorization();
        page.DisplayRequestDuration();
    }));

    public static void MapOpenApiDocument(this WebApplication app) =>
        app.MapSwagger("/openapi/{documentName}.json", o => o.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1).AllowAnonymous();
}
