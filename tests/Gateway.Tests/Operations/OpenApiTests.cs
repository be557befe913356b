using System.Net;
using System.Text.Json;
using Gateway.Edge;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gateway.Tests.Operations;

public sealed class OpenApiTests
{
    [Fact]
    public async Task The_document_and_its_page_are_open_and_say_who_may_call_what_and_how_errors_look()
    {
        await using var host = await EdgeHost.StartAsync(map: m =>
        {
            m.MapPost("/things", (ProblemBody _) => "").RequireAuthorization(Scopes.Operate).ProducesProblem(409);
            m.MapGet("/open", () => "").AllowAnonymous();
        });

        var document = JsonDocument.Parse(await host.Client.GetStringAsync("/openapi/v1.json")).RootElement;
        var page = await host.Client.GetAsync("/swagger/index.html");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var operation = document.GetProperty("paths").GetProperty("/things").GetProperty("post");
        Assert.Contains("Scope: `operate`", operation.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, operation.GetProperty("security").GetArrayLength());
        foreach (var status in (string[])["401", "403", "409", "429"])
        {
            Assert.Equal("#/components/schemas/ProblemBody", operation.GetProperty("responses").GetProperty(status).GetProperty("content")
                .GetProperty("application/problem+json").GetProperty("schema").GetProperty("$ref").GetString());
        }

        Assert.False(document.GetProperty("paths").GetProperty("/open").GetProperty("get").TryGetProperty("security", out _));
    }
}
