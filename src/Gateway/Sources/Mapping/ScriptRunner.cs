using Gateway.Sources.Mapping.Catalog;
using Gateway.Sources.Mapping.Running;

namespace Gateway.Sources.Mapping;

/// <summary>Runs the scripts that are in force.</summary>
public sealed class ScriptRunner(ScriptCatalog catalog, ScriptHost host)
{
    /// <param name="script">Its name: a preset's, or that of a file of the folder without <c>.js</c>.</param>
    /// <returns>Never throws for what a script does.</returns>
    public Task<MappingOutcome> RunAsync(string script, MappingInput input, CancellationToken cancellationToken) => catalog.Find(script) is { } text
        ? host.RunAsync(text, input, cancellationToken)
        : Task.FromResult<MappingOutcome>(new MappingOutcome.Failed("script-missing", $"There is no script {script} in force. GET /v1/scripts lists them.", null, null, Transient: false));
}
