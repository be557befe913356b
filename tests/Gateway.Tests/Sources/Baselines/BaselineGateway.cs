using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Gateway.Edge;
using Gateway.Operations.Security;

namespace Gateway.Tests.Sources.Baselines;

/// <summary>A gateway with one source, and baselines sent to it as people do.</summary>
internal static class BaselineGateway
{
    /// <summary>May send and read, and not operate.</summary>
    public const string SenderKey = "gwk_baseline_sender_00000000000000000000000000";

    public static Task<TestGateway> StartAsync(Dictionary<string, string?>? settings = null) => TestGateway.StartAsync(new Dictionary<string, string?>(settings ?? [])
    {
        ["Gateway:Sources:hris:TimeZone"] = "Europe/Paris",
        ["Gateway:Keys:all:Hash"] = ApiKey.Hash(TestGateway.DevelopmentKey),
        ["Gateway:Keys:all:Scopes"] = "ingest read operate approve",
        ["Gateway:Keys:all:Source"] = "*",
        ["Gateway:Keys:sender:Hash"] = ApiKey.Hash(SenderKey),
        ["Gateway:Keys:sender:Scopes"] = "ingest read",
        ["Gateway:Keys:sender:Source"] = "hris",
    });

    public static Task<HttpResponseMessage> PutJsonAsync(this TestGateway gateway, string json, string query = "", string? key = null) =>
        gateway.PutAsync(new StringContent(json, Encoding.UTF8, "application/json"), query, key);

    /// <summary>Sends files as a form does: part, file name, content.</summary>
    public static Task<HttpResponseMessage> PutFilesAsync(this TestGateway gateway, string query, params (string Part, string FileName, byte[] Content)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (part, name, content) in files) form.Add(new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } }, part, name);
        return gateway.PutAsync(form, query, null);
    }

    public static Task<HttpResponseMessage> PutFilesAsync(this TestGateway gateway, params (string Part, string Content)[] files) =>
        gateway.PutFilesAsync("", [.. files.Select(f => (f.Part, f.Part + ".csv", Encoding.UTF8.GetBytes(f.Content)))]);

    public static async Task<JsonElement> OkAsync(this Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>The answer is this problem.</summary>
    public static async Task<JsonElement> IsAsync(this HttpResponseMessage answer, ProblemKind kind)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(kind.Status == (int)answer.StatusCode && text.Contains(kind.Type, StringComparison.Ordinal), $"{(int)answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>The errors of a 400, place to message.</summary>
    public static async Task<Dictionary<string, string>> ErrorsAsync(this Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == 400, $"{(int)answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text).GetProperty("errors").EnumerateObject()
            .ToDictionary(e => e.Name, e => string.Join(" ", e.Value.EnumerateArray().Select(m => m.GetString())));
    }

    public static int Count(this JsonElement answer, string name) => answer.GetProperty("counts").GetProperty(name).GetInt32();

    public static async Task<int> EventsAsync(this TestGateway gateway)
    {
        await using var db = await gateway.Get<Microsoft.EntityFrameworkCore.IDbContextFactory<EventLog.GatewayDb>>().CreateDbContextAsync();
        return db.Events.Count();
    }

    /// <summary>Who is employed and which teams exist, as the source says now or at an instant: <c>E1 Ana&lt;mail&gt; [T1 member]</c>.</summary>
    public static async Task<string[]> CompanyAsync(this TestGateway gateway, string? at = null)
    {
        var cut = await gateway.Get<Aggregation.CompanyReader>().ReadAsync(at is null ? null : DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture), null, packed: false, CancellationToken.None);
        return
        [
            .. cut.Members.Where(m => m.Employed).OrderBy(m => m.EmployeeId, StringComparer.Ordinal).Select(m =>
                $"{m.EmployeeId} {m.FirstName?.Value} <{m.Email?.Value}> {m.JobTitle?.Value} {string.Join(" ", (m.Attributes ?? new Dictionary<string, Membership.Fold.Said>()).Where(a => a.Value.Value is not null).Select(a => $"{a.Key}={a.Value.Value}"))} [{string.Join(", ", m.Assignments.Select(a => $"{a.TeamId} {a.Role}"))}]"),
            .. cut.Teams.Where(t => t.Exists).OrderBy(t => t.TeamId, StringComparer.Ordinal).Select(t => $"{t.TeamId} {t.Name?.Value} < {t.ParentId?.Value}"),
        ];
    }

    private static Task<HttpResponseMessage> PutAsync(this TestGateway gateway, HttpContent content, string query, string? key)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, new Uri("/v1/sources/hris/baseline" + query, UriKind.Relative)) { Content = content };
        if (key is not null) request.Headers.Add("Authorization", $"Bearer {key}");
        return key is null ? gateway.Http.SendAsync(request) : SendWith(gateway, request);
    }

    private static async Task<HttpResponseMessage> SendWith(TestGateway gateway, HttpRequestMessage request)
    {
        using var http = new HttpClient { BaseAddress = gateway.Address };
        return await http.SendAsync(request);
    }
}
