namespace Gateway.Tests.Sources.Mapping;

/// <summary>What <c>context</c> makes of the dates, ids and texts that vendors send.</summary>
public sealed class HelperTests(HelperTests.Fixture fixture) : IClassFixture<HelperTests.Fixture>
{
    [Theory]
    [InlineData("'2026-01-31T18:42:00+0000'", "2026-01-31T18:42:00Z")]
    [InlineData("'2026-03-02 09:00:00.125'", "2026-03-02T08:00:00.125Z")]
    [InlineData("'2026-03-02T00:00:01.25'", "2026-03-01T23:00:01.25Z")]
    [InlineData("'2026-07-02T00:00:01.25'", "2026-07-01T22:00:01.25Z")]
    [InlineData("'2026-03-02T09:00:00Z'", "2026-03-02T09:00:00Z")]
    [InlineData("'2026-03-02T09:00:00.1234567-05:30'", "2026-03-02T14:30:00.123456Z")]
    [InlineData("'2026-03-02 09:00:00 UTC'", "2026-03-02T09:00:00Z")]
    [InlineData("'2026-03-02T09:00'", "2026-03-02T08:00:00Z")]
    [InlineData("'2026-03-02'", "2026-03-01T23:00:00Z")]
    [InlineData("1772442000", "2026-03-02T09:00:00Z")]
    [InlineData("'1772442000'", "2026-03-02T09:00:00Z")]
    [InlineData("1772442000.5", "2026-03-02T09:00:00.5Z")]
    [InlineData("1772442000125", "2026-03-02T09:00:00.125Z")]
    // An hour that comes twice is the first of the two; one that is skipped is moved on.
    [InlineData("'2026-10-25 02:30:00'", "2026-10-25T00:30:00Z")]
    [InlineData("'2026-03-29 02:30:00'", "2026-03-29T01:30:00Z")]
    [InlineData("''", null)]
    [InlineData("null", null)]
    public Task An_instant(string value, string? read) => IsAsync($"c.instant({value})", read);

    [Theory]
    [InlineData("'2026-10-12T00:00:00Z'", "2026-10-12")]
    [InlineData("'2026-10-12'", "2026-10-12")]
    [InlineData("1772406000", "2026-03-02")]
    [InlineData("undefined", null)]
    public Task A_day_is_the_one_that_is_written(string value, string? read) => IsAsync($"c.day({value})", read);

    [Theory]
    [InlineData("c.dayOf('2026-03-01T23:30:00Z')", "2026-03-02")]
    [InlineData("c.addDays('2026-02-28', 1)", "2026-03-01")]
    [InlineData("c.addDays(null, 1)", null)]
    [InlineData("c.id(67890)", "67890")]
    [InlineData("c.id(' E-7 ')", "E-7")]
    [InlineData("c.id(null)", null)]
    [InlineData("c.text('  a \\n\\t b  ')", "a b")]
    [InlineData("c.text('   ')", null)]
    [InlineData("c.pick(null, '', ' Inés ', 'other')", "Inés")]
    [InlineData("c.name('Inés María Muñoz').lastName", "Muñoz")]
    [InlineData("c.name('Muñoz, Inés María').firstName", "Inés María")]
    [InlineData("c.name('Cher').lastName", null)]
    public Task Others(string expression, string? read) => IsAsync(expression, read);

    [Theory]
    [InlineData("c.instant('2 March 2026')", "context.instant: a date and a time is needed.")]
    [InlineData("c.instant('2026-02-30')", "context.instant: a date and a time is needed.")]
    [InlineData("c.instant('2026-03-02T24:00:00Z')", "context.instant: a date and a time is needed.")]
    [InlineData("c.instant({})", "context.instant: a date and a time is needed.")]
    [InlineData("c.day('02/03/2026')", "context.day: a date is needed.")]
    [InlineData("c.id(1.5)", "context.id: a number without a fraction, or a string is needed.")]
    [InlineData("c.id(3332883854254932743)", "context.id: a number without a fraction, or a string is needed.")]
    public async Task What_cannot_be_read_is_an_error_without_the_value(string expression, string message)
    {
        var failure = await fixture.Scripts.FailureAsync($"function map(d, c) {{\n  return {{ a: {expression} }};\n}}");
        Assert.Equal(("script-error", message, 2), (failure.Code, failure.Message, failure.Line));
    }

    private async Task IsAsync(string expression, string? read) => Assert.Equal(
        $$"""[{"a":{{(read is null ? "null" : $"\"{read}\"")}}}]""", await fixture.Scripts.EventsAsync($"function map(d, c) {{ return {{ a: {expression} }}; }}", zone: "Europe/Paris"));

    public sealed class Fixture : IAsyncDisposable
    {
        internal Scripts Scripts { get; } = new();

        public ValueTask DisposeAsync() => Scripts.DisposeAsync();
    }
}
