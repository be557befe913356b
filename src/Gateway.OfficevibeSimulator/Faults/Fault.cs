namespace Gateway.OfficevibeSimulator.Faults;

/// <summary>What can go wrong on purpose.</summary>
public enum FaultKind
{
    /// <summary>429; with <c>Retry-After</c> where <see cref="Fault.RetryAfterSeconds"/> is set. Nothing applied.</summary>
    RateLimited,

    /// <summary><see cref="Fault.Status"/>, default 500, with a plain text. Nothing applied.</summary>
    ServerError,

    /// <summary>A maintenance page in HTML with <see cref="Fault.Status"/>, default 503; 200 is the other one to try. Nothing applied.</summary>
    Maintenance,

    /// <summary>The whole body is read, nothing is applied, and the connection is cut.</summary>
    CutBeforeApply,

    /// <summary>The call takes effect, and the connection is cut instead of an answer.</summary>
    CutAfterApply,

    /// <summary>The call takes effect, and the connection is cut in the middle of the answer.</summary>
    CutMidAnswer,

    /// <summary>Held until released or until the client gives up; before the call takes effect, or after it with <see cref="Fault.AfterApply"/>.</summary>
    Slow,

    /// <summary>The call takes effect; the answer is complete as HTTP and only half a JSON document.</summary>
    TruncatedJson,

    /// <summary>The sync is applied, and <see cref="Fault.Errors"/> are in the answer beside <c>isSuccess: true</c>.</summary>
    SuccessWithErrors,

    /// <summary><c>isSuccess: false</c> with <see cref="Fault.Errors"/>. Nothing applied.</summary>
    FailureText,

    /// <summary>Workleap only: the sync is taken, and ends as <em>Failed</em>, with half of it applied where <see cref="Fault.Half"/> says so.</summary>
    ProvisioningFails,

    /// <summary>The key is replaced by <see cref="Fault.NewKey"/> before the call is looked at. Stays so.</summary>
    KeyRegenerated,

    /// <summary>The integration is switched off before the call is looked at. Stays so.</summary>
    IntegrationOff,
}

/// <summary>A fault as it is armed.</summary>
public sealed class Fault
{
    /// <summary>What happens.</summary>
    public required FaultKind Kind { get; set; }

    /// <summary>How many requests it is played on. Default 1.</summary>
    public int Times { get; set; } = 1;

    /// <summary>Played until cleared; <see cref="Times"/> is then of no account.</summary>
    public bool UntilCleared { get; set; }

    /// <summary>How many matching requests pass unharmed first. Default 0.</summary>
    public int After { get; set; }

    /// <summary>
    /// Path it applies to, without regard to case; a trailing <c>*</c> matches what begins so.
    /// Default every call of either API, for <see cref="FaultKind.SuccessWithErrors"/> <c>/api/v2/sync</c> and <c>/public/provisioning/json</c>,
    /// for <see cref="FaultKind.ProvisioningFails"/> the second of them.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>HTTP status for <see cref="FaultKind.ServerError"/> (400 to 599) and <see cref="FaultKind.Maintenance"/> (200 or 503).</summary>
    public int? Status { get; set; }

    /// <summary>Seconds for <c>Retry-After</c> of <see cref="FaultKind.RateLimited"/>, <see cref="FaultKind.ServerError"/> and <see cref="FaultKind.Maintenance"/>.</summary>
    public int? RetryAfterSeconds { get; set; }

    /// <summary>For <see cref="FaultKind.Slow"/>: the call takes effect before it is held. Default false.</summary>
    public bool AfterApply { get; set; }

    /// <summary>For <see cref="FaultKind.ProvisioningFails"/>: the people are applied, the teams are not. Default false: nothing is.</summary>
    public bool Half { get; set; }

    /// <summary>Texts for <see cref="FaultKind.SuccessWithErrors"/> and <see cref="FaultKind.FailureText"/>; a telling default for each.</summary>
    public List<string>? Errors { get; set; }

    /// <summary>For <see cref="FaultKind.KeyRegenerated"/>; made up where it is not given, and in the answer either way.</summary>
    public string? NewKey { get; set; }

    internal bool Matches(PathString path) => Array.Exists(Patterns(), pattern => pattern.EndsWith('*')
        ? path.Value!.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase)
        : path.Value!.Equals(pattern, StringComparison.OrdinalIgnoreCase));

    private string[] Patterns() => (Path, Kind) switch
    {
        ({ } path, _) => [path],
        (_, FaultKind.SuccessWithErrors) => ["/api/v2/sync", "/public/provisioning/json"],
        (_, FaultKind.ProvisioningFails) => ["/public/provisioning/json"],
        _ => ["/api/v2/*", "/public/*", "/officevibe/*"],
    };

    /// <summary>What is wrong with the order, by field; empty when it can be armed.</summary>
    internal Dictionary<string, string[]> Problems()
    {
        var problems = new Dictionary<string, string[]>(StringComparer.Ordinal);
        Expect(Enum.IsDefined(Kind), "kind", "is no known fault.");
        Expect(Times >= 1, "times", "must be at least 1; use untilCleared for a lasting fault.");
        Expect(After >= 0, "after", "must not be negative.");
        Expect(Path is null || Path.StartsWith('/'), "path", "must begin with a slash.");
        Expect(RetryAfterSeconds is null or >= 0, "retryAfterSeconds", "must not be negative.");
        Expect(Kind != FaultKind.ServerError || Status is null or (>= 400 and <= 599), "status", "must be between 400 and 599.");
        Expect(Kind != FaultKind.Maintenance || Status is null or 200 or 503, "status", "must be 200 or 503.");
        return problems;

        void Expect(bool holds, string field, string message)
        {
            if (!holds)
            {
                problems[field] = [$"{field} {message}"];
            }
        }
    }
}
