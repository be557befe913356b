using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Gateway.Edge;
using Gateway.Operations.Security;

namespace Gateway.Operations.CommandLine;

/// <summary><c>gateway keys new</c>: shows a key once, and the settings that make it count.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var name = new Option<string>("--name") { Description = "Its name in settings and audit.", DefaultValueFactory = _ => "new" };
        var scopes = new Option<string>("--scopes") { Description = $"Some of {string.Join(", ", Scopes.All)}, separated by commas.", DefaultValueFactory = _ => Scopes.Ingest };
        var source = new Option<string?>("--source") { Description = "The source it speaks for; needed with the scope ingest." };
        var notAfter = new Option<string?>("--not-after") { Description = "Not accepted from this day or instant on." };
        var json = Client.JsonOption;
        var make = new Command("new", "Makes a key. It is shown once and kept nowhere.") { name, scopes, source, notAfter, json };
        make.SetAction(parsed => New(
            parsed.GetRequiredValue(name), parsed.GetRequiredValue(scopes), parsed.GetValue(source), parsed.GetValue(notAfter), parsed.GetValue(json), parsed.InvocationConfiguration));
        return new Command("keys", "Keys for callers of the HTTP interface.") { make };
    }

    private static int New(string name, string scopes, string? source, string? notAfter, bool json, InvocationConfiguration console)
    {
        var key = ApiKey.New();
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Hash"] = ApiKey.Hash(key), ["Scopes"] = scopes, ["Source"] = source, ["NotAfter"] = notAfter };
        var section = settings.Where(s => s.Value is not null).ToDictionary(s => s.Key, s => s.Value, StringComparer.Ordinal);
        // The gateway's own reader judges it, so that what is printed will be accepted.
        var flat = new ConfigurationBuilder().AddInMemoryCollection(section.Select(s => KeyValuePair.Create($"{KeySettingsReader.Section}:{name}:{s.Key}", s.Value))).Build();
        if (KeySettingsReader.Read(flat).Errors is { Count: > 0 } errors)
        {
            foreach (var error in errors) console.Error.WriteLine(error);
            return ExitCode.Error;
        }

        if (json)
        {
            console.Output.WriteLine(JsonSerializer.Serialize(new { key, name, settings = section }));
            return ExitCode.Clean;
        }

        var block = new { Gateway = new { Keys = new Dictionary<string, object>(StringComparer.Ordinal) { [name] = section } } };
        console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            The key, shown this once:

              {key}

            Add to appsettings.json (it is read again without a restart):

            {JsonSerializer.Serialize(block, Indented)}

            or to the environment:

            {string.Join(Environment.NewLine, section.Select(s => $"Gateway__Keys__{name}__{s.Key}={s.Value}"))}
            """));
        return ExitCode.Clean;
    }

    private static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true };
}
