using System.CommandLine;
using Gateway.Operations.Demo;

namespace Gateway.Operations.CommandLine;

/// <summary><c>gateway demo</c>.</summary>
internal static class DemoVerb
{
    public static Command Create()
    {
        var exit = new Option<bool>("--exit") { Description = "Ends after the story, instead of staying up until Ctrl-C." };
        var command = new Command("demo", "Plays a month of a made-up company of 250 people against a simulated Officevibe, on an empty temporary store.") { exit };
        command.SetAction((parsed, cancellationToken) => DemoCommand.RunAsync(parsed.GetValue(exit), cancellationToken));
        return command;
    }
}
