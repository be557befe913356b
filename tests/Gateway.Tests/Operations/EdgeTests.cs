using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Gateway.Edge;
using Gateway.Operations.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;

namespace Gateway.Tests.Operations;

/// <summary>What is refused before an endpoint sees it, and what leaves when an endpoint fails.</summary>
public sealed class EdgeTests
{
    private readonly string key = ApiKey.New();

    [Fact]
    public async Task A_failure_tells_the_caller_nothing_of_our_insides_and_the_log_everything()
    {
        await using var host = await StartAsync();

        var answer = await host.GetAsync("/broken", key);

        await answer.IsProblemAsync(ProblemKind.Internal);
        Assert.DoesNotContain("secret inside", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(host.Log.Lines, l => l.StartsWith("Error 9010", StringComparison.Ordinal) && l.Contains("secret inside", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_framework_refuses_is_a_problem_too()
    {
        await using var host = await StartAsync();

        await (await host.GetAsync("/no-such-path", key)).IsProblemAsync(ProblemKind.NotFound);
        await (await SendAsync(host, HttpMethod.Delete, "/event", null)).IsProblemAsync(ProblemKind.MethodNotAllowed);
        await (await SendAsync(host, HttpMethod.Post, "/json", new StringContent("{}", Encoding.UTF8, "text/plain"))).IsProblemAsync(ProblemKind.MediaTypeUnsupported);
        await (await SendAsync(host, HttpMethod.Post, "/json", new StringContent("{\"count\":", Encoding.UTF8, "application/json"))).IsProblemAsync(ProblemKind.Malformed);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task A_bad_parameter_is_named_and_its_value_is_not_repeated(string environment)
    {
        await using var host = await StartAsync(environment: environment);

        var answer = await host.GetAsync("/list?limit=ines.munoz", key);

        var body = await answer.IsProblemAsync(ProblemKind.Invalid);
        Assert.True(body.GetProperty("errors").TryGetProperty("limit", out _));
        Assert.DoesNotContain("munoz", body.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(host.Log.Lines, l => l.Contains("munoz", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/event", 64 * 1024)]
    [InlineData("/batch", 16 * 1024 * 1024)]
    public async Task A_body_may_have_its_limit_and_not_a_byte_more(string path, int limit)
    {
        await using var host = await StartAsync();

        var fits = await SendAsync(host, HttpMethod.Post, path, new ByteArrayContent(new byte[limit]));
        var tooLarge = await SendAsync(host, HttpMethod.Post, path, new ByteArrayContent(new byte[limit + 1]));

        Assert.Equal(limit.ToString(), await fits.Content.ReadAsStringAsync());
        await tooLarge.IsProblemAsync(ProblemKind.TooLarge);
    }

    [Fact]
    public async Task A_body_that_hides_its_length_is_cut_off_at_the_limit()
    {
        await using var host = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/event") { Content = new ByteArrayContent(new byte[64 * 1024 + 1]) };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("X-Api-Key", key);

        var answer = await host.Client.SendAsync(request);

        await answer.IsProblemAsync(ProblemKind.TooLarge);
    }

    [Fact]
    public async Task A_limit_is_a_setting()
    {
        await using var host = await StartAsync(new() { ["Gateway:Limits:Event"] = "2048" });

        await (await SendAsync(host, HttpMethod.Post, "/event", new ByteArrayContent(new byte[2049]))).IsProblemAsync(ProblemKind.TooLarge);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(host, HttpMethod.Post, "/batch", new ByteArrayContent(new byte[2049]))).StatusCode);
    }

    [Theory]
    [InlineData("gzip", false)]
    [InlineData("br", false)]
    [InlineData("identity", true)]
    public async Task A_compressed_body_is_refused(string encoding, bool accepted)
    {
        await using var host = await StartAsync();
        var content = new ByteArrayContent([1, 2, 3]);
        content.Headers.ContentEncoding.Add(encoding);

        var answer = await SendAsync(host, HttpMethod.Post, "/event", content);

        if (accepted)
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return;
        }

        await answer.IsProblemAsync(ProblemKind.EncodingUnsupported);
    }

    [Fact]
    public async Task Above_its_rate_a_key_is_told_to_wait_and_no_other_key_is()
    {
        var other = ApiKey.New();
        var settings = EdgeHost.Key("other", other, "read");
        settings["Gateway:Limits:Rate"] = "3";
        await using var host = await StartAsync(settings);

        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/any", key)).StatusCode);
        var refused = await host.GetAsync("/any", key);

        await refused.IsProblemAsync(ProblemKind.TooManyRequests);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/any", other)).StatusCode);
    }

    [Fact]
    public async Task An_answer_that_takes_too_long_is_given_up()
    {
        await using var host = await StartAsync(new() { ["Gateway:Limits:RequestTimeout"] = "00:00:01" });

        await (await host.GetAsync("/endless", key)).IsProblemAsync(ProblemKind.Timeout);
    }

    [Fact]
    public async Task A_problem_names_every_error_by_its_path()
    {
        await using var host = await StartAsync();

        var body = await (await host.GetAsync("/invalid", key)).IsProblemAsync(ProblemKind.Invalid);

        Assert.Equal("Must have 1 to 200 characters.", body.GetProperty("errors").GetProperty("teams[0].teamId")[0].GetString());
        Assert.Equal(7, body.GetProperty("wouldLeave").GetInt32());
    }

    [Fact]
    public async Task Answers_are_kept_by_no_cache()
    {
        await using var host = await StartAsync();

        var answer = await host.GetAsync("/any", key);

        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.False(answer.Headers.Contains("Server"));
    }

    private Task<EdgeHost> StartAsync(Dictionary<string, string?>? settings = null, string environment = "Production") =>
        EdgeHost.StartAsync(EdgeHost.Key("hris", key, "read").Concat(settings ?? []), environment, map: Map);

    private static void Map(IEndpointRouteBuilder map)
    {
        map.MapGet("/broken", string () => throw new InvalidOperationException("secret inside"));
        map.MapGet("/list", (int limit) => limit);
        map.MapPost("/json", (Counted body) => body.Count);
        map.MapPost("/event", Length);
        map.MapPost("/batch", Length).WithBodyLimit(BodyLimit.Batch);
        map.MapGet("/endless", (HttpContext context) => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted));
        map.MapGet("/invalid", () => new Problem(ProblemKind.Invalid)
        {
            Errors = new Dictionary<string, string[]> { ["teams[0].teamId"] = ["Must have 1 to 200 characters."] },
            More = new Dictionary<string, object?> { ["wouldLeave"] = 7 },
        });
    }

    private static async Task<long> Length(HttpRequest request)
    {
        long length = 0;
        var buffer = new byte[8192];
        for (int read; (read = await request.Body.ReadAsync(buffer)) > 0;) length += read;
        return length;
    }

    private async Task<HttpResponseMessage> SendAsync(EdgeHost host, HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await host.Client.SendAsync(request);
    }

    private sealed record Counted(int Count);
}
