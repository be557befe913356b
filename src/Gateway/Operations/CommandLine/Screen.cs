using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace Gateway.Operations.CommandLine;

/// <summary>Puts the gateway's answers on a terminal: fields as lines, lists as tables. Values are never read as markup.</summary>
internal sealed class Screen(IAnsiConsole console)
{
    /// <summary>Columns where there is no terminal to ask.</summary>
    private const int Wide = 180;

    public static Screen Of(ParseResult parsed)
    {
        var file = System.Console.IsOutputRedirected || parsed.InvocationConfiguration.Output != System.Console.Out;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(parsed.InvocationConfiguration.Output),
            Ansi = file ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = file ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (file) console.Profile.Width = Wide;
        return new Screen(console);
    }

    /// <summary>An object: simple values as lines, lists of objects as tables below.</summary>
    public void Fields(JsonElement element)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var field in element.EnumerateObject().Where(f => !IsList(f.Value)))
            grid.AddRow(new Text(Words(field.Name), new Style(decoration: Decoration.Bold)), new Text(Line(field.Value)));
        console.Write(grid);
        foreach (var list in element.EnumerateObject().Where(f => IsList(f.Value)))
            Table(Words(list.Name), list.Value, [.. list.Value.EnumerateArray().SelectMany(i => i.EnumerateObject().Select(p => p.Name)).Distinct(StringComparer.Ordinal).Take(8)]);
    }

    /// <summary>These fields of an object, where it has them.</summary>
    public void Lines(JsonElement element, params string[] fields)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var field in fields)
        {
            if (element.At(field) is { } value) grid.AddRow(new Text(Words(field), new Style(decoration: Decoration.Bold)), new Text(Line(value)));
        }

        console.Write(grid);
    }

    /// <summary>A list, with these fields as columns.</summary>
    public void Table(string? title, JsonElement list, params string[] columns)
    {
        var table = new Table().RoundedBorder();
        if (title is not null) table.Title = new TableTitle(title.EscapeMarkup());
        foreach (var column in columns) table.AddColumn(new TableColumn(new Text(Words(column))));
        foreach (var item in list.EnumerateArray())
            table.AddRow(columns.Select(c => (Spectre.Console.Rendering.IRenderable)new Text(item.At(c) is { } value ? Line(value) : "")));
        console.Write(table);
    }

    public void Say(string text) => console.WriteLine(text);

    public IAnsiConsole Console => console;

    private static bool IsList(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && value[0].ValueKind == JsonValueKind.Object;

    public static string Line(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "-",
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Object => string.Join(", ", value.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null).Select(p => $"{Words(p.Name)} {Line(p.Value)}")),
        JsonValueKind.Array => value.GetArrayLength() == 0 ? "-" : string.Join("; ", value.EnumerateArray().Select(Line)),
        _ => value.ToString(),
    };

    /// <summary><c>lastAccepted</c> as <c>last accepted</c>.</summary>
    private static string Words(string name) => string.Concat(name.Select(c => char.IsAsciiLetterUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}"));
}
