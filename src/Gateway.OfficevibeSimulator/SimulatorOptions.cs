using Gateway.OfficevibeSimulator.Account;

namespace Gateway.OfficevibeSimulator;

/// <summary>How a caller without a valid key is turned away. Officevibe has been seen to do both; never as a JSON 401.</summary>
public enum AuthenticationFailure
{
    /// <summary>200 <c>text/html</c> with the login page, at once.</summary>
    LoginPage,

    /// <summary>302 to <c>/login</c> with a JSON <c>message</c>; the page itself is 200 <c>text/html</c>.</summary>
    Redirect,
}

/// <summary>The account that the simulator plays, and where it listens. Plain settable properties, so that configuration can bind it.</summary>
public sealed class SimulatorOptions
{
    /// <summary>TCP port; 0 takes a free one. Default 8090.</summary>
    public int Port { get; set; } = 8090;

    /// <summary>Listens on every address instead of the loopback only (for containers). Default false: the control API asks for no key.</summary>
    public bool ListenOnAnyAddress { get; set; }

    /// <summary>API keys that are valid, sent as <c>Authorization: Bearer</c>. None: every call is turned away.</summary>
    public List<string> Keys { get; set; } = [];

    /// <summary>The custom integration is switched on. Default true.</summary>
    public bool IntegrationActive { get; set; } = true;

    /// <summary>The account's plan includes the API. Default true.</summary>
    public bool PlanIncludesApi { get; set; } = true;

    /// <summary>The properties (custom attributes) that exist on the platform. A sync never creates one.</summary>
    public List<PropertyDefinition> Properties { get; set; } = [];

    /// <summary>People who are in the account before the first sync, administrators and executives among them.</summary>
    public List<SeedMember> Members { get; set; } = [];

    /// <summary>Teams that are in the account before the first sync, rule-based ones among them.</summary>
    public List<SeedTeam> Teams { get; set; } = [];

    /// <summary>What members have written to the managers of their teams.</summary>
    public List<SeedFeedback> Feedback { get; set; } = [];

    /// <summary>What members have thanked others for; on the successor's side only.</summary>
    public List<SeedGoodVibe> GoodVibes { get; set; } = [];

    /// <summary>What a wrong, missing or revoked key gets. Default <see cref="AuthenticationFailure.LoginPage"/>.</summary>
    public AuthenticationFailure AuthenticationFailure { get; set; } = AuthenticationFailure.LoginPage;

    /// <summary>HTTP status of answers with <c>isSuccess: false</c>. Default 200, as seen.</summary>
    public int FailureStatus { get; set; } = 200;

    /// <summary>Skipped rows are listed in <c>errors</c> beside <c>isSuccess: true</c>. Assumed, default true; false leaves them to the report alone.</summary>
    public bool ListSkippedRows { get; set; } = true;

    /// <summary>A later mapping row for the same person and team replaces the flags of an earlier one instead of adding to them. Unknown upstream, default false.</summary>
    public bool LaterMappingReplaces { get; set; }

    /// <summary><c>GET /users</c> lists deactivated members too. Unknown upstream, default false.</summary>
    public bool ListDeactivated { get; set; }

    /// <summary>Read calls name a sub-team by its path (<c>Company &gt; R&amp;D</c>). Seen once, default false.</summary>
    public bool TeamNamesAsPaths { get; set; }

    /// <summary>The successor's API on the same account.</summary>
    public WorkleapOptions Workleap { get; set; } = new();

    /// <summary>Largest request body in bytes; above it the answer is 413. Default 512 MB.</summary>
    public long MaximumBodyBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>How many requests the log keeps; the oldest go first. Default 1,000.</summary>
    public int RequestLogLength { get; set; } = 1_000;
}
