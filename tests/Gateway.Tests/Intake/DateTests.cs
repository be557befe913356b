namespace Gateway.Tests.Intake;

public sealed class DateTests(Door door) : IClassFixture<Door>
{
    [Theory]
    [InlineData("2026-03-02T09:00:00")]
    [InlineData("2026-03-02T09:00:00 Z")]
    [InlineData("2026-03-02 09:00:00Z")]
    [InlineData("2026-03-02T09:00Z")]
    [InlineData("2026-03-02T09:00:00+1:00")]
    [InlineData("2026-03-02T09:00:00+0100")]
    [InlineData("2026-03-02T09:00:00+24:00")]
    [InlineData("2026-03-02T09:00:00+01:60")]
    [InlineData("2026-03-02T09:00:00.Z")]
    [InlineData("2026-03-02T09:00:00,5Z")]
    [InlineData("2026-03-02T24:00:00Z")]
    [InlineData("2026-06-30T23:59:60Z")]
    [InlineData("2026-02-30T09:00:00Z")]
    [InlineData("2025-02-29T09:00:00Z")]
    [InlineData("2026-13-01T09:00:00Z")]
    [InlineData("2026-00-01T09:00:00Z")]
    [InlineData("1899-12-31T23:59:59Z")]
    [InlineData("1900-01-01T00:00:00+00:01")]
    [InlineData("9999-12-31T23:59:59-00:01")]
    [InlineData("10000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("+2026-03-02T09:00:00Z")]
    [InlineData("tomorrow SENT")]
    [InlineData("02/03/2026")]
    [InlineData("2026-3-2")]
    [InlineData("２０２６-03-02T09:00:00Z")]
    public async Task An_instant_without_sense_is_refused(string text)
    {
        await door.RefusedAsync($$"""{"id":"SENT","type":"return","employeeId":"E1","occurredAt":"{{text}}"}""", "occurredAt");
        await door.RefusedAsync($$"""{"id":"SENT","type":"return","employeeId":"E1","effectiveAt":"{{text}}"}""", "effectiveAt");
        await door.RefusedAsync($$"""{"id":"SENT","type":"absence","employeeId":"E1","until":"{{text}}"}""", "until");
        await door.RefusedAsync($$"""{"id":"SENT","type":"leave","employeeId":"E1","lastDay":"{{text}}"}""", "lastDay");
    }

    [Theory]
    [InlineData("2026-02-30")]
    [InlineData("1899-12-31")]
    [InlineData("10000-01-01")]
    [InlineData("2026-04-31")]
    public async Task A_day_without_sense_is_refused(string text)
    {
        await door.RefusedAsync($$"""{"id":"SENT","type":"return","employeeId":"E1","effectiveAt":"{{text}}"}""", "effectiveAt");
        await door.RefusedAsync($$"""{"id":"SENT","type":"absence","employeeId":"E1","until":"{{text}}"}""", "until");
        await door.RefusedAsync($$"""{"id":"SENT","type":"leave","employeeId":"E1","lastDay":"{{text}}"}""", "lastDay");
    }

    [Fact]
    public Task A_bare_date_says_nothing_of_when_a_thing_was_recorded() =>
        door.RefusedAsync("""{"id":"SENT","type":"return","employeeId":"E1","occurredAt":"2026-03-02"}""", "occurredAt");

    [Fact]
    public Task A_last_day_is_a_day() =>
        door.RefusedAsync("""{"id":"SENT","type":"leave","employeeId":"E1","lastDay":"2026-03-02T09:00:00Z"}""", "lastDay");

    [Fact]
    public Task A_last_day_after_which_there_is_none_is_refused() =>
        door.RefusedAsync("""{"id":"SENT","type":"leave","employeeId":"E1","lastDay":"9999-12-31"}""", "lastDay");

    [Theory]
    [InlineData("2026-03-02T09:00:00Z", "2026-03-02T09:00:00.000000Z")]
    [InlineData("2026-03-02t09:00:00z", "2026-03-02T09:00:00.000000Z")]
    [InlineData("  2026-03-02T09:00:00Z ", "2026-03-02T09:00:00.000000Z")]
    [InlineData("2026-03-02T09:00:00+05:30", "2026-03-02T03:30:00.000000Z")]
    [InlineData("2026-03-02T09:00:00-00:00", "2026-03-02T09:00:00.000000Z")]
    [InlineData("2026-03-02T09:00:00.1Z", "2026-03-02T09:00:00.100000Z")]
    [InlineData("2026-03-02T09:00:00.123456999999Z", "2026-03-02T09:00:00.123456Z")]
    [InlineData("1900-01-01T00:00:00Z", "1900-01-01T00:00:00.000000Z")]
    [InlineData("1899-12-31T23:00:00-01:00", "1900-01-01T00:00:00.000000Z")]
    [InlineData("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999Z")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z")]
    public async Task An_instant_is_kept_in_UTC_and_cut_to_microseconds(string sent, string stored)
    {
        var id = "ok:" + sent.Replace(' ', '_');
        await door.AcceptedAsync($$"""{"id":"{{id}}","type":"absence","employeeId":"E1","occurredAt":"{{sent}}","effectiveAt":"{{sent}}"}""");
        Assert.Equal(stored, door.Stored(id).GetProperty("occurredAt").GetString());
        Assert.Equal(stored, door.Stored(id).GetProperty("effectiveAt").GetString());
    }

    [Fact]
    public async Task A_day_is_kept_as_it_was_sent()
    {
        await door.AcceptedAsync("""{"id":"day","type":"return","employeeId":"E1","effectiveAt":" 2026-03-02 "}""");
        await door.AcceptedAsync("""{"id":"last","type":"leave","employeeId":"E1","lastDay":"9999-12-30"}""");
        Assert.Equal("2026-03-02", door.Stored("day").GetProperty("effectiveAt").GetString());
        Assert.Equal("9999-12-30", door.Stored("last").GetProperty("lastDay").GetString());
    }

    [Fact]
    public async Task Null_and_blank_dates_are_absent()
    {
        await door.AcceptedAsync("""{"id":"none","type":"absence","employeeId":"E1","occurredAt":null,"effectiveAt":" ","until":null}""");
        var stored = door.Stored("none");
        Assert.False(stored.TryGetProperty("effectiveAt", out _));
        Assert.False(stored.TryGetProperty("until", out _));
        Assert.True(stored.TryGetProperty("occurredAt", out _));
    }
}
