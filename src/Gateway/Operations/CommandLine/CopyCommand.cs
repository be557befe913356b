using System.CommandLine;
using Gateway.EventLog;
using Gateway.EventLog.Copying;
using Spectre.Console;

namespace Gateway.Operations.CommandLine;

/// <summary><c>gateway copy</c>: moves a gateway to another store, of either kind. Nothing may serve on the two meanwhile.</summary>
internal static class CopyCommand
{
    public static Command Create()
    {
        var from = new Option<string>("--from")
        {
            Description = "sqlite:PATH or postgres:CONNECTION; or sqlite or postgres alone, and ConnectionStrings:From (better for a password, which others see on a command line), else the gateway's own settings say where.", Required = true,
        };
        var to = new Option<string>("--to") { Description = "Likewise, with ConnectionStrings:To. It has to be empty.", Required = true };
        var verify = new Option<bool>("--verify") { Description = "Reads both again after the copy and compares them. Ends 1 where they differ." };
        var only = new Option<bool>("--verify-only") { Description = "Compares, and copies nothing." };
        var command = new Command("copy", "Copies log and ledger to another store. Stop the gateway first; the copy starts paused. Settings: --Key=value.") { from, to, verify, only };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var own = StoreHost.Compose(parsed.UnmatchedTokens);
            await using var source = StoreHost.Compose(parsed.UnmatchedTokens, StoreAddress.Parse(parsed.GetRequiredValue(from), "From", own.Configuration));
            await using var target = StoreHost.Compose(parsed.UnmatchedTokens, StoreAddress.Parse(parsed.GetRequiredValue(to), "To", own.Configuration));
            await using var alone = await TakeAsync(source.Services, cancellationToken);
            var output = parsed.InvocationConfiguration.Output;
            if (!parsed.GetValue(only))
            {
                await StoreHost.WithProgressAsync(parsed, async tell =>
                {
                    await Restorer.CopyAsync(source.Services.GetRequiredService<ILogStore>(), target.Services, tell, cancellationToken);
                    return true;
                });
                await output.WriteLineAsync("Copied. The gateway starts paused on it: resume when the old one is stopped for good.");
                if (!parsed.GetValue(verify)) return ExitCode.Clean;
            }

            var compared = await StoreHost.WithProgressAsync(parsed, tell => StoreComparison.OfAsync(source.Services, target.Services, tell, cancellationToken));
            Show(Screen.Of(parsed), compared);
            return compared.TrueForAll(c => c.Same) ? ExitCode.Clean : ExitCode.Error;
        });
        return command;
    }

    /// <summary>Nothing is accepted or sent there until the copy is done.</summary>
    private static async Task<IAsyncDisposable> TakeAsync(IServiceProvider source, CancellationToken cancellationToken)
    {
        // Taking a file makes its folder, where there is none.
        if (StoreAddress.Of(source.GetRequiredService<IConfiguration>()) is { Provider: StoreAddress.Sqlite, ConnectionString: { } file } && !File.Exists(LogFile.PathOf(file)))
            throw new StoreCopyException($"There is no store at {LogFile.PathOf(file)}.");
        var store = source.GetRequiredService<ILogStore>();
        var alone = await store.LockStartAsync(cancellationToken);
        try
        {
            if (store is PostgresStore postgres) EmptyStore.RefuseServed(postgres);
            return alone;
        }
        catch
        {
            await alone.DisposeAsync();
            throw;
        }
    }

    private static void Show(Screen screen, IReadOnlyList<Compared> compared)
    {
        var table = new Table().RoundedBorder().AddColumns("", "", "from", "to");
        foreach (var c in compared)
            table.AddRow(c.Same ? new Text("same", new Style(Color.Green)) : new Text("differs", new Style(Color.Red)), new Text(c.What), new Text(c.From), new Text(c.To));
        screen.Console.Write(table);
    }
}
