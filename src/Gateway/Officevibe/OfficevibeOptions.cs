using System.Text.Json.Serialization;
using Gateway.Membership.Resolve;

namespace Gateway.Officevibe;

/// <summary>How a company is written on the wire.</summary>
public enum OfficevibeDialect
{
    /// <summary>Legacy <c>POST /sync</c> with a Bearer key.</summary>
    Officevibe = 0,

    /// <summary>The successor's <c>POST /provisioning/json</c> with a subscription key. It answers before the work is done, and deletes whoever is absent and not active.</summary>
    Workleap = 1,
}

/// <summary>The settings <c>Gateway:Officevibe:*</c>.</summary>
public sealed class OfficevibeOptions
{
    public const string Section = "Gateway:Officevibe";

    public OfficevibeDialect Dialect { get; set; }

    /// <summary>
    /// Where <c>/sync</c>, <c>/ping</c>, <c>/users</c> and <c>/groups</c> are found, such as <c>https://app.officevibe.com/api/v2</c>; for Workleap
    /// where <c>/provisioning/json</c> is, such as <c>https://api.workleap.com/public</c>.
    /// </summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>A secret: never logged, shown, or stored with an answer.</summary>
    [JsonIgnore]
    public string? ApiKey { get; set; }

    /// <summary><c>syncManagerEmail</c> (default) or <c>syncAdmin</c>: both have been seen.</summary>
    public string AdminKeyName { get; set; } = OfficevibeKeys.SyncManagerEmail;

    /// <summary>Not sent when empty.</summary>
    public string? AdminValue { get; set; }

    /// <summary>
    /// Invite the members that a sync creates. Default false: an invitation cannot be recalled. For Workleap: whether <em>Automatic Invite</em> is on
    /// there, which no sync can switch; the guard counts who would be invited.
    /// </summary>
    public bool InviteNewUsers { get; set; }

    /// <summary>The catalogue of properties that Officevibe is known to have.</summary>
    public IList<OfficevibeProperty> Properties { get; set; } = [];

    /// <summary>Send attributes that the catalogue does not declare. Default false.</summary>
    public bool SendUndeclaredProperties { get; set; }

    /// <summary>What a language is called on the wire, by what sources call it. What is not here goes out as it is (Workleap: the code alone).</summary>
    public IDictionary<string, string> Languages { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    public WorkleapOptions Workleap { get; set; } = new();

    /// <summary>Read the account before a run that takes somebody away, and a while after each accepted one. Default true; false where the key cannot read.</summary>
    public bool ReadBack { get; set; } = true;

    /// <summary>Whether the account is read around runs, in the dialect that is set.</summary>
    [JsonIgnore]
    public bool ReadsAccount => ReadBack && (Dialect != OfficevibeDialect.Workleap || Workleap.ReadBack);

    /// <summary>One row with both flags for a person who is manager and member of one team. Default false: two rows.</summary>
    public bool CombineRoles { get; set; }

    /// <summary>How long a sync may take, from the first byte sent to the last one read. Default 5 minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a reading (<c>/ping</c>, <c>/users</c>, <c>/groups</c>) may take, its retries included. Default 1 minute.</summary>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Allow <c>http</c> to another machine, where the key could be read on its way. Default false.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>There is an address and a key. Required, except where nothing is ever sent.</summary>
    [JsonIgnore]
    public bool HasAccount => BaseUrl is not null && !string.IsNullOrWhiteSpace(ApiKey);

    /// <summary>The same settings for the other dialect's body.</summary>
    public OfficevibeOptions In(OfficevibeDialect dialect)
    {
        var other = (OfficevibeOptions)MemberwiseClone();
        other.Dialect = dialect;
        return other;
    }

    /// <summary>The catalogue as the membership rules take it, by exact name.</summary>
    public IReadOnlyDictionary<string, DeclaredProperty> DeclaredProperties() => Properties.ToDictionary(p => p.Name.Trim(), p => new DeclaredProperty
    {
        Name = p.Name.Trim(),
        Type = p.Type,
        Options = p.Options.Count == 0 ? null : new HashSet<string>(p.Options),
        DateFormat = string.IsNullOrWhiteSpace(p.DateFormat) ? null : p.DateFormat,
        Clear = p.Clear,
    });
}

/// <summary>One property of the catalogue, <c>Gateway:Officevibe:Properties:{n}</c>.</summary>
public sealed class OfficevibeProperty
{
    /// <summary>Exact case, as in Officevibe.</summary>
    public string Name { get; set; } = "";

    public PropertyType Type { get; set; }

    /// <summary>For a choice. Empty: not checked.</summary>
    public IList<string> Options { get; set; } = [];

    /// <summary>For a date: a .NET format such as <c>yyyy-MM-dd</c>. Empty: sent as it came.</summary>
    public string? DateFormat { get; set; }

    /// <summary>Who loses their value is sent an empty one. Default false: nothing is sent, and the account keeps what it has.</summary>
    public bool Clear { get; set; }
}

/// <summary>Names on the wire that more than one place must know.</summary>
public static class OfficevibeKeys
{
    public const string SyncManagerEmail = "syncManagerEmail";
    public const string SyncAdmin = "syncAdmin";

    /// <summary>Carries Workleap's key.</summary>
    public const string SubscriptionKey = "workleap-subscription-key";

    /// <summary>The standard keys of a user. An attribute of such a name (case-insensitively) cannot be sent.</summary>
    public static IReadOnlyList<string> User { get; } = ["id", "email", "firstName", "lastName", "jobTitle", "imageUrl", "language"];
}
