using System.Text;

namespace Gateway.Sources.Mapping.Catalog;

/// <summary>Where scripts stand: presets within the executable, the user's own in a folder.</summary>
internal static class ScriptFiles
{
    public const string Extension = ".js";
    public const int MostBytes = 256 * 1024;
    private const string Prefix = "preset/";

    public static IReadOnlyList<ScriptText> Presets { get; } =
    [
        .. typeof(ScriptFiles).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(n => ScriptText.Of(n[Prefix.Length..], Embedded(n))),
    ];

    /// <summary>The scripts of a folder, by name, or why one of them cannot be read.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IEnumerable<(string Name, ScriptText? Script, string? Problem)> In(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal))
        {
            var (script, problem) = Read(file);
            yield return (Path.GetFileNameWithoutExtension(file), script, problem);
        }
    }

    public static (ScriptText? Script, string? Problem) Read(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        try
        {
            if (new FileInfo(file).Length > MostBytes) return (null, $"A script has at most {MostBytes / 1024} kB.");
            return (ScriptText.Of(name, File.ReadAllText(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true))), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            return (null, $"The file cannot be read: {e.GetType().Name}.");
        }
    }

    private static string Embedded(string name)
    {
        using var reader = new StreamReader(typeof(ScriptFiles).Assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
