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
        var error = Assert.Single(SettingsCheck.Unknown(Of(key)));

        Assert.StartsWith(key.Split(":Mode")[0].Split(":Count")[0], error, StringComparison.Ordinal);
        Assert.Contains(told, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Gateway:Sync:Guard:MembersRemoved:Count")]
    [InlineData("gateway:sync:guard:exempt:0")]
    [InlineData("Gateway:Sync:Guard:Sources:hris:LeftOut:Share")]
    [InlineData("Gateway:Officevibe:Properties:0:Options:1")]
    [InlineData("Gateway:Scope:ExcludeAttributes:Contract:0")]
    [InlineData("Gateway:Authentication:Authority")]
    [InlineData("Gateway:OnAbsence")]
    [InlineData("ConnectionStrings:Gateway")]
    public void A_setting_that_is_read_is_no_news(string key) => Assert.Empty(SettingsCheck.Unknown(Of(key)));

    [Fact]
    public async Task A_misspelt_setting_stops_the_start()
    {
        var stopped = await Assert.ThrowsAsync<SettingsException>(() => TestGateway.StartAsync(new() { ["Gateway:Sync:Mod"] = "observe" }));

        Assert.Contains("Gateway:Sync:Mode", stopped.Message, StringComparison.Ordinal);
    }

    private static IConfigurationRoot Of(string key) => new ConfigurationBuilder().AddInMemoryCollection([new(key, "1")]).Build();
}
