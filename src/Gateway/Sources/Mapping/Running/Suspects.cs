using System.Collections.Concurrent;
using Gateway.Sources.Mapping.Child;

namespace Gateway.Sources.Mapping.Running;

/// <summary>Scripts that ran for too long or took too much memory, until many of their runs in a row did not.</summary>
internal sealed class Suspects
{
    private const int GoodRuns = 100;

    /// <summary>Hash of the script, to how many good runs are missing.</summary>
    private readonly ConcurrentDictionary<string, int> _missing = new(StringComparer.Ordinal);

    public bool Has(ScriptText script) => _missing.ContainsKey(script.Hash);

    public void Note(ScriptText script, ScriptAnswer answer)
    {
        if (answer is { Kind: AnswerKind.Failed, Code: "script-timeout" or "script-memory" }) _missing[script.Hash] = GoodRuns;
        else if (_missing.TryGetValue(script.Hash, out var missing) && missing > 1) _missing.TryUpdate(script.Hash, missing - 1, missing);
        else _missing.TryRemove(new(script.Hash, missing));
    }
}
