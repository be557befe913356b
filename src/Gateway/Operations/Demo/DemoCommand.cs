using Gateway.Operations.Security;
using Spectre.Console;

namespace Gateway.Operations.Demo;

/// <summary><c>gateway demo</c>: a made-up company of 250 people lives through a month, and everybody can look.</summary>
public static class DemoCommand
{
    /// <summary>Plays the demo on an empty temporary store.</summary>
    /// <param name="exit">Ends after the story; false stays up until Ctrl-C.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>0: every step went as it ought to; 1: the first that did not is on the screen.</returns>
    public static Task<int> RunAsync(bool exit, CancellationToken cancellationToken) => RunAsync(exit, AnsiConsole.Console, cancellationToken);

    /// <inheritdoc cref="RunAsync(bool, CancellationToken)"/>
    /// <param name="console">Where the story is shown.</param>
    public static async Task<int> RunAsync(bool exit, IAnsiConsole console, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var screen = new DemoScreen(console, time);
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var company = MadeUpCompany.Found(today.AddDays(-31));
        var operatorKey = ApiKey.New();
        screen.Title(company.People.Count);
        try
        {
            await using var servers = await DemoServers.StartAsync(company, operatorKey, cancellationToken);
            await new DemoStory(servers.Door, screen, company, today).TellAsync(cancellationToken);
            screen.Account(await servers.Door.AccountAsync(cancellationToken));
            screen.Runs((await servers.Door.RunsAsync(cancellationToken)).Body!);
            screen.Addresses(servers.Door, operatorKey);
            if (!exit)
            {
                screen.StaysUp();
                await servers.WaitAsync(cancellationToken);
            }

            return 0;
        }
        catch (Exception e) when (e is UnmetExpectationException or HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            screen.Failed(e.Message);
            return 1;
        }
    }
}
