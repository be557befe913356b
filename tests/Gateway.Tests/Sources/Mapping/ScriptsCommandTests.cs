using System.Diagnostics;
using System.Globalization;
using Gateway.Operations.CommandLine;

namespace Gateway.Tests.Sources.Mapping;

/// <summary><c>gateway scripts test</c>, and what is left of it when it is killed.</summary>
public sealed class ScriptsCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scripts-");

    [Fact]
    public async Task It_tells_what_fails()
    {
        var file = Path.Combine(_folder.FullName, "acme.js");
        await File.WriteAllTextAsync(file, "function map() { return null; }\nconst samples = [{ name: 'one', delivery: {}, events: [] }, { name: 'two', delivery: {}, throws: 'no' }];", TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        Assert.Equal(ExitCode.Error, await GatewayCommandLine.RunAsync(["scripts", "test", file], output, output));
        Assert.Contains("sample 2 (two): it should fail with 'no', but it gives 0 events.", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("acme: 1 of 2 samples failed.", output.ToString(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, "function map() { fail('no'); }\nconst samples = [{ name: 'two', delivery: {}, throws: 'no' }];", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Clean, await GatewayCommandLine.RunAsync(["scripts", "test", file], output, output));
    }

    [Fact]
    public async Task Whoever_runs_scripts_is_gone_with_a_parent_that_is_killed_in_the_middle_of_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc.");
        var file = Path.Combine(_folder.FullName, "endless.js");
        // Busy without a statement that could be counted.
        await File.WriteAllTextAsync(file, "function map() { const a = 'a'.repeat(3e6); return 'a'.repeat(12e6).indexOf(a + 'b' + a); }\nconst samples = [{ name: 'one', delivery: {}, events: [] }];", TestContext.Current.CancellationToken);
        using var parent = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "gateway.dll"), "scripts", "test", file, "--wall-clock", "00:01:00"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var child = await Eventually.SeeAsync(() => Task.FromResult(ChildOf(parent.Id)), id => id is not null && Busy(id.Value), TimeSpan.FromSeconds(60));
        Assert.NotNull(child);
        using var process = Process.GetProcessById(child.Value);
        parent.Kill();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await process.WaitForExitAsync(patience.Token);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static int? ChildOf(int parent) => Directory.EnumerateDirectories("/proc").Select(d => Path.GetFileName(d)).Where(d => d.All(char.IsAsciiDigit)).Select(d => int.Parse(d, CultureInfo.InvariantCulture))
        .Cast<int?>().FirstOrDefault(id => Read($"/proc/{id}/stat") is { Length: > 0 } stat && stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == parent.ToString(CultureInfo.InvariantCulture)
            && Read($"/proc/{id}/cmdline").Contains("map-scripts", StringComparison.Ordinal));

    /// <summary>It has worked for longer than a start takes: it is in the script.</summary>
    private static bool Busy(int id)
    {
        using var process = Process.GetProcessById(id);
        return process.TotalProcessorTime > TimeSpan.FromSeconds(2);
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
