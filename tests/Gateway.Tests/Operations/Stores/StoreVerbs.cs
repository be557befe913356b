using Gateway.Operations.CommandLine;
using Gateway.Tests.Servers;
using Gateway.Tests.Sync;

namespace Gateway.Tests.Operations.Stores;

/// <summary>A store for a test: a folder, and the settings that name what belongs to it.</summary>
internal sealed class Place : IAsyncDisposable
{
    private Place(string provider) => Provider = provider;

    public string Provider { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("gateway-test-").FullName;

    public string ConnectionString { get; private set; } = "";

    /// <summary>For a gateway under test on this store.</summary>
    public Dictionary<string, string?> Settings => new() { ["Gateway:Storage:Provider"] = Provider };

    /// <summary>For a verb on this store.</summary>
    public string[] Arguments => ["--environment=Development", $"--Gateway:Storage:Provider={Provider}", $"--ConnectionStrings:Gateway={ConnectionString}"];

    /// <summary>For <c>copy</c>.</summary>
    public string Address => $"{Provider}:{ConnectionString}";

    public static async Task<Place> OfAsync(string provider)
    {
        var place = new Place(provider);
        place.ConnectionString = (await TestStore.SettingsAsync(place.Folder, place.Settings))["ConnectionStrings:Gateway"]!;
        return place;
    }

    public string File(string name) => Path.Combine(Folder, name);

    /// <summary>A connection of its own to the store.</summary>
    public System.Data.Common.DbConnection Open()
    {
        System.Data.Common.DbConnection connection = Provider == "postgres"
            ? new Npgsql.NpgsqlConnection(ConnectionString + ";Pooling=false")
            : new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={ConnectionString};Pooling=false");
        connection.Open();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await TestStore.DropAsync(Folder);
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>The verbs that work on stores, as a person at a prompt calls them.</summary>
internal static class StoreVerbs
{
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await GatewayCommandLine.RunAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>One that must do what it is asked.</summary>
    public static async Task<string> DoAsync(params string[] args)
    {
        var (code, output, error) = await RunAsync(args);
        Assert.True(code == 0, output + error);
        return output;
    }

    /// <summary>One that must not; what it says.</summary>
    public static async Task<string> RefusedAsync(params string[] args)
    {
        var (code, _, error) = await RunAsync(args);
        Assert.Equal(1, code);
        return error;
    }

    /// <summary>A gateway with a store of this place, an accepted company, and events that no run has seen.</summary>
    public static async Task<SyncGateway> CompanyAsync(Place place, Dictionary<string, string?>? more = null, int members = 8)
    {
        var settings = place.Settings;
        foreach (var (key, value) in more ?? []) settings[key] = value;
        var sync = await SyncGateway.StartOnAsync(place.Folder, settings);
        await sync.CompanyAsync(members);
        var first = await sync.RequestAsync();
        await sync.ApproveAsync(first, firstSync: true);
        await sync.WorkAsync();
        Assert.Equal("accepted", (await sync.RunAsync(first.Id())).State());
        await sync.EventsAsync(sync.Update(2, "jobTitle", "Lead"), sync.Leave(3), sync.Hire(members));
        return sync;
    }

    /// <summary>A gateway on what was put back, an hour after.</summary>
    public static Task<SyncGateway> AfterAsync(SyncGateway before, Place place, Dictionary<string, string?>? more = null)
    {
        var settings = place.Settings;
        foreach (var (key, value) in more ?? []) settings[key] = value;
        return SyncGateway.BesideAsync(before, place.Folder, TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1), settings);
    }

    public static async Task<byte[]> BytesAsync(this SyncGateway sync, string path)
    {
        using var answer = await sync.Gateway.Http.GetAsync(new Uri(path, UriKind.Relative));
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {System.Text.Encoding.UTF8.GetString(bytes)}");
        return bytes;
    }
}
