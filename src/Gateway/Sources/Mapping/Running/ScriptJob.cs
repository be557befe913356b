using System.Text.Json;
using Gateway.Sources.Mapping.Child;

namespace Gateway.Sources.Mapping.Running;

/// <summary>What the child made of one request.</summary>
internal sealed record ScriptReply(ScriptAnswer Answer, byte[] Body, bool Transient = false)
{
    /// <summary>It was not run, and is to be run elsewhere.</summary>
    public static ScriptReply NotHere { get; } = Failed("script-host", "Its script runs apart from now on.", transient: true);

    public static ScriptReply Failed(string code, string message, bool transient = false) =>
        new(new ScriptAnswer { Kind = AnswerKind.Failed, Code = code, Message = message }, [], transient);
}

/// <summary>One request on its way to a child and back.</summary>
internal sealed class ScriptJob(ScriptText script, ScriptRequest request, ReadOnlyMemory<byte> body)
{
    private readonly TaskCompletionSource<ScriptReply> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ScriptText Script { get; } = script;
    public ScriptRequest Request { get; } = request;
    public ReadOnlyMemory<byte> Body { get; } = body;

    /// <summary>How many children ended, for no reason that we know, while this was their task.</summary>
    public int Lost { get; set; }

    public Task<ScriptReply> Done => _done.Task;

    /// <summary>The same once more, with an answer to come.</summary>
    public ScriptJob Again() => new(Script, Request, Body);

    public void Finish(ScriptReply reply) => _done.TrySetResult(reply);
}
