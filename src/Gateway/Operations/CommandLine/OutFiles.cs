using System.IO.Compression;

namespace Gateway.Operations.CommandLine;

/// <summary>Files that a verb makes: whole or not at all, and for their owner alone, since they are about people.</summary>
internal static class OutFiles
{
    /// <exception cref="GatewayClientException">One of them is there, and was not to be replaced.</exception>
    public static void RefuseTaken(IEnumerable<string> files, bool overwrite)
    {
        if (!overwrite && files.FirstOrDefault(File.Exists) is { } there)
            throw new GatewayClientException($"{there} is there already. Choose another place with --to, or insist with --overwrite.");
    }

    /// <summary>Puts it into the place of whatever is there.</summary>
    /// <exception cref="GatewayClientException">The file cannot be written.</exception>
    public static Task WriteAsync(Stream body, FileInfo file, CancellationToken cancellationToken) => PutAsync([file.FullName], async parts =>
    {
        await using var part = Create(parts[0]);
        await body.CopyToAsync(part, cancellationToken);
    });

    /// <summary>Puts the files of a zip into a folder, which is made if need be.</summary>
    /// <returns>Where they are.</returns>
    /// <exception cref="GatewayClientException">One of them is there already, or cannot be written.</exception>
    public static async Task<IReadOnlyList<string>> UnpackAsync(Stream body, DirectoryInfo folder, bool overwrite, CancellationToken cancellationToken)
    {
        using var zip = new MemoryStream();
        await body.CopyToAsync(zip, cancellationToken);
        await using var archive = await ZipArchive.CreateAsync(zip, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        // Names alone: nothing is put outside of the folder, whatever an archive says.
        var files = archive.Entries.Select(e => Path.Combine(folder.FullName, Path.GetFileName(e.FullName))).ToList();
        RefuseTaken(files, overwrite);
        await PutAsync(files, async parts =>
        {
            for (var i = 0; i < parts.Count; i++)
            {
                await using var from = await archive.Entries[i].OpenAsync(cancellationToken);
                await using var part = Create(parts[i]);
                await from.CopyToAsync(part, cancellationToken);
            }
        });
        return files;
    }

    public static async Task PrintAsync(Stream body, TextWriter output, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(body, leaveOpen: true);
        var buffer = new char[16 * 1024];
        for (int read; (read = await reader.ReadAsync(buffer, cancellationToken)) > 0;) await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    /// <summary>Written beside their place first, and put into it when all are there.</summary>
    private static async Task PutAsync(List<string> files, Func<List<string>, Task> write)
    {
        var parts = files.Select(f => f + ".part").ToList();
        try
        {
            foreach (var folder in files.Select(f => Path.GetDirectoryName(f)!).Distinct(StringComparer.Ordinal)) Directory.CreateDirectory(folder);
            await write(parts);
            for (var i = 0; i < files.Count; i++) File.Move(parts[i], files[i], overwrite: true);
        }
        catch (Exception e) when (e is (IOException and not HttpIOException) or UnauthorizedAccessException)
        {
            throw new GatewayClientException($"--to: nothing could be written there. {e.Message}", e);
        }
        finally
        {
            foreach (var part in parts.Where(File.Exists)) File.Delete(part);
        }
    }

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }
}
