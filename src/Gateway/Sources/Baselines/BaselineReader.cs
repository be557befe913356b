using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Edge;
using Gateway.Membership.Baselines;

namespace Gateway.Sources.Baselines;

/// <summary>What was read of a section.</summary>
/// <param name="Section"><c>users</c>, <c>groups</c> or <c>mappings</c>.</param>
/// <param name="Rows">How many.</param>
/// <param name="Encoding">Recognised in a CSV file: <c>utf-8</c> or <c>windows-1252</c>.</param>
/// <param name="Delimiter">Recognised in a CSV file: <c>,</c>, <c>;</c> or <c>tab</c>.</param>
public sealed record ReadFile(string Section, int Rows, string? Encoding, string? Delimiter);

/// <summary>Reads the body of a request: a baseline, or the problem to answer with.</summary>
public static partial class BaselineReader
{
    public static async Task<(Baseline? Baseline, IReadOnlyList<ReadFile> Files, Problem? Problem)> ReadAsync(HttpRequest request, int depth, CancellationToken cancellationToken)
    {
        var errors = new BaselineErrors();
        var draft = new BaselineDraft(errors);
        var files = new List<ReadFile>();
        if (request.HasFormContentType && request.ContentType!.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            if (await FormAsync(request, draft, errors, files, cancellationToken) is { } problem) return (null, [], problem);
        }
        else if (request.HasJsonContentType())
        {
            if (await JsonAsync(request.Body, depth, draft, errors, files, cancellationToken) is { } problem) return (null, [], problem);
        }
        else
        {
            return (null, [], new Problem(ProblemKind.MediaTypeUnsupported, "Send application/json, or multipart/form-data with the files users, groups and mappings."));
        }

        return Whole(draft, errors, files);
    }

    /// <summary>The same of JSON that was not sent but fetched.</summary>
    public static async Task<(Baseline? Baseline, IReadOnlyList<ReadFile> Files, Problem? Problem)> ReadJsonAsync(Stream json, int depth, CancellationToken cancellationToken)
    {
        var errors = new BaselineErrors();
        var (draft, files) = (new BaselineDraft(errors), new List<ReadFile>());
        return await JsonAsync(json, depth, draft, errors, files, cancellationToken) is { } problem ? (null, [], problem) : Whole(draft, errors, files);
    }

    private static (Baseline? Baseline, IReadOnlyList<ReadFile> Files, Problem? Problem) Whole(BaselineDraft draft, BaselineErrors errors, List<ReadFile> files)
    {
        if (draft.Sections.Count == 0 && !errors.Any) errors.Add("$", "Nothing is said: give at least one of users, groups and mappings.");
        return draft.Build() is { } baseline ? (baseline, files, null) : (null, files, Problem.Invalid(errors.ToDictionary()));
    }

    private static async Task<Problem?> JsonAsync(
        Stream body, int depth, BaselineDraft draft, BaselineErrors errors, List<ReadFile> files, CancellationToken cancellationToken)
    {
        try
        {
            using var json = await JsonDocument.ParseAsync(body, new JsonDocumentOptions { MaxDepth = depth }, cancellationToken);
            files.AddRange(JsonBaseline.Read(json.RootElement, draft, errors));
            return null;
        }
        catch (JsonException e)
        {
            return new Problem(ProblemKind.Malformed, string.Create(CultureInfo.InvariantCulture,
                $"The body is not JSON, or is nested deeper than {depth}: line {e.LineNumber + 1}, byte {e.BytePositionInLine} of it."));
        }
    }

    private static async Task<Problem?> FormAsync(HttpRequest request, BaselineDraft draft, BaselineErrors errors, List<ReadFile> files, CancellationToken cancellationToken)
    {
        IFormCollection form;
        try
        {
            form = await request.ReadFormAsync(cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException || e.GetType() == typeof(IOException))
        {
            return new Problem(ProblemKind.Malformed, "The multipart body could not be read: see that it is complete, and that its boundary is the one of the header.");
        }

        if (form.Keys.Count > 0) errors.Add("$", "Send users, groups and mappings as files (with a file name), and nothing else.");
        foreach (var part in form.Files)
        {
            var fields = part.Name switch
            {
                "users" => BaselineFields.Users,
                "groups" => BaselineFields.Groups,
                "mappings" => BaselineFields.Mappings,
                _ => null,
            };
            if (fields is null) errors.Add("$", "There is a part other than users, groups and mappings. Name each file's part by what it holds.");
            else if (draft.Sections.Contains(part.Name)) errors.Add(part.Name, "The part stands twice.");
            else if (CsvBaseline.Read(fields, NameOf(part), await BytesAsync(part, cancellationToken), draft, errors) is { } file) files.Add(file);
        }

        return null;
    }

    private static async Task<byte[]> BytesAsync(IFormFile part, CancellationToken cancellationToken)
    {
        var bytes = new byte[part.Length];
        await using var stream = part.OpenReadStream();
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    /// <summary>The file's own name where it is a plain one, else the part's.</summary>
    private static string NameOf(IFormFile part) => PlainName().IsMatch(part.FileName) ? part.FileName : part.Name;

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainName();
}
