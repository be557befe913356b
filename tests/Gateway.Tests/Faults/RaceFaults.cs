using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Membership.Events;

namespace Gateway.Tests.Faults;

/// <summary>The same thing twice at once, a fold that comes too late, and clocks that disagree.</summary>
internal static class RaceFaults
{
    private const int Pairs = 40;
    private const int Deliveries = 100;
    private static readonly TimeSpan Wrong = TimeSpan.FromMinutes(5);

    public static IReadOnlyList<Fault> All { get; } =
    [
        Fault.Of("the same event to two replicas at the same instant", async d =>
        {
            var (a, b) = (d.Cluster.Replicas[0].Address, d.Cluster.Replicas[1].Address);
            for (var i = 0; i < Pairs; i++) await AtOnceAsync(d, d.NewPerson("pair"), [a, b, a, b]);
        }),
        Fault.Of("the same delivery a hundred times", async d =>
        {
            var fact = d.NewPerson("hundred");
            await AtOnceAsync(d, fact, [.. Enumerable.Range(0, Deliveries).Select(i => d.Cluster.Replicas[i % 2].Address)]);
            await d.Amqp.DeliverAsync(d.NewPerson("hundred"), Deliveries);
        }),
        Fault.Of("a fold stopped between reading and writing", LateFoldAsync),
        Fault.Of("clocks of two replicas five minutes apart", WrongClocksAsync),
    ];

    /// <summary>One of them is answered as new, whichever comes first; the account sees to that.</summary>
    private static Task AtOnceAsync(Drill d, Fact fact, IReadOnlyList<Uri> addresses)
    {
        d.Account.Sends(fact.Id, fact);
        return Task.WhenAll(addresses.Select(a => PostAsync(d, a, fact)));
    }

    private static async Task PostAsync(Drill d, Uri address, Fact fact)
    {
        d.Account.Sends(fact.Id, fact);
        using var content = new StringContent(fact.Json(), null, "application/json");
        using var response = await d.Cluster.Http.PostAsync(new Uri(address, "/v1/events"), content);
        var answer = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.True(response.IsSuccessStatusCode, $"{fact.Id}: {answer}");
        d.Account.Accepted(fact.Id, (long)answer["sequence"]!, (bool)answer["duplicate"]!);
    }

    /// <summary>A gateway reads a person's events and is held up; another one folds a later one; then the first one writes what it had.</summary>
    private static async Task LateFoldAsync(Drill d)
    {
        await using var slow = await InProcess.StartAsync(d.Cluster);
        var (a, b) = (d.Cluster.Replicas[0], d.Cluster.Replicas[1]);
        for (var i = 0; i < 5; i++)
        {
            var hired = d.NewPerson("late");
            await PostAsync(d, a.Address, hired);
            await IsAppliedAsync(d, a, hired);
            var (read, write) = (new TaskCompletionSource(), new TaskCompletionSource());
            slow.Folder.BetweenReadAndWrite = async _ =>
            {
                read.SetResult();
                await write.Task;
            };
            var fold = Task.Run(() => slow.Folder.FoldAsync([new FacetKey(SubjectKind.Member, Cluster.Source, hired.Person)], CancellationToken.None));
            await read.Task;
            var later = new Fact.Titled(hired.Id + ".later", hired.Person, hired.At.AddMilliseconds(1), "later");
            await PostAsync(d, b.Address, later);
            await IsAppliedAsync(d, b, later);
            // Nobody looks at this stretch of the log again: what is written over now stays so.
            await d.Cluster.FoldedAsync();
            write.SetResult();
            await fold;
        }
    }

    /// <summary>One gateway's machine is five minutes ahead, and then five behind: what it stamps and what it takes for now is by the store's clock.</summary>
    private static async Task WrongClocksAsync(Drill d)
    {
        foreach (var wrong in (TimeSpan[])[Wrong, -Wrong])
        {
            await using var replica = await InProcess.StartAsync(d.Cluster, new WrongClock(wrong));
            var (right, person) = (d.Cluster.Replicas[0], d.NewPerson("clock"));
            await AtOnceAsync(d, person, [replica.Address, right.Address, replica.Address, right.Address]);
            // Without a date of its own it is effective now, by the store's clock: at once, for every gateway.
            var id = $"{person.Id}.now";
            var fact = new Fact.Titled(id, person.Person, DateTimeOffset.MaxValue, "now");
            d.Account.Sends(id, fact);
            using (var response = await d.Cluster.Http.PostAsJsonAsync(new Uri(replica.Address, "/v1/events"), new { id, type = "update", employeeId = person.Person, member = new { jobTitle = "now" } }))
            {
                var answer = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
                Assert.True(response.IsSuccessStatusCode, answer.ToString());
                d.Account.Accepted(id, (long)answer["sequence"]!, duplicate: false);
            }

            await IsAppliedAsync(d, right, fact);
            var stored = await d.Cluster.GetAsync(right, $"/v1/events/{Cluster.Source}/{id}");
            var received = DateTimeOffset.Parse((string)stored["receivedAt"]!, CultureInfo.InvariantCulture);
            Assert.InRange(received - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(-30), TimeSpan.FromSeconds(1));
        }
    }

    private static Task<string> IsAppliedAsync(Drill d, Replica replica, Fact fact) => Eventually.SeeAsync(
        async () => (string)(await d.Cluster.GetAsync(replica, $"/v1/events/{Cluster.Source}/{fact.Id}"))["state"]!, state => state == "applied", TimeSpan.FromSeconds(30));
}
