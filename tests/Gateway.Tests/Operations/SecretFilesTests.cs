using System.Collections;
using Gateway.Rules;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Operations;

public sealed class SecretFilesTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task A_setting_may_be_in_a_file_without_the_space_around_it()
    {
        await File.WriteAllTextAsync(_file, "  secret\n");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Gateway:Officevibe:ApiKey", "from settings")]);
        configuration.AddSecretFiles(new Hashtable { ["Gateway__Officevibe__ApiKey__FILE"] = _file, ["OTHER"] = "x" });

        Assert.Equal("secret", configuration.Build()["Gateway:Officevibe:ApiKey"]);
    }

    [Fact]
    public void A_file_that_is_not_there_stops_the_start_and_names_the_variable_only()
    {
        var stopped = Assert.Throws<SettingsException>(() => new ConfigurationBuilder().AddSecretFiles(new Hashtable { ["Gateway__Officevibe__ApiKey__FILE"] = "/nowhere/secret" }));

        Assert.Contains("Gateway__Officevibe__ApiKey__FILE", stopped.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("/nowhere", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_is_given_twice_stops_the_start()
    {
        var stopped = Assert.Throws<SettingsException>(() => new ConfigurationBuilder().AddSecretFiles(new Hashtable { ["A__B__FILE"] = _file, ["A__B"] = "x" }));

        Assert.Contains("Give one of the two", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_gateway_reads_its_own()
    {
        await File.WriteAllTextAsync(_file, "in a file");
        Environment.SetEnvironmentVariable("ConnectionStrings__Unused__FILE", _file);
        try
        {
            await using var app = GatewayHost.Compose(["--environment=Development"], configure: null);
            Assert.Equal("in a file", app.Configuration["ConnectionStrings:Unused"]);
        }
        finally
        {
            Environment.SetEnvironmentVariable("ConnectionStrings__Unused__FILE", null);
        }
    }
}
