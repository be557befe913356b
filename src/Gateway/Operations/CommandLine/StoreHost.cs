using System.CommandLine;
using Gateway.EventLog;
using Gateway.EventLog.Copying;
using Spectre.Console;

namespace Gateway.Operations.CommandLine;

/// <summary>A gateway put together around a store, for verbs that work on the store itself. Nothing of it runs.</summary>
internal static class StoreHost
{
    private const string Connection = "ConnectionStrings:Gateway";

    /// <param name="settings">From the command line.</param>
    /// <param name="address">Another store than the settings name.</param>
    public static WebApplication Compose(IReadOnlyList<string> settings, StoreAddress? address = null) => GatewayHost.Compose([.. settings], builder =>
    {
        builder.Logging.ClearProviders();
        var (provider, connection) = address ?? StoreAddress.Of(builder.Configuration);
        // A name of its own, so that this process can tell its own sessions from those of a gateway that serves.
        if (provider == StoreAddress.Postgres && connection is not null) connection += $";Application Name=gateway {Guid.NewGuid().ToString("N")[..8]}";
        builder.Configuration.AddInMemoryCollection([new(StorageOptions.Section + ":Provider", provider), new(Connection, connection)]);
    });

    /// <summary>A cut of the store that the settings name, beside a gateway that serves on it.</summary>
    public static (StoreCut Cut, IDisposable Store) OpenBeside(IConfiguration configuration)
    {
        var connection = configuration.GetConnectionString("Gateway");
        if (configuration[StorageOptions.Section + ":Provider"] != StoreAddress.Postgres) return (StoreCut.OfFile(LogFile.PathOf(connection ?? StoreAddress.DefaultFile)), new Nothing());
        var store = PostgresStore.Of(connection);
        try
        {
            return (StoreCut.OfPostgres(store), store);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Shows how far a copy has come, table by table.</summary>
    public static Task<T> WithProgressAsync<T>(ParseResult parsed, Func<CopyProgress, Task<T>> work) =>
        Screen.Of(parsed).Console.Progress().AutoClear(enabled: true).StartAsync(progress =>
        {
            var (shown, task) = ("", (ProgressTask?)null);
            return Task.Run(() => work((table, rows, of) =>
            {
                if (shown != table) (shown, task) = (table, progress.AddTask(table));
                (task!.MaxValue, task.Value) = (Math.Max(1, of), of == 0 ? 1 : rows);
            }));
        });

    private sealed class Nothing : IDisposable
    {
        public void Dispose() { }
    }
}

/// <summary>Where a store is.</summary>
/// <param name="Provider"><see cref="Sqlite"/> or <see cref="Postgres"/>.</param>
/// <param name="ConnectionString">Null: where it is by default.</param>
internal sealed record StoreAddress(string Provider, string? ConnectionString)
{
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";
    public const string DefaultFile = "data/gateway.db";

    /// <summary>The store that a gateway with these settings serves on.</summary>
    public static StoreAddress Of(IConfiguration configuration) =>
        new(configuration[StorageOptions.Section + ":Provider"] ?? Sqlite, configuration.GetConnectionString("Gateway"));

    /// <param name="text"><c>sqlite:PATH</c>, <c>postgres:CONNECTION</c>, or a provider alone.</param>
    /// <param name="name"><c>From</c> or <c>To</c>: a provider alone is where <c>ConnectionStrings:{name}</c> says, else where the gateway's own settings say.</param>
    /// <exception cref="StoreCopyException">It says neither.</exception>
    public static StoreAddress Parse(string text, string name, IConfiguration configuration)
    {
        var (provider, connection) = text.IndexOf(':', StringComparison.Ordinal) is var at and > 0 ? (text[..at], text[(at + 1)..]) : (text, null);
        var option = $"--{name.ToLowerInvariant()}";
        if (provider is not (Sqlite or Postgres)) throw new StoreCopyException($"{option}: one of sqlite:PATH, postgres:CONNECTION, sqlite, postgres is needed.");
        if (!string.IsNullOrWhiteSpace(connection ??= configuration.GetConnectionString(name))) return new StoreAddress(provider, connection);
        var own = Of(configuration);
        return own.Provider == provider
            ? own with { ConnectionString = own.ConnectionString ?? DefaultFile }
            : throw new StoreCopyException($"{option}: where is it? Set ConnectionStrings:{name} (ConnectionStrings__{name}, or ConnectionStrings__{name}__FILE for a file that says it), or give {provider}:… .");
    }
}
