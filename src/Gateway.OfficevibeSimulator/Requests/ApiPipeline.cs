using Gateway.OfficevibeSimulator.Account;
using Gateway.OfficevibeSimulator.Faults;

namespace Gateway.OfficevibeSimulator.Requests;

/// <summary>
/// What every call to the API goes through: the log, the fault that is armed for it, the call itself, and what the fault does to the answer.
/// The answer is kept back until the log has it, so that whoever sees an answer finds it in the log.
/// </summary>
internal sealed class ApiPipeline(RequestLog log, FaultSwitches faults, SimulatedAccount account, IHostApplicationLifetime lifetime)
{
    public async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        var entry = log.Open(context.Request);
        var fault = faults.Take(context.Request);
        log.Note(entry, e => e.Fault = fault?.Kind.ToString());
        context.Features.Set(new ApiCall(entry, fault));

        // A held request must not keep the host from stopping.
        await using var stopping = lifetime.ApplicationStopping.Register(context.Abort);
        await using var body = new HashingStream(context.Request.Body);
        var wire = context.Response.Body;
        using var answer = new MemoryStream();
        context.Request.Body = body;
        context.Response.Body = answer;
        try
        {
            await CallAsync(fault, context, next);
            await body.CopyToAsync(Stream.Null, context.RequestAborted);
            if (fault is { Kind: FaultKind.Slow, AfterApply: true })
            {
                await faults.HoldAsync(context.RequestAborted);
            }

            context.Response.Body = wire;
            var cut = fault?.Kind is FaultKind.CutBeforeApply or FaultKind.CutAfterApply or FaultKind.CutMidAnswer;
            log.Note(entry, e => (e.State, e.Status) = cut ? ("cut", null) : ("answered", (int?)context.Response.StatusCode));
            NoteBody(entry, body);
            await SendAsync(fault, context, answer.GetBuffer().AsMemory(0, (int)answer.Length));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            log.Note(entry, e => e.State = e.State == "open" ? "client-gone" : e.State);
            NoteBody(entry, body);
        }
        finally
        {
            context.Request.Body = Stream.Null;
            context.Response.Body = wire;
        }
    }

    private async Task CallAsync(Fault? fault, HttpContext context, RequestDelegate next)
    {
        try
        {
            await (fault is null ? next(context) : PlayFault.BeforeAsync(fault, context, account, faults, next));
        }
        catch (BadHttpRequestException e)
        {
            // Above the size limit, or a body that ends early.
            context.Response.StatusCode = e.StatusCode;
            context.Request.Body = Stream.Null;
        }
    }

    private void NoteBody(LoggedRequest entry, HashingStream body) =>
        log.Note(entry, e => (e.BodyBytes, e.BodySha256) = (body.BytesRead, body.Sha256()));

    private static async Task SendAsync(Fault? fault, HttpContext context, ReadOnlyMemory<byte> answer)
    {
        var half = answer[..(answer.Length / 2)];
        switch (fault?.Kind)
        {
            case FaultKind.CutBeforeApply or FaultKind.CutAfterApply:
                context.Abort();
                break;
            case FaultKind.CutMidAnswer:
                context.Response.ContentLength = answer.Length;
                await context.Response.Body.WriteAsync(half, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
                break;
            default:
                var sent = fault?.Kind == FaultKind.TruncatedJson ? half : answer;
                context.Response.ContentLength = sent.Length;
                await context.Response.Body.WriteAsync(sent, context.RequestAborted);
                break;
        }
    }
}

/// <summary>The call in hand, for the endpoints: its line in the log and its fault.</summary>
internal sealed record ApiCall(LoggedRequest Entry, Fault? Fault);
