using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Gateway.Sources.Mapping.Child;

namespace Gateway.Sources.Mapping.Running;

/// <summary>Why a child is no more.</summary>
internal enum Ending
{
    /// <summary>It said so, or was told to; or something outside ended it.</summary>
    Other = 0,

    /// <summary>It was killed because a run took too long.</summary>
    TooLong = 1,

    /// <summary>Its memory was used up.</summary>
    Memory = 2,

    /// <summary>Its stack was used up.</summary>
    Stack = 3,
}

/// <summary>
/// A child process that runs scripts: this same executable, with a clean environment and an empty working folder. What it may take up is bounded
/// by the runtime's heap limit and, on Linux, by the system.
/// </summary>
internal sealed class ScriptProcess : IAsyncDisposable
{
    private const int KeptOfError = 8 * 1024;

    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly Task<string> _said;
    private bool _tooLong;

    private ScriptProcess(Process process, DirectoryInfo folder)
    {
        (_process, _folder) = (process, folder);
        Output = process.StandardOutput.BaseStream;
        Input = process.StandardInput.BaseStream;
        _said = HearAsync(process.StandardError.BaseStream);
    }

    public int Id => _process.Id;

    /// <summary>What it answers.</summary>
    public Stream Output { get; }

    public Stream Input { get; }

    /// <summary>Hashes of the scripts that it was given.</summary>
    public HashSet<string> Loaded { get; } = new(StringComparer.Ordinal);

    /// <summary>It said that it ends.</summary>
    public bool Retiring { get; set; }

    /// <summary>Of the processor, so far; what it was at the end, when it is gone.</summary>
    public TimeSpan Worked
    {
        get
        {
            try
            {
                return _process.TotalProcessorTime;
            }
            catch (InvalidOperationException)
            {
                return TimeSpan.Zero;
            }
        }
    }

    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public static ScriptProcess Start(int heapMegabytes)
    {
        var folder = Directory.CreateTempSubdirectory("gateway-scripts-");
        var (file, arguments) = Command();
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder.FullName, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in Environment(heapMegabytes)) start.Environment[name] = value;
        try
        {
            return new ScriptProcess(Process.Start(start)!, folder);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Ends it: a run took too long.</summary>
    public void KillAsTooLong()
    {
        _tooLong = true;
        Kill();
    }

    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It is gone already.
        }
    }

    /// <summary>Waits for its end. It must have ended its answers, or have been killed.</summary>
    public async Task<Ending> EndAsync()
    {
        Kill();
        await _process.WaitForExitAsync();
        var said = await _said;
        return _tooLong ? Ending.TooLong
            : said.Contains("OutOfMemory", StringComparison.Ordinal) || said.Contains("Out of memory", StringComparison.Ordinal) ? Ending.Memory
            : said.Contains("Stack overflow", StringComparison.Ordinal) ? Ending.Stack : Ending.Other;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _process.Dispose();
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Of an empty folder in the temporary one; the system clears it away.
        }
    }

    /// <summary>As this process was started: by the executable itself, or by <c>dotnet</c> with the assembly.</summary>
    private static (string File, string[] Arguments) Command()
    {
        var own = System.Environment.ProcessPath ?? "";
        if (Path.GetFileNameWithoutExtension(own) == "gateway") return (own, [ScriptChild.Verb]);
        var assembly = Path.Combine(AppContext.BaseDirectory, "gateway.dll");
        var dotnet = Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : Path.Combine(DotnetRoot, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return (dotnet, [assembly, ScriptChild.Verb]);
    }

    /// <summary>Nothing of the parent's but where the runtime and the time zones are.</summary>
    private static IEnumerable<(string Name, string Value)> Environment(int heapMegabytes)
    {
        yield return ("DOTNET_ROOT", DotnetRoot);
        yield return ("DOTNET_gcServer", "0");
        yield return ("DOTNET_gcConcurrent", "0");
        yield return ("DOTNET_GCHeapHardLimit", (heapMegabytes * 1024L * 1024).ToString("X", CultureInfo.InvariantCulture));
        // No debugger, no profiler, no dump: they would show deliveries.
        yield return ("DOTNET_EnableDiagnostics", "0");
        yield return ("DOTNET_TieredPGO", "0");
        // A reserve of address space for each thread that ever allocates would make the bound meaningless.
        yield return ("MALLOC_ARENA_MAX", "2");
        yield return ("LANG", "C.UTF-8");
        if (OperatingSystem.IsWindows()) yield return ("SystemRoot", System.Environment.GetEnvironmentVariable("SystemRoot") ?? "");
        if (System.Environment.GetEnvironmentVariable("TZDIR") is { Length: > 0 } zones) yield return ("TZDIR", zones);
    }

    private static string DotnetRoot => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    private static async Task<string> HearAsync(Stream error)
    {
        var (kept, buffer) = (new StringBuilder(), new byte[1024]);
        try
        {
            while (await error.ReadAsync(buffer) is var read and > 0)
            {
                if (kept.Length < KeptOfError) kept.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // It ended in the middle of a word.
        }

        return kept.ToString();
    }
}
