using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gateway.Tests.Officevibe;

/// <summary>A request as it came off the wire.</summary>
public sealed record StubRequest(string Method, string Path, string? Authorization, string? ContentType, byte[] Body);

/// <summary>A real HTTP server with a script: each call takes the next answer of its path. A call that the script does not have, or an answer nobody asked for, fails the test.</summary>
public sealed class StubOfficevibe : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Func<HttpContext, Task>>> script = new();
    private readonly ConcurrentQueue<string> unexpected = new();

    private StubOfficevibe(WebApplication app) => this.app = app;

    public ConcurrentQueue<StubRequest> Requests { get; } = new();

    public Uri BaseUrl => new(app.Urls.First() + "/api/v2");

    public static async Task<StubOfficevibe> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var server = builder.Build();
        var stub = new StubOfficevibe(server);
        server.Run(stub.HandleAsync);
        await server.StartAsync();
        return stub;
    }

    public StubOfficevibe On(string call, Func<HttpContext, Task> answer)
    {
        script.GetOrAdd(call, _ => new()).Enqueue(answer);
        return this;
    }

    public StubOfficevibe On(string call, int status, string? contentType, string body, params (string Name, string Value)[] headers) => On(call, async context =>
    {
        context.Response.StatusCode = status;
        if (contentType is not null) context.Response.ContentType = contentType;
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        await context.Response.WriteAsync(body);
    });

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        Assert.Empty(unexpected);
        Assert.Empty(script.Where(call => !call.Value.IsEmpty).Select(call => $"never asked: {call.Key}"));
    }

    private async Task HandleAsync(HttpContext context)
    {
        var call = $"{context.Request.Method} {context.Request.Path}";
        if (!script.TryGetValue(call, out var answers) || !answers.TryDequeue(out var answer))
        {
            unexpected.Enqueue(call);
            context.Response.StatusCode = 599;
            return;
        }

        if (context.Request.Method == "POST")
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            Add(body.ToArray());
        }
        else Add([]);
        await answer(context);

        void Add(byte[] body) => Requests.Enqueue(new(
            context.Request.Method, context.Request.Path, context.Request.Headers.Authorization, context.Request.ContentType, body));
    }
}
