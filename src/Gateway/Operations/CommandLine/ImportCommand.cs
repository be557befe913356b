using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Spectre.Console;

namespace Gateway.Operations.CommandLine;

/// <summary><c>gateway import</c>: sends a baseline, the whole membership as one source sees it, from files.</summary>
internal static class ImportCommand
{
    // The gateway itself gives up after ten minutes.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);

    public static Command Create()
    {
        var source = new Option<string>("--source") { Description = "The source whose word it is.", Required = true };
        var json = new Option<FileInfo?>("--file") { Description = "One JSON file with users, groups and mappings." };
        Option<FileInfo?>[] parts = [Part("users"), Part("groups"), Part("mappings")];
        var asOf = new Option<string?>("--as-of") { Description = "The day or instant that the files tell of; default now." };
        var dry = new Option<bool>("--dry-run") { Description = "Shows the difference, keeps nothing. Ends 2 when there is one." };
        var confirm = new Option<string?>("--confirm") { Description = "The hash that a refusal named, to insist." };
        var command = new Command("import", "Sends a baseline: a JSON file, or the Enterprise Sync Tool's CSV files. A part that is absent says nothing.")
        {
            source, json, parts[0], parts[1], parts[2], asOf, dry, confirm, Client.UrlOption, Client.KeyOption, Client.JsonOption,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Client.For(parsed, Deadline);
            using var content = Content(parsed.GetValue(json), [.. parts.Select(p => (p.Name.TrimStart('-'), parsed.GetValue(p)))]);
            var query = new List<string> { $"dryRun={(parsed.GetValue(dry) ? "true" : "false")}" };
            if (parsed.GetValue(asOf) is { } at) query.Add($"asOf={Uri.EscapeDataString(at)}");
            if (parsed.GetValue(confirm) is { } hash) query.Add($"confirm={Uri.EscapeDataString(hash)}");
            var path = $"v1/sources/{Uri.EscapeDataString(parsed.GetRequiredValue(source))}/baseline?{string.Join('&', query)}";

            if (parsed.GetValue(Client.JsonOption))
            {
                var raw = await client.SendAsync(HttpMethod.Put, path, content, cancellationToken);
                await parsed.InvocationConfiguration.Output.WriteLineAsync(raw.GetRawText());
                return Code(raw, parsed.GetValue(dry));
            }

            var screen = Screen.Of(parsed);
            var answer = await WithProgressAsync(screen, content, sending => client.SendAsync(HttpMethod.Put, path, sending, cancellationToken));
            screen.Lines(answer, "id", "source", "asOf", "dryRun", "counts", "hash");
            if (answer.At("objections") is { } objections && objections.GetArrayLength() > 0) screen.Table("wants confirmation", objections, "rule", "number", "limit", "subjects");
            return Code(answer, parsed.GetValue(dry));
        });
        return command;
    }

    private static Option<FileInfo?> Part(string name) => new($"--{name}") { Description = $"The CSV file of {name}." };

    private static int Code(JsonElement answer, bool dry) =>
        dry && answer.GetProperty("counts").GetProperty("events").GetInt64() > 0 ? ExitCode.Pending : ExitCode.Clean;

    private static HttpContent Content(FileInfo? json, (string Name, FileInfo? File)[] parts)
    {
        if (json is not null && parts.Any(p => p.File is not null)) throw new GatewayClientException("Give either --file, or --users, --groups and --mappings, not both.");
        if (json is not null) return Of(json, "application/json");
        if (parts.All(p => p.File is null)) throw new GatewayClientException("Give --file, or at least one of --users, --groups and --mappings.");
        var form = new MultipartFormDataContent();
        foreach (var (name, file) in parts)
        {
#pragma warning disable CA2000 // the form disposes of its parts
            if (file is not null) form.Add(Of(file, "text/csv"), name, file.Name);
#pragma warning restore CA2000
        }

        return form;
    }

    private static StreamContent Of(FileInfo file, string mediaType) => new(file.OpenRead()) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType), ContentLength = file.Length } };

    private static Task<JsonElement> WithProgressAsync(Screen screen, HttpContent content, Func<HttpContent, Task<JsonElement>> send) =>
        screen.Console.Progress().AutoClear(enabled: true).StartAsync(async progress =>
        {
            var sent = progress.AddTask("Sending", maxValue: Math.Max(1, content.Headers.ContentLength ?? 1));
            using var counted = new CountedContent(content, bytes =>
            {
                sent.Value = bytes;
                if (sent.IsFinished) sent.Description = "The gateway compares";
            });
            return await send(counted);
        });

    /// <summary>Tells how many bytes went out.</summary>
    private sealed class CountedContent : HttpContent
    {
        private readonly HttpContent inner;
        private readonly Action<long> told;

        public CountedContent(HttpContent inner, Action<long> told)
        {
            (this.inner, this.told) = (inner, told);
            foreach (var header in inner.Headers) Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await using var from = await inner.ReadAsStreamAsync();
            var buffer = new byte[64 * 1024];
            long sent = 0;
            for (int read; (read = await from.ReadAsync(buffer)) > 0;)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read));
                told(sent += read);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = inner.Headers.ContentLength ?? 0;
            return inner.Headers.ContentLength is not null;
        }
    }
}
