using System.Diagnostics;
using System.Globalization;

namespace Gateway.Tests.Faults;

/// <summary>A file system of its own that can be filled: in memory, mounted for the test. Only the machine's administrator may make one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Ballast = "ballast";

    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>The disk, or why there is none.</summary>
    public static async Task<(SmallDisk? Disk, string? Why)> MountAsync(int megabytes)
    {
        if (!Environment.IsPrivilegedProcess) return (null, "a small file system can be mounted by root only");
        var folder = Directory.CreateTempSubdirectory("gateway-disk-").FullName;
        var size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=0777");
        if (await RunAsync("mount", "-t", "tmpfs", "-o", size, "tmpfs", folder) is not { } failure) return (new SmallDisk(folder), null);
        Directory.Delete(folder);
        return (null, "no file system could be mounted here: " + failure.Trim());
    }

    /// <summary>Takes all that is left, but for so many bytes.</summary>
    public async Task FillAsync(long leave)
    {
        var free = new DriveInfo(Folder).AvailableFreeSpace - leave;
        var bytes = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(4096, free)}");
        if (await RunAsync("fallocate", "-l", bytes, Path.Combine(Folder, Ballast)) is { } failure) throw new IOException(failure);
    }

    public void MakeRoom() => File.Delete(Path.Combine(Folder, Ballast));

    /// <summary>Null: it did.</summary>
    private static async Task<string?> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? null : said;
    }

    public void Dispose()
    {
        using (var unmount = Process.Start("umount", ["--lazy", Folder])) unmount.WaitForExit();
        Directory.Delete(Folder);
    }
}
