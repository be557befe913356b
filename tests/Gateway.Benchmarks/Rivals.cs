using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Intake;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gateway.Benchmarks;

/// <summary>What the gateway's door is measured against: an endpoint that only parses, one <c>SaveChanges</c> per request, and one insert into PostgreSQL per request.</summary>
internal static class Rivals
{
    public static async Task ServeBareAsync(string port)
    {
        var app = Build(port);
        app.MapPost("/v1/events", async (HttpContext context) =>
        {
            var parsed = await JsonSerializer.DeserializeAsync(context.Request.Body, RivalJson.Default.EventDocument, context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            await context.Response.WriteAsJsonAsync(new RivalAnswer(parsed!.Id!), RivalJson.Default.RivalAnswer, contentType: null, context.RequestAborted);
        });
        await app.RunAsync();
    }

    public static async Task ServeSaveChangesAsync(string port, string folder)
    {
        var file = Path.Combine(folder, "rival.db");
        var app = Build(port, builder => builder.Services.AddDbContextPool<RivalDb>(o => o.UseSqlite($"Data Source={file}")));
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<RivalDb>();
            await db.Database.EnsureCreatedAsync();
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL");
        }

        app.MapPost("/v1/events", async (HttpContext context, RivalDb db) =>
        {
            var parsed = await JsonSerializer.DeserializeAsync(context.Request.Body, RivalJson.Default.EventDocument, context.RequestAborted);
            db.Add(new RivalRow { Id = parsed!.Id!, Payload = JsonSerializer.SerializeToUtf8Bytes(parsed, RivalJson.Default.EventDocument) });
            await db.SaveChangesAsync(context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            await context.Response.WriteAsJsonAsync(new RivalAnswer(parsed.Id!), RivalJson.Default.RivalAnswer, contentType: null, context.RequestAborted);
        });
        await app.RunAsync();
    }

    public static async Task ServeInsertAsync(string port, string database)
    {
        await using var source = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(database) { MaxAutoPrepare = 10, MaxPoolSize = 64 }.ToString()).Build();
        await using (var create = source.CreateCommand("CREATE TABLE rival (id text PRIMARY KEY, payload bytea NOT NULL)")) await create.ExecuteNonQueryAsync();
        var app = Build(port);
        app.MapPost("/v1/events", async (HttpContext context) =>
        {
            var parsed = await JsonSerializer.DeserializeAsync(context.Request.Body, RivalJson.Default.EventDocument, context.RequestAborted);
            await using (var insert = source.CreateCommand("INSERT INTO rival VALUES ($1, $2) ON CONFLICT DO NOTHING"))
            {
                insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = parsed!.Id! });
                insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = JsonSerializer.SerializeToUtf8Bytes(parsed, RivalJson.Default.EventDocument) });
                await insert.ExecuteNonQueryAsync(context.RequestAborted);
            }

            context.Response.StatusCode = StatusCodes.Status202Accepted;
            await context.Response.WriteAsJsonAsync(new RivalAnswer(parsed.Id!), RivalJson.Default.RivalAnswer, contentType: null, context.RequestAborted);
        });
        await app.RunAsync();
    }

    private static WebApplication Build(string port, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        configure?.Invoke(builder);
        return builder.Build();
    }
}

internal sealed class RivalDb(DbContextOptions<RivalDb> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<RivalRow>().HasKey(r => r.Id);
}

internal sealed class RivalRow
{
    public required string Id { get; set; }

    public required byte[] Payload { get; set; }
}

internal sealed record RivalAnswer(string Id);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EventDocument))]
[JsonSerializable(typeof(RivalAnswer))]
internal sealed partial class RivalJson : JsonSerializerContext;
