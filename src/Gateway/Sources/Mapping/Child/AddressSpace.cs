using System.Globalization;
using System.Runtime.InteropServices;

namespace Gateway.Sources.Mapping.Child;

/// <summary>A bound on the memory that this process may map, set by itself, on Linux.</summary>
internal static partial class AddressSpace
{
    /// <summary>
    /// Beyond what is mapped once the runtime is up. The runtime reserves its whole heap at start (a multiple of the heap's own limit), so what
    /// comes later is threads' stacks, compiled code and native memory.
    /// </summary>
    private const ulong Headroom = 384UL * 1024 * 1024;

    private const int LimitOfAddressSpace = 9;
    private const int LimitOfCoreFile = 4;

    /// <returns>False: this system has no such bound.</returns>
    public static bool TryBound()
    {
        if (!OperatingSystem.IsLinux()) return false;
        // A core file would hold deliveries.
        _ = setrlimit(LimitOfCoreFile, new Limit(0, 0));
        return Mapped() is { } mapped && setrlimit(LimitOfAddressSpace, new Limit(mapped + Headroom, mapped + Headroom)) == 0;
    }

    /// <summary>Ends this process at once, whatever it is doing.</summary>
    public static void End()
    {
        if (OperatingSystem.IsWindows()) Environment.Exit(0);
        _ = kill(getpid(), 9);
    }

    private static ulong? Mapped()
    {
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (!line.StartsWith("VmSize:", StringComparison.Ordinal)) continue;
            var kilobytes = line["VmSize:".Length..].Trim().Split(' ')[0];
            return ulong.TryParse(kilobytes, NumberStyles.None, CultureInfo.InvariantCulture, out var k) ? k * 1024 : null;
        }

        return null;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Limit(ulong soft, ulong hard)
    {
        private readonly ulong _soft = soft, _hard = hard;
    }

    [LibraryImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int setrlimit(int resource, in Limit limit);

    [LibraryImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int getpid();

    [LibraryImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int kill(int process, int signal);
}
