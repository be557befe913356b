using System.Collections.Immutable;
using Gateway.Rules;
using Gateway.Sources.Mapping.Running;
using Microsoft.Extensions.Options;

namespace Gateway.Sources.Mapping.Catalog;

/// <summary>A script of the catalog.</summary>
/// <param name="Origin"><c>preset</c> or <c>folder</c>.</param>
/// <param name="Test">Null: it was not tested yet.</param>
/// <param name="Since">When it came into force.</param>
/// <param name="Refused">A newer text in the folder that is not in force, and why. Null: there is none.</param>
public sealed record CatalogEntry(ScriptText Script, string Origin, SelfTestResult? Test, DateTimeOffset Since, RefusedScript? Refused);

/// <param name="Hash">Null: it could not be read.</param>
public sealed record RefusedScript(string? Hash, IReadOnlyList<string> Failures, DateTimeOffset At);

/// <summary>
/// The scripts in force: the presets, and those of the user's folder, which stand in for presets of their name. A text that changes in the folder comes into
/// force when its self-test passes; until then the former stays.
/// </summary>
public sealed partial class ScriptCatalog(ScriptHost host, IOptions<MappingOptions> options, TimeProvider time, ILogger<ScriptCatalog> logger)
{
    private ImmutableSortedDictionary<string, CatalogEntry> _entries = ScriptFiles.Presets
        .ToImmutableSortedDictionary(p => p.Name, p => new CatalogEntry(p, "preset", null, time.GetUtcNow(), null), StringComparer.Ordinal);

    /// <summary>Texts of the folder whose first test failed: there is nothing of their name in force.</summary>
    private ImmutableSortedDictionary<string, RefusedScript> _refused = ImmutableSortedDictionary.Create<string, RefusedScript>(StringComparer.Ordinal);

    public IEnumerable<CatalogEntry> Entries => _entries.Values;

    /// <summary>Scripts that are in the folder only, and not in force.</summary>
    public IReadOnlyDictionary<string, RefusedScript> Refused => _refused;

    /// <summary>Null: there is no such script in force.</summary>
    public ScriptText? Find(string name) => _entries.GetValueOrDefault(name)?.Script;

    /// <summary>Reads the folder and tests the scripts that are in use.</summary>
    /// <exception cref="SettingsException">One of them is not there or fails; the message names each, with what is wrong.</exception>
    public async Task PrepareAsync(IReadOnlyCollection<string> inUse, CancellationToken cancellationToken)
    {
        if (options.Value.Folder is { } folder && !Directory.Exists(folder)) throw new SettingsException([$"{MappingOptions.Section}:Folder: there is no such folder."]);
        await LookAsync(cancellationToken);
        var errors = new List<string>();
        foreach (var name in inUse.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var failures = _entries.TryGetValue(name, out var entry) && entry.Refused is null ? (await TestAsync(entry, cancellationToken)).Failures
                : (entry?.Refused ?? _refused.GetValueOrDefault(name))?.Failures ?? ["There is no script of this name, neither a preset nor in Gateway:Mapping:Folder."];
            errors.AddRange(failures.Select(f => $"Script {name}: {f}"));
        }

        if (errors.Count > 0) throw new SettingsException(errors);
    }

    /// <summary>Looks whether the folder has changed, and puts what is new and passes into force.</summary>
    /// <returns>The names of the scripts that changed.</returns>
    public async Task<IReadOnlyList<string>> LookAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Folder is not { } folder || !Directory.Exists(folder)) return [];
        var changed = new List<string>();
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, script, problem) in ScriptFiles.In(folder))
        {
            there.Add(name);
            var entry = _entries.GetValueOrDefault(name);
            var (refused, of) = (entry?.Refused ?? _refused.GetValueOrDefault(name), entry?.Origin == "folder" ? entry.Script.Hash : null);
            if (script is null)
            {
                if (refused is null || refused.Hash is not null) Refuse(name, null, [problem!]);
            }
            else if (script.Hash == of)
            {
                if (refused is not null) Put(entry! with { Refused = null });
            }
            else if (script.Hash != refused?.Hash && await PutIfItPassesAsync(script, cancellationToken)) changed.Add(name);
        }

        changed.AddRange(Forget(there));
        return changed;
    }

    /// <summary>Tests the presets that nobody uses, so that they can be shown with their result.</summary>
    public async Task TestAllAsync(CancellationToken cancellationToken)
    {
        foreach (var entry in _entries.Values.Where(e => e.Test is null)) await TestAsync(entry, cancellationToken);
    }

    private async Task<SelfTestResult> TestAsync(CatalogEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Test is { } known) return known;
        var test = await SelfTest.RunAsync(host, entry.Script, cancellationToken);
        Put(entry with { Test = test });
        return test;
    }

    private async Task<bool> PutIfItPassesAsync(ScriptText script, CancellationToken cancellationToken)
    {
        var test = await SelfTest.RunAsync(host, script, cancellationToken);
        if (!test.Passed)
        {
            Refuse(script.Name, script.Hash, test.Failures);
            return false;
        }

        Put(new CatalogEntry(script, "folder", test, time.GetUtcNow(), null));
        _refused = _refused.Remove(script.Name);
        Log.InForce(logger, script.Name, script.Hash[..12]);
        return true;
    }

    private void Refuse(string name, string? hash, IReadOnlyList<string> failures)
    {
        var refused = new RefusedScript(hash, failures, time.GetUtcNow());
        if (_entries.TryGetValue(name, out var entry)) Put(entry with { Refused = refused });
        else _refused = _refused.SetItem(name, refused);
        Log.Refused(logger, name, failures.Count);
    }

    /// <summary>Scripts whose file is gone: the preset of that name is in force again.</summary>
    private List<string> Forget(HashSet<string> there)
    {
        _refused = _refused.RemoveRange(_refused.Keys.Where(n => !there.Contains(n)));
        var gone = _entries.Values.Where(e => !there.Contains(e.Script.Name) && (e.Origin == "folder" || e.Refused is not null)).ToList();
        foreach (var entry in gone)
        {
            if (ScriptFiles.Presets.FirstOrDefault(p => p.Name == entry.Script.Name) is { } preset) Put(new CatalogEntry(preset, "preset", null, time.GetUtcNow(), null));
            else _entries = _entries.Remove(entry.Script.Name);
            Log.Gone(logger, entry.Script.Name);
        }

        return [.. gone.Where(e => e.Origin == "folder").Select(e => e.Script.Name)];
    }

    private void Put(CatalogEntry entry) => _entries = _entries.SetItem(entry.Script.Name, entry);

    private static partial class Log
    {
        [LoggerMessage(7110, LogLevel.Information, "Mapping script {Script} ({Hash}) of the folder is in force.")]
        public static partial void InForce(ILogger logger, string script, string hash);

        [LoggerMessage(7111, LogLevel.Error, "Mapping script {Script} of the folder is not taken: {Failures} of its self-test failed. The former stays in force; GET /v1/scripts tells more.")]
        public static partial void Refused(ILogger logger, string script, int failures);

        [LoggerMessage(7112, LogLevel.Warning, "Mapping script {Script} is no longer in the folder.")]
        public static partial void Gone(ILogger logger, string script);
    }
}
