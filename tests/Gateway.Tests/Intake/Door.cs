using System.Data.Common;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Gateway.EventLog;
using Gateway.Operations.Security;
using Gateway.Tests.EventLogs;

namespace Gateway.Tests.Intake;

/// <summary>
/// A gateway with two sources, and a key for one of them. Bad values in tests hold the word <see cref="Sent"/>, so that an echo of
/// one in an answer is found.
/// </summary>
public sealed class Door : IAsyncLifetime
{
    public const string Sent = "SENT";
    public const string Key = "gwk_of_the_hris_only";

    private TestGateway _gateway = null!;

    internal TestGateway Gateway => _gateway;

    public HttpClient Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await TestGateway.StartAsync(new()
        {
            ["Gateway:Sources:hris:Priority"] = "1",
            ["Gateway:Sources:hris:MatchBy"] = "id",
            ["Gateway:Sources:hris:TimeZone"] = "Europe/Paris",
            ["Gateway:Sources:orgtool:MatchBy"] = "id",
            ["Gateway:Keys:hris:Hash"] = ApiKey.Hash(Key),
            ["Gateway:Keys:hris:Scopes"] = "ingest",
            ["Gateway:Keys:hris:Source"] = "hris",
        });
        Http = new HttpClient { BaseAddress = _gateway.Address };
        Http.DefaultRequestHeaders.Add("X-Api-Key", Key);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _gateway.DisposeAsync();
    }

    public static HttpContent Json(string body) => new StringContent(body, Encoding.UTF8, "application/json");

    public static HttpContent Bytes(byte[] body, string? mediaType = "application/json")
    {
        var content = new ByteArrayContent(body);
        if (mediaType is not null) content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        return content;
    }

    public async Task<(int Status, JsonElement Body, HttpResponseMessage Response)> PostAsync(string path, HttpContent content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain(Sent, text, StringComparison.Ordinal);
        return ((int)response.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text), response);
    }

    public Task<(int Status, JsonElement Body, HttpResponseMessage Response)> PostAsync(string json) => PostAsync("/v1/events", Json(json));

    /// <summary>The event is refused with an error at this place, and leaves nothing.</summary>
    public Task RefusedAsync(string json, string place) => RefusedAsync(Json(json), place);

    public async Task<JsonElement> RefusedAsync(HttpContent content, string place, params (string, string)[] headers)
    {
        var before = Rows();
        var (status, body, _) = await PostAsync("/v1/events", content, headers);
        Assert.True(status == 400, $"{status}: {body}");
        Assert.Equal("urn:gateway:problem:invalid", body.GetProperty("type").GetString());
        Assert.False(string.IsNullOrEmpty(body.GetProperty("traceId").GetString()));
        Assert.True(body.GetProperty("errors").TryGetProperty(place, out var messages), $"No error at {place}: {body}");
        Assert.NotEqual(0, messages.GetArrayLength());
        Assert.Equal(before, Rows());
        return body.GetProperty("errors");
    }

    public async Task AcceptedAsync(string json)
    {
        var before = Rows();
        var (status, body, _) = await PostAsync(json);
        Assert.True(status == 202, $"{status}: {body}");
        Assert.Equal(before + 1, Rows());
    }

    /// <summary>A batch's results.</summary>
    public async Task<List<JsonElement>> BatchAsync(HttpContent content)
    {
        var (status, body, _) = await PostAsync("/v1/events/batch", content);
        Assert.True(status == 200, $"{status}: {body}");
        return [.. body.GetProperty("results").EnumerateArray()];
    }

    public static int[] Statuses(IEnumerable<JsonElement> results) => [.. results.Select(r => r.GetProperty("status").GetInt32())];

    public static void Is(int[] statuses, IEnumerable<JsonElement> results) => Assert.Equal(statuses, Statuses(results));

    public long Rows() => Scalar("SELECT count(*) FROM events");

    public bool IsStored(string id) => Scalar("SELECT count(*) FROM events WHERE source = 'hris' AND id = @id", id) == 1;

    /// <summary>The stored form of an event.</summary>
    public JsonElement Stored(string id)
    {
        using var connection = _gateway.Get<ILogStore>().Outside();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT payload FROM events WHERE source = 'hris' AND id = @id";
        Add(command, id);
        return JsonElement.Parse((byte[])command.ExecuteScalar()!);
    }

    private long Scalar(string sql, string? id = null)
    {
        using var connection = _gateway.Get<ILogStore>().Outside();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (id is not null) Add(command, id);
        return (long)command.ExecuteScalar()!;
    }

    private static void Add(DbCommand command, string id)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("@id", id);
        command.Parameters.Add(parameter);
    }
}
