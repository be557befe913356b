using System.Runtime.InteropServices;

namespace Gateway.Sources.Mapping.Child;

/// <summary>Scripts give way to the gateway where both want the processor.</summary>
internal static partial class Priority
{
    /// <summary>A third of the weight of a usual thread: enough that a run on a busy machine still ends in time.</summary>
    private const int Nice = 5;

    private const int OfProcess = 0;

    /// <summary>Of the calling thread, on Linux; elsewhere nothing.</summary>
    public static void LowerOwn()
    {
        // Best effort: where it is refused, scripts run as anything else does.
        if (OperatingSystem.IsLinux()) _ = setpriority(OfProcess, 0, Nice);
    }

    [LibraryImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int setpriority(int which, uint who, int priority);
}
