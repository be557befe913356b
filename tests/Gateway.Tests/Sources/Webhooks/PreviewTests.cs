using System.Text;
using Gateway.Sources.Mapping;

namespace Gateway.Tests.Sources.Webhooks;

public sealed class PreviewTests
{
    [Fact]
    public async Task A_pasted_delivery_shows_what_would_come_of_it_and_nothing_does()
    {
        await using var gateway = await WebhookGateway.StartAsync(new() { ["Gateway:Sources:vendor:MatchBy"] = "id" });
        gateway.Script = input => WebhookGateway.Mapped(Encoding.UTF8.GetString(input.Body.Span));
        await gateway.StoredAsync(gateway.VendorAsync("""{"id":"t","type":"team","teamId":"T1","name":"Platform","occurredAt":"2026-03-01T08:00:00Z"}"""));
        await gateway.StoredAsync(gateway.VendorAsync("""{"id":"h","type":"hire","employeeId":"E7","occurredAt":"2026-03-01T08:00:00Z","member":{"email":"ines@example.test","jobTitle":"Dev"},"teams":[{"teamId":"T1"}]}"""));
        await gateway.WorkAsync();
        var log = await gateway.LogAsync();

        var leave = await gateway.PostAsync("/v1/sources/vendor/preview", """{"body":{"id":"l","type":"leave","employeeId":"E7","occurredAt":"2026-03-01T09:00:00Z"}}""");
        Assert.Equal("mapped", leave.GetProperty("delivery").GetProperty("outcome").GetString());
        Assert.Matches("^l:[0-9a-f]{16}$", leave.GetProperty("events")[0].GetProperty("id").GetString());
        var member = leave.GetProperty("members")[0];
        Assert.Equal((true, false), (member.GetProperty("before").GetProperty("employed").GetBoolean(), member.GetProperty("after").GetProperty("employed").GetBoolean()));
        Assert.Equal(("E7", 1), (leave.GetProperty("diff").GetProperty("usersRemoved")[0].GetProperty("id").GetString(), leave.GetProperty("diff").GetProperty("mappingsRemoved").GetArrayLength()));

        var retract = await gateway.PostAsync("/v1/sources/vendor/preview", """{"body":{"id":"r","type":"retract","eventId":"h"}}""");
        Assert.Equal(1, retract.GetProperty("diff").GetProperty("usersRemoved").GetArrayLength());
        var later = await gateway.PostAsync("/v1/sources/vendor/preview?at=2026-06-01", """{"body":{"id":"u","type":"update","employeeId":"E7","effectiveAt":"2026-05-01","member":{"jobTitle":"Lead"}}}""");
        Assert.Equal("Lead", later.GetProperty("members")[0].GetProperty("after").GetProperty("jobTitle").GetString());

        Assert.Equal(log, await gateway.LogAsync());
        Assert.Equal(2, (await gateway.GetAsync("/v1/deliveries")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_pasted_delivery_that_cannot_be_mapped_says_why()
    {
        await using var gateway = await WebhookGateway.StartAsync();
        gateway.Script = _ => new MappingOutcome.Failed("script-error", "x is not defined", 3, 7, Transient: false);
        var failed = await gateway.PostAsync("/v1/sources/vendor/preview", """{"bodyText":"anything"}""");
        Assert.Equal(("parked", "script-error"), (failed.GetProperty("delivery").GetProperty("outcome").GetString(), failed.GetProperty("delivery").GetProperty("reason").GetString()));

        var invalid = await gateway.PostAsync("/v1/sources/app/preview", """{"body":{"id":"x","type":"leave"}}""");
        Assert.True(invalid.GetProperty("delivery").GetProperty("errors").TryGetProperty("employeeId", out _));
        await gateway.PostAsync("/v1/sources/nobody/preview", """{"body":{}}""", 404);
        await gateway.PostAsync("/v1/sources/app/preview", "{}", 400);
    }
}
