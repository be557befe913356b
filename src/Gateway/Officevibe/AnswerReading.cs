using System.Buffers;
using System.Net;

namespace Gateway.Officevibe;

/// <summary>How much of an answer came.</summary>
public enum AnswerPhase
{
    /// <summary>No connection, or it ended before an answer began.</summary>
    NoAnswer = 0,

    /// <summary>The answer began and broke off, or was too long to take in.</summary>
    EndedEarly = 1,

    Complete = 2,
}

/// <summary>An answer as it came off the wire.</summary>
public readonly record struct RawAnswer
{
    public required AnswerPhase Phase { get; init; }

    /// <summary>Something of the request's body was handed to the connection. False for readings.</summary>
    public required bool BodySent { get; init; }

    /// <summary>0: none.</summary>
    public HttpStatusCode Status { get; init; }

    public string? ContentType { get; init; }

    public ReadOnlySequence<byte> Body { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Why there is no complete answer; in words that name no person and no secret.</summary>
    public string? Trouble { get; init; }
}

/// <summary>Reads an answer. Pure; rows in order, the first that matches decides.</summary>
public static class AnswerReading
{
    private const string KeyOrAddress = "Check Gateway:Officevibe:ApiKey and Gateway:Officevibe:BaseUrl: an administrator of the account finds the key under "
        + "Integrations, Custom Integration (API). A key breaks when a new one is generated or the integration is switched off.";

    private const string WorkleapKeyOrAddress = "Check Gateway:Officevibe:ApiKey and Gateway:Officevibe:BaseUrl: Workleap wants a key of its own with read-write access, for Workleap or "
        + "global, which an administrator generates in Workleap's settings (API keys). A key of the legacy API is none.";

    private const string Activate = "An administrator must switch API provisioning on (Workleap, Settings, Provisioning), and the plan must include it.";

    public static SendOutcome Read(RawAnswer answer, KeptAnswer kept, OfficevibeDialect dialect = OfficevibeDialect.Officevibe)
    {
        var status = (int)answer.Status;
        var workleap = dialect == OfficevibeDialect.Workleap;
        var good = status is >= 200 and < 300;
        var body = answer.Phase == AnswerPhase.Complete ? AnswerEnvelope.Read(answer.ContentType, answer.Body) : default;
        var brokenJson = answer.Phase == AnswerPhase.Complete && (body.Kind == BodyKind.BrokenJson || (body.Kind == BodyKind.Empty && good && !workleap));

        if (answer.BodySent && (answer.Phase != AnswerPhase.Complete || brokenJson || status is 408 or 502 or 504))
            return new SendOutcome.Unknown(answer.Trouble ?? (brokenJson ? "The answer could not be read to its end." : $"Officevibe answered {status}.")) { Answer = kept };

        if (answer.Phase != AnswerPhase.Complete) return Failed(answer.Trouble ?? "There was no answer.");
        if (status is 429 or >= 500) return Failed($"Officevibe answered {status}.");
        if (brokenJson) return Failed("The answer could not be read to its end.");

        if (status is (>= 300 and < 400) or 401 or 403 or 404 or 410)
            return Refused($"Officevibe answered {status}: the key is wrong, revoked or of the wrong kind, or the address is wrong.", KeyText());
        if (body.Kind == BodyKind.Html)
            return Refused("Officevibe answered with a web page, as it does when the key is wrong or revoked, or the address is wrong.", KeyText());
        if (body.Kind == BodyKind.OtherText && status is not (400 or 413 or 422))
            return Refused("Officevibe answered with something that is no JSON: the key or the address is wrong.", KeyText());
        if (status is 400 or 413 or 422)
            return Refused($"Officevibe answered {status}: it does not take this body.", Stop() is { } why ? What(why) : BodyNotTaken(status));

        if (body.Success == false)
            return Stop() is { } stop ? Refused("Officevibe refused the call.", What(stop)) : Failed("Officevibe reported that the call failed.");

        // A success that a 4xx contradicts is none; one of Workleap's that is still to come is none yet.
        if (body.Success == true && good && !(workleap && (status == 202 || body.State == AnswerState.Paused) && body.Texts.Count == 0))
            return body.Texts.Count == 0
                ? new SendOutcome.Accepted { Answer = kept }
                : new SendOutcome.AcceptedWithIssues(body.Texts) { Answer = kept };
        if (workleap && good) return OfWorkleap();
        return Failed($"Officevibe answered {status} without saying whether it succeeded.");

        SendOutcome Failed(string reason) => new SendOutcome.Failed(reason, answer.RetryAfter, body.Texts ?? []) { Answer = kept };
        // Its readings have no envelope. A sync is taken first and worked off later: of its end an answer tells at most that it is paused.
        SendOutcome OfWorkleap() => !answer.BodySent ? new SendOutcome.Accepted { Answer = kept }
            : body.State switch
            {
                AnswerState.Paused => new SendOutcome.AwaitingApproval { Answer = kept },
                AnswerState.Failed => Failed("Workleap reported that the sync failed."),
                AnswerState.Done => new SendOutcome.Accepted { Answer = kept },
                _ => new SendOutcome.Processing { Answer = kept },
            };

        ReportedKind? Stop() => body.Texts?.Select(ReportReader.KindOf).Where(ReportReader.StopsEverything).Select(k => (ReportedKind?)k).FirstOrDefault();
        string What(ReportedKind stop) => !workleap ? ReportReader.WhatToDo(stop) : stop == ReportedKind.NotActivated ? Activate : WorkleapKeyOrAddress;
        string KeyText() => workleap ? WorkleapKeyOrAddress : KeyOrAddress;
        SendOutcome Refused(string reason, string whatToDo) => new SendOutcome.Refused(reason, whatToDo, body.Texts ?? []) { Answer = kept };
    }

    private static string BodyNotTaken(int status) => status == 413
        ? "The company is larger than Officevibe takes in one call: ask Officevibe's support for the limit."
        : "Read what it says; check Gateway:Officevibe:Dialect, :AdminKeyName and :AdminValue, then correct the source it names and start a sync.";
}
