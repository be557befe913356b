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

    /// <summary>Set GATEWAY_WRITE_OPENAPI=1 to write the file anew, and look at what changed.</summary>
    [Fact]
    public async Task The_published_document_is_that_of_the_running_gateway()
    {
        await using var gateway = await TestGateway.StartAsync();
        var running = (await gateway.Http.GetStringAsync("/openapi/v1.json")).ReplaceLineEndings("\n").TrimEnd() + "\n";
        var path = Path.Combine(Repository.Root, "openapi", "gateway.v1.json");
        if (Environment.GetEnvironmentVariable("GATEWAY_WRITE_OPENAPI") == "1") await File.WriteAllTextAsync(path, running);

        Assert.Equal(await File.ReadAllTextAsync(path), running);
        // Whoever reads it from outside knows no class of ours.
        Assert.DoesNotMatch(@"\bGateway\.[A-Z]\w*\.", running);
    }

    [Fact]
    public async Task Every_example_of_an_event_is_accepted()
    {
        await using var gateway = await TestGateway.StartAsync();
        var paths = JsonDocument.Parse(await gateway.Http.GetStringAsync("/openapi/v1.json")).RootElement.GetProperty("paths");
        var examples = paths.GetProperty("/v1/events").GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("examples");

        Assert.NotEmpty(examples.EnumerateObject());
        foreach (var example in examples.EnumerateObject())
        {
            var answer = await gateway.PostAsync("/v1/events", example.Value.GetProperty("value").GetRawText());
            Assert.True(answer.StatusCode == HttpStatusCode.Accepted, example.Name + await answer.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Every_operation_has_a_name_a_summary_and_says_who_may_call_it()
    {
        await using var gateway = await TestGateway.StartAsync();
        var paths = JsonDocument.Parse(await gateway.Http.GetStringAsync("/openapi/v1.json")).RootElement.GetProperty("paths");

        var ids = new List<string?>();
        foreach (var path in paths.EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var where = $"{operation.Name} {path.Name}";
                Assert.True(operation.Value.TryGetProperty("summary", out _), where);
                Assert.True(operation.Value.TryGetProperty("operationId", out var id), where);
                ids.Add(id.GetString());
                // Who delivers to a webhook signs what it delivers; nobody there has a key.
                if (path.Name.StartsWith("/health", StringComparison.Ordinal) || path.Name.StartsWith("/v1/webhooks/", StringComparison.Ordinal)) continue;
                Assert.Contains("Scope: ", operation.Value.GetProperty("description").GetString(), StringComparison.Ordinal);
            }
        }

        Assert.Equal(ids.Count, ids.Distinct().Count());
    }
}
