using System.Collections.Concurrent;

namespace Gateway.Sources.Mapping.Child;

/// <summary>
/// The process that runs scripts: reads requests from its standard input, answers in order on its standard output, and ends with its parent, since then its
/// input ends. It has no settings, no secrets and no store.
/// </summary>
public static class ScriptChild
{
    /// <summary>The word by which the executable is told to be one. No verb for people.</summary>
    public const string Verb = "map-scripts";

    private const int StackBytes = 16 * 1024 * 1024;

    /// <returns>The exit code.</returns>
    public static int Serve()
    {
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        using var requests = new BlockingCollection<(ScriptRequest Header, byte[] Body)>();
        var work = new Thread(() => Work(requests, output), StackBytes) { IsBackground = true };
        // Warm before it is bounded and before it says that it is ready: what is mapped by then is what a child needs.
        ScriptEngine.WarmUp();
        work.Start();
        Say(output, new ScriptAnswer { Kind = AnswerKind.Ready, Bounded = AddressSpace.TryBound() }, []);
        try
        {
            while (Frame.ReadAsync(input, ScriptMessages.Default.ScriptRequest, CancellationToken.None).AsTask().GetAwaiter().GetResult() is { } request) requests.Add(request);
        }
        finally
        {
            // The parent is gone, or broken. A script that runs for ever must not outlive it.
            AddressSpace.End();
        }

        return 0;
    }

    private static void Work(BlockingCollection<(ScriptRequest Header, byte[] Body)> requests, Stream output)
    {
        Priority.LowerOwn();
        var engine = new ScriptEngine();
        foreach (var (header, body) in requests.GetConsumingEnumerable())
        {
            if (engine.Take(header, body) is not { } said) continue;
            try
            {
                Say(output, said.Answer with { Id = header.Id }, said.Body);
            }
            catch (IOException)
            {
                AddressSpace.End();
            }

            if (said.Answer.Last) AddressSpace.End();
        }
    }

    private static void Say(Stream output, ScriptAnswer answer, byte[] body)
    {
        output.Write(Frame.Write(answer, ScriptMessages.Default.ScriptAnswer, body));
        output.Flush();
    }
}
