using System.Text;
using System.Text.Json;

namespace Gateway.Tests.Intake;

/// <summary>Where an event's id comes from, CloudEvents in their three shapes, and in whose name a key speaks.</summary>
public sealed class IdentityTests(Door door) : IClassFixture<Door>
{
    private const string NoId = """{"type":"return","employeeId":"E1"}""";

    private static HttpContent Structured(string envelope) => Door.Bytes(Encoding.UTF8.GetBytes(envelope), "application/cloudevents+json; charset=utf-8");

    [Theory]
    [InlineData("Idempotency-Key")]
    [InlineData("webhook-id")]
    [InlineData("ce-id")]
    public async Task A_header_gives_the_id_that_the_body_has_not(string header)
    {
        var (status, body, response) = await door.PostAsync("/v1/events", Door.Json(NoId), (header, " by-" + header));
        Assert.Equal(202, status);
        Assert.Equal("by-" + header, body.GetProperty("id").GetString());
        Assert.Equal("/v1/events/hris/by-" + header, response.Headers.Location!.OriginalString);
        Assert.True(door.IsStored("by-" + header));
    }

    [Fact]
    public async Task The_body_goes_before_the_headers_and_the_envelope_before_the_rest()
    {
        var (_, body, _) = await door.PostAsync("/v1/events", Door.Json("""{"id":"of-body","type":"return","employeeId":"E1"}"""), ("ce-id", "c"), ("webhook-id", "w"), ("Idempotency-Key", "i"));
        Assert.Equal("of-body", body.GetProperty("id").GetString());
        (_, body, _) = await door.PostAsync("/v1/events", Door.Json(NoId), ("Idempotency-Key", "i1"), ("webhook-id", "w1"), ("ce-id", "c1"));
        Assert.Equal("c1", body.GetProperty("id").GetString());
        (_, body, _) = await door.PostAsync("/v1/events", Door.Json(NoId), ("Idempotency-Key", "i1"), ("webhook-id", "w1"));
        Assert.Equal("w1", body.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Without_any_id_an_event_is_refused()
    {
        await door.RefusedAsync(Door.Json(NoId), "id");
        await door.RefusedAsync(Door.Json(NoId), "id", ("Idempotency-Key", "  "));
        await door.RefusedAsync(Door.Json(NoId), "id", ("Idempotency-Key", Door.Sent + new string('k', 197)));
    }

    [Fact]
    public async Task An_id_of_any_characters_has_its_place()
    {
        var (status, body, response) = await door.PostAsync("""{"id":"a/b?c#d é\u0020😀","type":"return","employeeId":"E1"}""");
        Assert.Equal(202, status);
        Assert.Equal("/v1/events/hris/a%2Fb%3Fc%23d%20%C3%A9%20%F0%9F%98%80", response.Headers.Location!.OriginalString);
        Assert.Equal("a/b?c#d é 😀", body.GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_structured_CloudEvent_carries_the_event_as_its_data()
    {
        var (status, body, _) = await door.PostAsync("/v1/events", Structured(
            """{"specversion":"1.0","id":"ce-1","source":"/hr","type":"com.example.hr","time":"2026-01-01T00:00:00Z","datacontenttype":"application/json","extension":"x","data":{"type":"hire","employeeId":"E1"}}"""));
        Assert.Equal(202, status);
        Assert.Equal("ce-1", body.GetProperty("id").GetString());
        Assert.Equal("hire", door.Stored("ce-1").GetProperty("type").GetString());

        (status, body, _) = await door.PostAsync("/v1/events", Structured("""{"specversion":"1.0","id":"ce-2","source":"/hr","type":"t","data":{"id":"own","type":"hire","employeeId":"E1"}}"""));
        Assert.Equal((202, "own"), (status, body.GetProperty("id").GetString()));

        var encoded = Convert.ToBase64String("""{"type":"return","employeeId":"E1"}"""u8);
        (status, body, _) = await door.PostAsync("/v1/events", Structured($$"""{"specversion":"1.0","id":"ce-3","source":"/hr","type":"t","data_base64":"{{encoded}}"}"""));
        Assert.Equal((202, "ce-3"), (status, body.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData("""[]""", "$")]
    [InlineData("""{"specversion":"SENT","id":"SENT","source":"/hr","type":"t","data":{}}""", "specversion")]
    [InlineData("""{"id":"SENT","source":"/hr","type":"t","data":{}}""", "specversion")]
    [InlineData("""{"specversion":"1.0","source":"/hr","type":"t","data":{}}""", "id")]
    [InlineData("""{"specversion":"1.0","id":"SENT","type":"t","data":{}}""", "source")]
    [InlineData("""{"specversion":"1.0","id":"SENT","source":"/hr","data":{}}""", "type")]
    [InlineData("""{"specversion":"1.0","id":5,"source":"/hr","type":"t","data":{}}""", "id")]
    [InlineData("""{"specversion":"1.0","id":"SENT","source":"/hr","type":"t"}""", "data")]
    [InlineData("""{"specversion":"1.0","id":"SENT","source":"/hr","type":"t","data":{},"data_base64":"e30="}""", "data")]
    [InlineData("""{"specversion":"1.0","id":"SENT","source":"/hr","type":"t","data":{"type":"return","employeeId":"E1"},"data":{}}""", "data")]
    [InlineData("""{"specversion":"1.0","id":"SENT","id":"SENT2","source":"/hr","type":"t","data":{"type":"return","employeeId":"E1"}}""", "id")]
    [InlineData("""{"specversion":"1.0","id":"SENT","source":"/hr","type":"t","data":"SENT"}""", "data")]
    [InlineData("""{"specversion":"1.0","id":"SENT","source":"/hr","type":"t","data":{"type":"return","employeId":"E1"}}""", "data.employeId")]
    [InlineData("""{"specversion":"1.0","id":"SENT","source":"/hr","type":"t","data":{"type":"hire","employeeId":"E1","teams":[{}]}}""", "data.teams[0].teamId")]
    [InlineData("""{"specversion":"1.0","id":"SENT","source":"/hr","type":"t","data_base64":"?"}""", "data_base64")]
    [InlineData("""{"specversion":"1.0","id":"SENT","source":"/hr","type":"t","data_base64":"U0VOVA=="}""", "data_base64")]
    [InlineData("""{"specversion":"1.0","id":"SENT","source":"/hr","type":"t","data_base64":5}""", "data_base64")]
    [InlineData("""{"specversion":"1.0","id":"SENT","so\ud800urce":"/hr","type":"t","data":{}}""", "$")]
    public Task A_wrong_envelope_is_refused_at_its_place(string envelope, string place) => door.RefusedAsync(Structured(envelope), place);

    [Fact]
    public async Task A_binary_CloudEvent_has_its_envelope_in_headers()
    {
        (string, string)[] headers = [("ce-specversion", "1.0"), ("ce-id", "bin%201%C3%A9"), ("ce-source", "/hr"), ("ce-type", "t")];
        var (status, body, _) = await door.PostAsync("/v1/events", Door.Json(NoId), headers);
        Assert.Equal((202, "bin 1é"), (status, body.GetProperty("id").GetString()));

        await door.RefusedAsync(Door.Json(NoId), "ce-specversion", ("ce-specversion", "0.3"), ("ce-id", "SENT"), ("ce-source", "/hr"), ("ce-type", "t"));
        await door.RefusedAsync(Door.Json(NoId), "ce-id", ("ce-specversion", "1.0"), ("ce-source", "/hr"), ("ce-type", "t"));
    }

    [Fact]
    public async Task A_batch_of_CloudEvents_is_kept_one_by_one()
    {
        var results = await door.BatchAsync(Door.Bytes("""
            [{"specversion":"1.0","id":"cb-1","source":"/hr","type":"t","data":{"type":"return","employeeId":"E1"}},
             {"specversion":"1.0","source":"/hr","type":"t","data":{"type":"return","employeeId":"E1"}},
             {"specversion":"1.0","id":"cb-3","source":"/hr","type":"t","data":{"type":"retrun","employeeId":"E1"}},
             {"specversion":"1.0","id":"cb-4","source":"/hr","type":"t","data":{"type":"return","employeeId":"E1"}}]
            """u8.ToArray(), "application/cloudevents-batch+json"));
        Assert.Equal([202, 400, 400, 202], Door.Statuses(results));
        Assert.True(results[1].GetProperty("errors").TryGetProperty("id", out _));
        Assert.True(results[2].GetProperty("errors").TryGetProperty("data.type", out _));
        Assert.True(door.IsStored("cb-1") && door.IsStored("cb-4") && !door.IsStored("cb-3"));
    }

    [Fact]
    public async Task A_key_speaks_for_its_own_source_only()
    {
        var before = door.Rows();
        var (status, body, _) = await door.PostAsync("/v1/events?source=orgtool", Door.Json("""{"id":"s1","type":"return","employeeId":"E1"}"""));
        Assert.Equal((403, "urn:gateway:problem:source-foreign"), (status, body.GetProperty("type").GetString()));
        (status, _, _) = await door.PostAsync("/v1/events/batch?source=orgtool", Door.Json("""[{"id":"s1","type":"return","employeeId":"E1"}]"""));
        Assert.Equal(403, status);
        (status, _, _) = await door.PostAsync("/v1/events?source=HRIS", Door.Json("""{"id":"s1","type":"return","employeeId":"E1"}"""));
        Assert.Equal(403, status);
        Assert.Equal(before, door.Rows());
    }

    [Fact]
    public async Task A_key_for_any_source_says_which_and_it_must_be_there()
    {
        const string json = """{"id":"any1","type":"return","employeeId":"E1"}""";
        var before = door.Rows();
        using (var unsaid = await door.Gateway.PostAsync("/v1/events", json)) Assert.Equal(400, (int)unsaid.StatusCode);
        using (var unknown = await door.Gateway.PostAsync("/v1/events?source=SENT", json))
        {
            Assert.Equal(400, (int)unknown.StatusCode);
            var text = await unknown.Content.ReadAsStringAsync();
            Assert.True(JsonElement.Parse(text).GetProperty("errors").TryGetProperty("source", out _));
            Assert.DoesNotContain(Door.Sent, text, StringComparison.Ordinal);
        }

        Assert.Equal(before, door.Rows());
        using (var said = await door.Gateway.PostAsync("/v1/events?source=orgtool", json)) Assert.Equal(202, (int)said.StatusCode);
        using (var other = await door.Gateway.PostAsync("/v1/events?source=hris", json)) Assert.Equal(202, (int)other.StatusCode);
        Assert.Equal(before + 2, door.Rows());
    }

    [Fact]
    public async Task Validation_stores_nothing_and_tells_the_same()
    {
        var before = door.Rows();
        var (status, body, _) = await door.PostAsync("/v1/events/validate", Door.Json("""{"id":"v1","type":"return","employeeId":"E1"}"""));
        Assert.Equal(200, status);
        Assert.Equal("""{"valid":true,"source":"hris","id":"v1","type":"return"}""", body.GetRawText());
        (status, body, _) = await door.PostAsync("/v1/events/validate", Door.Json("""{"id":"v1","type":"return","employeId":"SENT"}"""));
        Assert.Equal(400, status);
        Assert.True(body.GetProperty("errors").TryGetProperty("employeId", out _));
        Assert.Equal(before, door.Rows());
    }
}
