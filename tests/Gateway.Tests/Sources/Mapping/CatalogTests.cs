using Gateway.Rules;
using Gateway.Sources.Mapping;
using Gateway.Sources.Mapping.Catalog;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gateway.Tests.Sources.Mapping;

/// <summary>Which scripts are in force.</summary>
public sealed class CatalogTests : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scripts-");
    private readonly Scripts _scripts = new();
    private readonly ScriptCatalog _catalog;

    public CatalogTests() => _catalog = new ScriptCatalog(_scripts.Host, Options.Create(new MappingOptions { Folder = _folder.FullName }), TimeProvider.System, NullLogger<ScriptCatalog>.Instance);

    [Fact]
    public async Task A_script_of_the_folder_comes_into_force_when_its_self_test_passes()
    {
        Write("acme", Script("7", expected: "8"));
        await _catalog.PrepareAsync([], TestContext.Current.CancellationToken);
        Assert.Null(_catalog.Find("acme"));
        Assert.Contains("events[0] should be", Assert.Single(_catalog.Refused["acme"].Failures), StringComparison.Ordinal);
        Assert.Equal("script-missing", Assert.IsType<MappingOutcome.Failed>(await RunAsync("acme")).Code);

        Write("acme", Script("7"));
        Assert.Equal(["acme"], await _catalog.LookAsync(TestContext.Current.CancellationToken));
        Assert.Equal("7", await IdOfAsync("acme"));
        Assert.Empty(_catalog.Refused);
    }

    [Fact]
    public async Task A_change_that_fails_leaves_the_former_in_force()
    {
        Write("acme", Script("7"));
        await _catalog.LookAsync(TestContext.Current.CancellationToken);
        Write("acme", "function map( {");
        Assert.Empty(await _catalog.LookAsync(TestContext.Current.CancellationToken));
        Assert.Equal("7", await IdOfAsync("acme"));
        Assert.StartsWith("script-error", Assert.Single(Entry("acme").Refused!.Failures), StringComparison.Ordinal);

        Write("acme", Script("7"));
        await _catalog.LookAsync(TestContext.Current.CancellationToken);
        Assert.Null(Entry("acme").Refused);
        Write("acme", Script("9"));
        Assert.Equal(["acme"], await _catalog.LookAsync(TestContext.Current.CancellationToken));
        Assert.Equal("9", await IdOfAsync("acme"));
    }

    [Fact]
    public async Task A_script_of_the_folder_stands_in_for_a_preset_until_it_is_gone()
    {
        var preset = _catalog.Find("gusto")!.Hash;
        Write("gusto", Script("7"));
        await _catalog.LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal("folder", Entry("gusto").Origin);
        Assert.Equal("7", await IdOfAsync("gusto"));
        File.Delete(Path.Combine(_folder.FullName, "gusto.js"));
        Assert.Equal(["gusto"], await _catalog.LookAsync(TestContext.Current.CancellationToken));
        Assert.Equal(("preset", preset), (Entry("gusto").Origin, Entry("gusto").Script.Hash));
    }

    [Fact]
    public async Task A_script_without_samples_is_not_taken()
    {
        Write("acme", "function map() { }");
        await _catalog.LookAsync(TestContext.Current.CancellationToken);
        Assert.Contains("There are no samples", Assert.Single(_catalog.Refused["acme"].Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_whose_script_is_nowhere_stops_the_start()
    {
        var refused = await Assert.ThrowsAsync<SettingsException>(() => TestGateway.StartAsync(new()
        {
            ["Gateway:Sources:hr:Webhook:Preset"] = "merge", ["Gateway:Sources:hr:Webhook:Signature:Secrets:0"] = "secret", ["Gateway:Sources:hr:Webhook:Script"] = "nowhere",
        }));
        Assert.StartsWith("Script nowhere: There is no script of this name", Assert.Single(refused.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_in_use_that_fails_stops_the_start_by_name()
    {
        Write("acme", Script("7", expected: "8"));
        var refused = await Assert.ThrowsAsync<SettingsException>(() => _catalog.PrepareAsync(["gusto", "acme", "nobody"], TestContext.Current.CancellationToken));
        Assert.Equal(2, refused.Errors.Count);
        Assert.Contains(refused.Errors, e => e.StartsWith("Script acme: sample 1 (one): events[0] should be", StringComparison.Ordinal));
        Assert.Contains(refused.Errors, e => e.StartsWith("Script nobody: There is no script of this name", StringComparison.Ordinal));
        Write("acme", Script("7"));
        await _catalog.PrepareAsync(["gusto", "acme"], TestContext.Current.CancellationToken);
        Assert.True(Entry("gusto").Test!.Passed);

        // One that was to stand in for a preset: the preset is not taken instead.
        Write("merge", Script("7", expected: "8"));
        refused = await Assert.ThrowsAsync<SettingsException>(() => _catalog.PrepareAsync(["merge"], TestContext.Current.CancellationToken));
        Assert.StartsWith("Script merge: sample 1 (one): events[0] should be", Assert.Single(refused.Errors), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _scripts.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static string Script(string id, string? expected = null) =>
        $$"""
        function map() { return { type: 'return', employeeId: '{{id}}' }; }
        const samples = [{ name: 'one', delivery: { body: {} }, events: [{ type: 'return', employeeId: '{{expected ?? id}}' }] }];
        """;

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name + ".js"), text);

    private CatalogEntry Entry(string name) => _catalog.Entries.Single(e => e.Script.Name == name);

    private Task<MappingOutcome> RunAsync(string name) => new ScriptRunner(_catalog, _scripts.Host).RunAsync(name, Scripts.Input(), TestContext.Current.CancellationToken);

    private async Task<string?> IdOfAsync(string name) => Assert.Single(Assert.IsType<MappingOutcome.Mapped>(await RunAsync(name)).Events).GetProperty("employeeId").GetString();
}
