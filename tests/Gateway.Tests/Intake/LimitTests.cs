using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Tests.Intake;

public sealed class LimitTests(Door door) : IClassFixture<Door>
{
    [Fact]
    public async Task A_body_of_ten_megabytes_is_too_large()
    {
        var before = door.Rows();
        var body = Encoding.UTF8.GetBytes($$"""{"id":"big","type":"leave","employeeId":"E1","reason":"{{new string('r', 10_000_000)}}"}""");
        var (status, answer, _) = await door.PostAsync("/v1/events", Door.Bytes(body));
        Assert.Equal((413, "urn:gateway:problem:too-large"), (status, answer.GetProperty("type").GetString()));

        Assert.Equal(before, door.Rows());
        await door.AcceptedAsync("""{"id":"after-big","type":"return","employeeId":"E1"}""");
    }

    [Fact]
    public async Task A_body_that_does_not_say_its_length_is_cut_off_at_the_same_limit()
    {
        var before = door.Rows();
        using var socket = new TcpClient();
        await socket.ConnectAsync(door.Gateway.Address.Host, door.Gateway.Address.Port);
        var chunk = """{"id":"chunked","type":"return","employeeId":"E1"}""" + new string(' ', 70_000);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            Head("Transfer-Encoding: chunked") + chunk.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n" + chunk + "\r\n"));
        using var answer = new StreamReader(socket.GetStream());
        Assert.Equal("HTTP/1.1 413 Payload Too Large", await answer.ReadLineAsync());
        Assert.Equal(before, door.Rows());
    }

    private static string Head(string header) =>
        $"POST /v1/events HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {Door.Key}\r\nContent-Type: application/json\r\n{header}\r\n\r\n";

    [Fact]
    public async Task An_event_has_at_most_64_kilobytes_and_spaces_count()
    {
        const string json = """{"id":"edge","type":"return","employeeId":"E1"}""";
        var (status, _, _) = await door.PostAsync("/v1/events", Door.Json(json + new string(' ', 65_536 - json.Length)));
        Assert.Equal(202, status);
        (status, _, _) = await door.PostAsync("/v1/events", Door.Json(json + new string(' ', 65_537 - json.Length)));
        Assert.Equal(413, status);
    }

    [Fact]
    public async Task Compressed_bodies_are_not_taken()
    {
        var before = door.Rows();
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) await gzip.WriteAsync("""{"id":"gz","type":"return","employeeId":"E1"}"""u8.ToArray());
        foreach (var path in (string[])["/v1/events", "/v1/events/batch", "/v1/events/validate"])
        {
            var content = Door.Bytes(packed.ToArray());
            content.Headers.ContentEncoding.Add("gzip");
            var (status, body, _) = await door.PostAsync(path, content);
            Assert.Equal((415, "urn:gateway:problem:encoding-unsupported"), (status, body.GetProperty("type").GetString()));
        }

        Assert.Equal(before, door.Rows());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json-patch+json")]
    [InlineData(null)]
    public async Task Another_media_type_is_not_taken(string? mediaType)
    {
        var before = door.Rows();
        foreach (var path in (string[])["/v1/events", "/v1/events/batch", "/v1/events/validate"])
        {
            var (status, body, _) = await door.PostAsync(path, Door.Bytes("""{"id":"mt","type":"return","employeeId":"E1"}"""u8.ToArray(), mediaType));
            Assert.Equal((415, "urn:gateway:problem:media-type-unsupported"), (status, body.GetProperty("type").GetString()));
        }

        var (single, _, _) = await door.PostAsync("/v1/events", Door.Bytes("""{"id":"mt","type":"return","employeeId":"E1"}"""u8.ToArray(), "application/x-ndjson"));
        Assert.Equal(415, single);
        Assert.Equal(before, door.Rows());
    }

    [Fact]
    public async Task A_media_type_in_another_case_and_with_parameters_is_the_same() =>
        Assert.Equal(202, (await door.PostAsync("/v1/events", Door.Bytes("""{"id":"mt2","type":"return","employeeId":"E1"}"""u8.ToArray(), "Application/JSON; charset=\"utf-8\""))).Status);

    [Fact]
    public async Task A_request_cut_off_in_its_body_leaves_nothing()
    {
        var before = door.Rows();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(door.Gateway.Address.Host, door.Gateway.Address.Port);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Head("Content-Length: 500") + """{"id":"cut","type":"return","employeeId":"E1"}"""));
        }

        await door.AcceptedAsync("""{"id":"after-cut","type":"return","employeeId":"E1"}""");
        Assert.Equal(before + 1, door.Rows());
    }

    [Fact]
    public async Task Without_a_key_nothing_is_taken()
    {
        using var nobody = new HttpClient { BaseAddress = door.Gateway.Address };
        using var response = await nobody.PostAsync("/v1/events", Door.Json("""{"id":"nk","type":"return","employeeId":"E1"}"""));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.False(door.IsStored("nk"));
    }
}
