using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Membership.Events;
using Gateway.Membership.Snapshots;
using Gateway.Officevibe;

namespace Gateway.Operations.Reading;

/// <summary>
/// A body on disk: hashed while it is written, so that the hash can go out before the first byte. Gone when it is closed, however that
/// comes about: where the system allows it the file has no name from the start, so that a killed process leaves nothing behind.
/// </summary>
/// <param name="Stream">At its start.</param>
/// <param name="Hash">SHA-256, lower-case hex: the content hash.</param>
internal sealed record SnapshotFile(FileStream Stream, string Hash)
{
    public static SnapshotFile Write(Snapshot snapshot, OfficevibeOptions wire)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous | FileOptions.SequentialScan,
            BufferSize = 64 * 1024,
        };
        // It holds the whole company: nobody else on this machine reads it.
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(Path.Combine(Path.GetTempPath(), "gateway-" + Guid.NewGuid().ToString("N")), options);
        try
        {
            if (!OperatingSystem.IsWindows()) File.Delete(file.Name);
            using var sha = SHA256.Create();
            using (var hashing = new CryptoStream(file, sha, CryptoStreamMode.Write, leaveOpen: true)) OfficevibeBody.Write(hashing, snapshot, wire);
            file.Position = 0;
            return new SnapshotFile(file, Convert.ToHexStringLower(sha.Hash!));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}

/// <summary>A place in the list of issues: the last one shown, by what orders it.</summary>
internal static class IssuePlace
{
    public static string Of(Issue i) => JsonSerializer.Serialize(new[] { i.Code, ((int)i.Kind).ToString(System.Globalization.CultureInfo.InvariantCulture), i.Subject, i.TeamId, i.Attribute, i.Source, i.EventId, i.Message });

    public static Issue? Read(string place)
    {
        try
        {
            return JsonSerializer.Deserialize<string?[]>(place) is [{ } code, ("0" or "1") and { } kind, { } subject, var team, var attribute, var source, var id, { } message] && IssueCodes.InOrder.Contains(code)
                ? new Issue(code, kind == "0" ? SubjectKind.Member : SubjectKind.Team, subject, LeftOut: false, message) { TeamId = team, Attribute = attribute, Source = source, EventId = id }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
