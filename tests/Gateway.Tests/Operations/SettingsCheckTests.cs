using Gateway.Operations;
using Gateway.Rules;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Operations;

public sealed class SettingsCheckTests
{
    [Theory]
    [InlineData("Gateway:Snyc:Mode", "Gateway:Sync?")]
    [InlineData("Gateway:Sync:QuitePeriod", "Gateway:Sync:QuietPeriod?")]
    [InlineData("Gateway:Sync:Guard:MemberRemoved:Count", "Gateway:Sync:Guard:MembersRemoved?")]
    [InlineData("Gateway:Sync:Guard:Sources:hris:MembersRemoved:Cuont", "Gateway:Sync:Guard:Sources:hris:MembersRemoved:Count?")]
    [InlineData("Gateway:Officevibe:Properties:0:Nmae", "Gateway:Officevibe:Properties:0:Name?")]
    [InlineData("Gateway:Limits:Nonsense", "Baseline, Batch, Depth")]
    public void A_setting_that_nobody_reads_is_told_with_the_nearest_one(string key, string told)
    {
        var error = Assert.Single(SettingsCheck.Errors(Of(key)));

        Assert.StartsWith(key.Split(":Mode")[0].Split(":Count")[0], error, StringComparison.Ordinal);
        Assert.Contains(told, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Gateway:Sync:Guard:MembersRemoved:Count")]
    [InlineData("gateway:sync:guard:exempt:0")]
    [InlineData("Gateway:Sync:Guard:Sources:hris:LeftOut:Share")]
    [InlineData("Gateway:Sync:QuietPeriod", "00:00:30")]
    [InlineData("Gateway:Sync:Mode", "OBSERVE")]
    [InlineData("Gateway:Officevibe:Properties:0:Options:1")]
    [InlineData("Gateway:Scope:ExcludeAttributes:Contract:0")]
    [InlineData("Gateway:Authentication:Authority")]
    [InlineData("Gateway:OnAbsence")]
    [InlineData("ConnectionStrings:Gateway")]
    public void A_setting_that_is_read_is_no_news(string key, string value = "1") => Assert.Empty(SettingsCheck.Errors(Of(key, value)));

    [Theory]
    [InlineData("Gateway:Sync:Mode", "auto", "one of send, hold, observe")]
    [InlineData("Gateway:Sync:QuietPeriod", "soon", "a time span")]
    [InlineData("Gateway:Sync:Guard:MembersRemoved:Count", "few", "a whole number")]
    [InlineData("Gateway:Sync:Guard:Sources:hris:LeftOut:Share", "5 %", "a number")]
    [InlineData("Gateway:Officevibe:AllowHttp", "yes", "true or false")]
    [InlineData("Gateway:Limits:Rate", "x", "a whole number")]
    public void A_value_that_cannot_be_read_is_told_with_what_is_needed_and_not_repeated(string key, string value, string told)
    {
        var error = Assert.Single(SettingsCheck.Errors(Of(key, value)));

        Assert.StartsWith(key + ": " + told, error, StringComparison.Ordinal);
        Assert.DoesNotContain($" {value} ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_cannot_be_read_stops_the_start_before_it_is_read()
    {
        var stopped = await Assert.ThrowsAsync<SettingsException>(() => TestGateway.StartAsync(new() { ["Gateway:Sync:Mode"] = "auto" }));

        Assert.Contains("one of send, hold, observe", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_misspelt_setting_stops_the_start()
    {
        var stopped = await Assert.ThrowsAsync<SettingsException>(() => TestGateway.StartAsync(new() { ["Gateway:Sync:Mod"] = "observe" }));

        Assert.Contains("Gateway:Sync:Mode", stopped.Message, StringComparison.Ordinal);
    }

    private static IConfigurationRoot Of(string key, string value = "1") => new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();
}
