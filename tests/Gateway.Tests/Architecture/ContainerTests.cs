using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Tests.Servers;

namespace Gateway.Tests.Architecture;

/// <summary>What the files in <c>docker/</c> say of the project and cannot be told by the compiler.</summary>
public sealed partial class ContainerTests
{
    [Fact]
    public void The_composition_runs_the_servers_that_the_tests_run_on()
    {
        var images = ImageLine().Matches(Repository.Read("docker/compose.yaml")).Select(m => m.Groups["image"].Value).ToList();

        Assert.Contains(PostgresServer.Image, images);
        Assert.Contains(ContainerBroker.Image, images);
        Assert.All(images.Where(i => i != "gateway"), i => Assert.Matches("^[a-z/]+:[a-z0-9.-]+$", i));
    }

    [Fact]
    public void The_image_is_built_with_the_SDK_that_the_project_asks_for()
    {
        var sdk = Version.Parse(JsonDocument.Parse(Repository.Read("global.json")).RootElement.GetProperty("sdk").GetProperty("version").GetString()!);

        Assert.Contains($"ARG DOTNET={sdk.Major}.{sdk.Minor}\n", Repository.Read("docker/Dockerfile"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_dashboard_asks_for_metrics_that_there_are()
    {
        var measured = typeof(Telemetry).GetProperties(BindingFlags.Public | BindingFlags.Static).Select(p => p.GetValue(null)).OfType<Instrument>().Select(Exported).ToList();
        var asked = OurMetric().Matches(Repository.Read("docker/grafana/dashboards/gateway.json")).Select(m => m.Groups["name"].Value).Distinct().ToList();

        Assert.NotEmpty(asked);
        Assert.All(asked, name => Assert.Contains(name, measured));
    }

    /// <summary>As the Prometheus page spells it: dots are underscores, a unit that is no <c>{annotation}</c> follows, then <c>total</c> for a counter.</summary>
    private static string Exported(Instrument instrument) =>
        instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "") + (instrument is Counter<long> ? "_total" : "");

    [GeneratedRegex("""^\s+image: (?<image>\S+)$""", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ImageLine();

    [GeneratedRegex("""\b(?<name>gateway_[a-z_]+?)(_bucket|_sum|_count)?\b""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OurMetric();
}
