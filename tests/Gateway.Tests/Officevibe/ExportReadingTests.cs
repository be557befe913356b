using System.Text;
using Gateway.Officevibe;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.Tests.Officevibe;

/// <summary>What the account gives to export, over real HTTP: what is asked, and which answers count.</summary>
public sealed class ExportReadingTests
{
    private const string Engagement = "POST /api/v2/engagement";
    private const string Feedback = "GET /api/v2/feedback";

    [Fact]
    public async Task Engagement_and_feedback_are_asked_for_as_officevibe_wants_it_and_nothing_of_them_is_logged()
    {
        await using var stub = await StubOfficevibe.StartAsync();
        var logged = new List<string>();
        await using var services = Services(stub, logged);
        stub.On(Engagement, 200, "application/json", """{"isSuccess":true,"errorMessage":"","data":{"weeklyReports":[{"date":"2026-03-02","groupName":"R&D","metricsValues":[{"id":"Engagement","displayName":"Engagement","value":7.3},{"id":"MG-1","value":null}]}]}}""");
        string? query = null;
        stub.On(Feedback, context =>
        {
            query = context.Request.QueryString.Value;
            context.Response.ContentType = "application/json";
            return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes("""{"isSuccess":true,"data":{"conversations":[{"userEmail":null,"message":"A secret wish","tags":["Office",{"name":"Light"}],"creationDate":"2026-03-05","replies":[{"a":1},"b"]}]}}""")).AsTask();
        });

        var week = Assert.Single(Given(await Client(services).ExportEngagementAsync(["R&D"], [new DateOnly(2026, 3, 2)], Cancel)));
        var said = Assert.Single(Given(await Client(services).ExportFeedbackAsync("R&D > Ñandú", new DateOnly(2026, 3, 1), Cancel)));

        Assert.Equal(("2026-03-02", "R&D", 7.3m, null), (week.Date, week.Team, week.Metrics[0].Value, week.Metrics[1].Value));
        Assert.Equal((null, "A secret wish", "Office Light", 2), (said.UserEmail, said.Message, string.Join(' ', said.Tags), said.Replies.Count));
        Assert.Equal("""{"groupNames":["R\u0026D"],"dates":["2026-03-02"]}""", Encoding.UTF8.GetString(stub.Requests.First().Body));
        Assert.Equal("?groupName=R%26D%20%3E%20%C3%91and%C3%BA&fromDate=2026-03-01", query);
        Assert.DoesNotContain(logged, line => line.Contains("secret", StringComparison.Ordinal) || line.Contains("and%C3", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"isSuccess":true,"data":{}}""")]
    [InlineData("""{"isSuccess":true,"data":null}""")]
    [InlineData("""{"isSuccess":true}""")]
    [InlineData("""{"isSuccess":false,"errorMessage":"No.","data":{"weeklyReports":[]}}""")]
    [InlineData("""{"isSuccess":true,"data":{"weeklyReports":[{"date":"2026-03-02","groupName":"R&D"}]}}""")]
    [InlineData("""{"isSuccess":true,"data":{"weeklyReports":[{"date":"2026-03-02","groupName":"R&D","metricsValues":[{"id":"MG-1","value":"high"}]}]}}""")]
    [InlineData("""{"isSuccess":true,"data":{"weeklyReports":["x"]}}""")]
    [InlineData("""{"isSuccess":true,"data":{"weeklyReports":[{"date":"2026-03-02","groupName":"\ud800","metricsValues":[]}]}}""")]
    [InlineData("""{"isSuccess":true,"data":{"weeklyReports":[""")]
    public async Task Half_an_answer_is_none(string answer)
    {
        await using var stub = await StubOfficevibe.StartAsync();
        await using var services = Services(stub, []);
        stub.On(Engagement, 200, "application/json", answer);
        Assert.IsType<AccountExport<EngagementWeek>.Failed>(await Client(services).ExportEngagementAsync(["R&D"], [new DateOnly(2026, 3, 2)], Cancel));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static IReadOnlyList<T> Given<T>(AccountExport<T> export) => Assert.IsType<AccountExport<T>.Given>(export).Items;

    private static OfficevibeClient Client(ServiceProvider services) => services.GetRequiredService<OfficevibeClient>();

    private static ServiceProvider Services(StubOfficevibe stub, List<string> logged) => TestServices.Officevibe(
        new Dictionary<string, string?> { ["Gateway:Officevibe:BaseUrl"] = stub.BaseUrl.ToString(), ["Gateway:Officevibe:ApiKey"] = "a-key" }, Environments.Production, logged);
}
