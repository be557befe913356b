using Microsoft.Extensions.Logging.Console;

namespace Gateway.Operations;

/// <summary>How much is logged where the settings (<c>Logging:*</c>) do not say otherwise. Outside Development a line is a JSON object.</summary>
internal static class LogDefaults
{
    private static readonly (string? Category, LogLevel Level)[] Levels =
    [
        // Its lines hold paths and queries, and with them employee numbers and names.
        ("Microsoft.AspNetCore", LogLevel.Warning),
        ("System.Net.Http.HttpClient", LogLevel.Warning),
        ("Microsoft.EntityFrameworkCore", LogLevel.Warning),
        ("MassTransit", LogLevel.Warning),
        ("Polly", LogLevel.Warning),
    ];

    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.PostConfigure<LoggerFilterOptions>(filter =>
        {
            // Of two rules for one category the later counts: ours go first, so that settings override them.
            foreach (var (category, level) in Levels) filter.Rules.Insert(0, new LoggerFilterRule(null, category, level, null));
        });
        builder.Services.Configure<ConsoleLoggerOptions>(console =>
            console.FormatterName ??= builder.Environment.IsDevelopment() ? ConsoleFormatterNames.Simple : ConsoleFormatterNames.Json);
        builder.Services.Configure<SimpleConsoleFormatterOptions>(line => (line.SingleLine, line.TimestampFormat) = (true, line.TimestampFormat ?? "HH:mm:ss "));
        builder.Services.Configure<JsonConsoleFormatterOptions>(line =>
        {
            line.TimestampFormat ??= "yyyy-MM-ddTHH:mm:ss.fffZ";
            line.UseUtcTimestamp = true;
        });
    }
}
