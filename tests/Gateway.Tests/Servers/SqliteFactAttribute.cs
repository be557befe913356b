using System.Runtime.CompilerServices;

namespace Gateway.Tests.Servers;

/// <summary>A test of what only the file does, or that speaks SQLite's words to it. Skipped where gateways under test keep their data in PostgreSQL.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SqliteFactAttribute : FactAttribute
{
    public SqliteFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1) : base(sourceFilePath, sourceLineNumber)
    {
        Skip = "About SQLite.";
        SkipUnless = nameof(TestStore.IsSqlite);
        SkipType = typeof(TestStore);
    }
}
