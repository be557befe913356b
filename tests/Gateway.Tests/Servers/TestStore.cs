namespace Gateway.Tests.Servers;

/// <summary>
/// Where gateways under test keep their data: files, or with <c>GATEWAY_TEST_STORAGE=postgres</c> a database of their own each. A test that asks
/// for a provider by its settings has that one.
/// </summary>
internal static class TestStore
{
    public static bool IsSqlite { get; } = Environment.GetEnvironmentVariable("GATEWAY_TEST_STORAGE") is null or "" or "sqlite";

    /// <summary>Settings of the store that belongs to a folder.</summary>
    public static async Task<Dictionary<string, string?>> SettingsAsync(string folder, IReadOnlyDictionary<string, string?> asked)
    {
        var sqlite = asked.TryGetValue("Gateway:Storage:Provider", out var provider) ? provider != "postgres" : IsSqlite || asked.ContainsKey("ConnectionStrings:Gateway");
        return sqlite
            ? new() { ["ConnectionStrings:Gateway"] = Path.Combine(folder, "gateway.db") }
            : new() { ["Gateway:Storage:Provider"] = "postgres", ["ConnectionStrings:Gateway"] = await PostgresServer.DatabaseAsync(NameOf(folder)) };
    }

    public static Task DropAsync(string folder) => PostgresServer.DropAsync(NameOf(folder));

    private static string NameOf(string folder) => Path.GetFileName(folder).ToLowerInvariant();
}
