namespace Gateway.Officevibe;

/// <summary>
/// What came of sending a company. The first row of the table that matches decides.
/// </summary>
public abstract record SendOutcome
{
    private SendOutcome() { }

    /// <summary>What came back, for the record.</summary>
    public required KeptAnswer Answer { get; init; }

    /// <summary>Applied, nothing reported.</summary>
    public sealed record Accepted : SendOutcome;

    /// <summary>Applied, with texts about what was not. Each is to be read with <see cref="ReportReader"/>.</summary>
    public sealed record AcceptedWithIssues(IReadOnlyList<string> Texts) : SendOutcome;

    /// <summary>Workleap took it and said nothing of its end: the work is done later.</summary>
    public sealed record Processing : SendOutcome;

    /// <summary>Workleap took it and paused it, being over a risk threshold: an administrator approves or rejects it there.</summary>
    public sealed record AwaitingApproval : SendOutcome;

    /// <summary>The body was sent, in whole or in part, and no verdict came: it may or may not have been applied. To be settled by reading back, or by the next run.</summary>
    public sealed record Unknown(string Reason) : SendOutcome;

    /// <summary>Not applied; worth another try later.</summary>
    /// <param name="Reason">What happened, in a sentence without personal data.</param>
    /// <param name="RetryAfter">As Officevibe asked, at most 6 hours; null: it did not.</param>
    /// <param name="Texts">What Officevibe reported.</param>
    public sealed record Failed(string Reason, TimeSpan? RetryAfter, IReadOnlyList<string> Texts) : SendOutcome;

    /// <summary>Cannot succeed before a person acts.</summary>
    /// <param name="Reason">What happened, in a sentence without personal data.</param>
    /// <param name="WhatToDo">By whom and where.</param>
    /// <param name="Texts">What Officevibe reported.</param>
    public sealed record Refused(string Reason, string WhatToDo, IReadOnlyList<string> Texts) : SendOutcome;
}

/// <summary>An answer as it is kept with a run.</summary>
/// <param name="Status">The HTTP status; null: none came.</param>
/// <param name="ContentType">Without parameters; null: none.</param>
/// <param name="Raw">The body as text, at most <see cref="MaxRaw"/> characters, the API key taken out.</param>
/// <param name="Truncated">There was more.</param>
/// <param name="BytesSent">Bytes of the request's body handed to the connection; 0: Officevibe has seen nothing of it.</param>
public sealed record KeptAnswer(int? Status, string? ContentType, string Raw, bool Truncated, long BytesSent)
{
    public const int MaxRaw = 64 * 1024;

    public static KeptAnswer None(long bytesSent) => new(null, null, "", false, bytesSent);

    /// <summary>Names what a log may hold: the raw text is Officevibe's and may name people.</summary>
    public override string ToString() => $"status {Status}, {ContentType}, {Raw.Length} characters, {BytesSent} bytes sent";
}

/// <summary>Whether Officevibe answers and takes the key.</summary>
public abstract record PingOutcome
{
    private PingOutcome() { }

    public sealed record Ready : PingOutcome;

    /// <summary>A person must act.</summary>
    public sealed record Refused(string Reason, string WhatToDo, KeptAnswer Answer) : PingOutcome;

    /// <summary>Worth another try later.</summary>
    public sealed record Failed(string Reason, TimeSpan? RetryAfter, KeptAnswer Answer) : PingOutcome;
}
