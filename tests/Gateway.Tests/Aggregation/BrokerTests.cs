using System.Diagnostics;
using Gateway.Aggregation;
using Gateway.Membership.Fold;
using Gateway.Tests.EventLogs;
using Gateway.Tests.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Tests.Folds;

/// <summary>News of facets over RabbitMQ. The log is the truth as ever: a broker that is away, or loses what it has, costs seconds.</summary>
public sealed class BrokerTests(Broker broker)
{
    private const string Queue = "gateway.facets-changed";

    private static Task<TestGateway> WithAsync(Uri address, string sweep) => TestGateway.StartAsync(new()
    {
        ["Gateway:Bus:Transport"] = "rabbitmq",
        ["ConnectionStrings:RabbitMq"] = address.AbsoluteUri,
        ["Gateway:Aggregation:SweepInterval"] = sweep,
    });

    private static async Task<string> TitleAsync(TestGateway gateway, string employeeId)
    {
        await using var db = await gateway.Get<IDbContextFactory<ProjectionDb>>().CreateDbContextAsync();
        var row = await db.Facets.AsNoTracking().SingleOrDefaultAsync(f => f.Subject == employeeId);
        return row?.Body is null ? "" : ((MemberFacet)FacetCodec.Read(row.Kind, row.Body)).JobTitle?.Value ?? "";
    }

    [Fact]
    public async Task What_is_accepted_is_told_over_the_broker_and_folded()
    {
        var host = await broker.NewHostAsync();
        await using var gateway = await WithAsync(host.Address, sweep: "01:00:00");
        await Eventually.SeeAsync(async () => await host.QueueAsync(Queue) is not null, there => there);
        await gateway.AcceptAsync([.. Enumerable.Range(0, 2500).Select(i => Folding.Hire("h" + i, "E" + i))]);

        await Eventually.SeeAsync(() => TitleAsync(gateway, "E2499"), t => t == "h2499");
        var queue = await host.QueueAsync(Queue);
        Assert.Equal("quorum", queue!.Value.GetProperty("type").GetString());
        await Eventually.SeeAsync(() => gateway.Get<FoldQueue>().Free, f => f == FoldQueue.Most);
    }

    [Fact]
    public async Task A_queue_that_somebody_deletes_is_made_again_and_what_it_held_is_found()
    {
        var host = await broker.NewHostAsync();
        await using var gateway = await WithAsync(host.Address, sweep: "00:00:01");
        await Eventually.SeeAsync(async () => await host.QueueAsync(Queue) is not null, there => there);
        await host.DeleteQueueAsync(Queue);
        await gateway.AcceptAsync(Folding.Hire("h1", "E1"));

        await Eventually.SeeAsync(() => TitleAsync(gateway, "E1"), t => t == "h1");
        await Eventually.SeeAsync(async () => await host.QueueAsync(Queue) is not null, there => there, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_broker_that_is_away_delays_no_answer_and_keeps_no_fold()
    {
        await using var gateway = await WithAsync(new Uri("amqp://guest:guest@127.0.0.1:1/"), sweep: "00:00:01");
        for (var i = 0; i < 20; i++)
        {
            var started = Stopwatch.GetTimestamp();
            using var response = await gateway.PostAsync("/v1/events", Folding.Hire("h" + i, "E" + i));
            Assert.Equal(202, response.Status());
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(1));
        }

        Assert.Equal(200, (await gateway.Http.GetAsync("/health/ready")).Status());
        await Eventually.SeeAsync(() => TitleAsync(gateway, "E19"), t => t == "h19");
    }

    [Fact]
    public async Task A_broker_without_an_address_stops_the_start()
    {
        var stopped = await Assert.ThrowsAsync<OptionsValidationException>(() => TestGateway.StartAsync(new() { ["Gateway:Bus:Transport"] = "rabbitmq" }));

        Assert.Contains("ConnectionStrings:RabbitMq", stopped.Message, StringComparison.Ordinal);
    }
}
