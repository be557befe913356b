using Cronos;
using Gateway.Membership.Sync;
using Microsoft.Extensions.Options;

namespace Gateway.Sync;

/// <summary>What becomes of a snapshot.</summary>
public enum SyncMode
{
    /// <summary>Sent, if the guard lets it.</summary>
    Send = 0,

    /// <summary>Every run needs approval.</summary>
    Hold = 1,

    /// <summary>Computed and kept, never sent.</summary>
    Observe = 2,
}

/// <summary>A count and a share of the last accepted number; what is not given keeps its default.</summary>
public sealed class LimitOptions
{
    /// <summary>0 or more.</summary>
    public int? Count { get; set; }

    /// <summary>0 to 1.</summary>
    public double? Share { get; set; }

    internal Limit Over(Limit standard) => new(Count ?? standard.Count, Share ?? standard.Share);
}

/// <summary>The limits, of the company or of one source.</summary>
public class GuardLimitOptions
{
    public LimitOptions? LeftOut { get; set; }
    public LimitOptions? MembersRemoved { get; set; }
    public LimitOptions? LastTeamLost { get; set; }
    public LimitOptions? TeamsRemoved { get; set; }
    public LimitOptions? MembersAdded { get; set; }
    public LimitOptions? EmailsChanged { get; set; }
    public LimitOptions? ManagersGained { get; set; }
    public LimitOptions? MembersChanged { get; set; }
    public LimitOptions? MappingsChanged { get; set; }

    internal IEnumerable<(string Name, LimitOptions Limit)> Given() => new (string, LimitOptions?)[]
    {
        (GuardRules.LeftOut, LeftOut), (GuardRules.MembersRemoved, MembersRemoved), (GuardRules.LastTeamLost, LastTeamLost),
        (GuardRules.TeamsRemoved, TeamsRemoved), (GuardRules.MembersAdded, MembersAdded), (GuardRules.EmailsChanged, EmailsChanged),
        (GuardRules.ManagersGained, ManagersGained), (GuardRules.MembersChanged, MembersChanged), (GuardRules.MappingsChanged, MappingsChanged),
    }.Where(l => l.Item2 is not null).Select(l => (l.Item1, l.Item2!));
}

/// <summary><c>Gateway:Sync:Guard</c>. What is not given keeps the default of <see cref="GuardSettings"/>.</summary>
public sealed class GuardOptions : GuardLimitOptions
{
    /// <summary>Hold the first snapshot ever sent. Default true.</summary>
    public bool FirstSync { get; set; } = true;

    /// <summary>Hold a member or team that comes back under a new id. Default true.</summary>
    public bool IdChange { get; set; } = true;

    /// <summary>Hold content that the rules changed, and no event. Default true.</summary>
    public bool RulesChanged { get; set; } = true;

    /// <summary>People whom the account has and nobody was ever sent as, together with those whom the run removes. Default as <c>MembersRemoved</c>.</summary>
    public LimitOptions? AccountDiffers { get; set; }

    /// <summary>Workleap only: people who would be deleted for good. Default 0.</summary>
    public LimitOptions? Deletions { get; set; }

    public TimeSpan Window { get; set; } = new GuardSettings().Window;

    public TimeSpan HoldFor { get; set; } = new GuardSettings().HoldFor;

    /// <summary>How many different keys have to approve a held run, or a planned change: 1 or 2. Default 1.</summary>
    public int Approvals { get; set; } = 1;

    /// <summary>Ids of members who are not counted.</summary>
    public IList<string> Exempt { get; set; } = [];

    /// <summary>Limits of a source's own, besides those of the company; by source name.</summary>
    public IDictionary<string, GuardLimitOptions> Sources { get; set; } = new Dictionary<string, GuardLimitOptions>(StringComparer.Ordinal);

    public GuardSettings ToSettings()
    {
        var standard = new GuardSettings();
        return new GuardSettings
        {
            FirstSync = FirstSync,
            IdChange = IdChange,
            RulesChanged = RulesChanged,
            Window = Window,
            HoldFor = HoldFor,
            Exempt = Exempt.Select(id => id.Trim()).ToHashSet(StringComparer.Ordinal),
            AccountDiffers = AccountDiffers?.Over(standard.AccountDiffers) ?? standard.AccountDiffers,
            Deletions = Deletions?.Over(standard.Deletions) ?? standard.Deletions,
            LeftOut = LeftOut?.Over(standard.LeftOut) ?? standard.LeftOut,
            MembersRemoved = MembersRemoved?.Over(standard.MembersRemoved) ?? standard.MembersRemoved,
            LastTeamLost = LastTeamLost?.Over(standard.LastTeamLost) ?? standard.LastTeamLost,
            TeamsRemoved = TeamsRemoved?.Over(standard.TeamsRemoved) ?? standard.TeamsRemoved,
            MembersAdded = MembersAdded?.Over(standard.MembersAdded) ?? standard.MembersAdded,
            EmailsChanged = EmailsChanged?.Over(standard.EmailsChanged) ?? standard.EmailsChanged,
            ManagersGained = ManagersGained?.Over(standard.ManagersGained) ?? standard.ManagersGained,
            MembersChanged = MembersChanged?.Over(standard.MembersChanged) ?? standard.MembersChanged,
            MappingsChanged = MappingsChanged?.Over(standard.MappingsChanged) ?? standard.MappingsChanged,
            Sources = this.Sources.ToDictionary(s => s.Key, s => OfSource(s.Value), StringComparer.Ordinal),
        };
    }

    private static SourceLimits OfSource(GuardLimitOptions o)
    {
        var nothing = new Limit(0);
        return new SourceLimits
        {
            LeftOut = o.LeftOut?.Over(nothing),
            MembersRemoved = o.MembersRemoved?.Over(nothing),
            LastTeamLost = o.LastTeamLost?.Over(nothing),
            TeamsRemoved = o.TeamsRemoved?.Over(nothing),
            MembersAdded = o.MembersAdded?.Over(nothing),
            EmailsChanged = o.EmailsChanged?.Over(nothing),
            ManagersGained = o.ManagersGained?.Over(nothing),
            MembersChanged = o.MembersChanged?.Over(nothing),
            MappingsChanged = o.MappingsChanged?.Over(nothing),
        };
    }
}

/// <summary><c>Gateway:Sync</c> (http-contract, section 7).</summary>
public sealed class SyncOptions
{
    public const string Section = "Gateway:Sync";

    public SyncMode Mode { get; set; }

    /// <summary>A cron expression of five fields, or six with seconds. Empty: no schedule.</summary>
    public string Schedule { get; set; } = "0 3 * * *";

    /// <summary>An IANA zone for the schedule.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>A change starts a run after this long without another.</summary>
    public TimeSpan QuietPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>At the latest this long after the first change.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Changes never start runs more often than this.</summary>
    public TimeSpan MinInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether changes start runs at all.</summary>
    public bool OnChange { get; set; } = true;

    /// <summary>Unchanged content is sent again after this long.</summary>
    public TimeSpan ResendAfter { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The account is read this long after a run was accepted, and compared with it. <c>Gateway:Officevibe:ReadBack</c> switches it off.</summary>
    public TimeSpan ReadAfter { get; set; } = TimeSpan.FromMinutes(1);

    public GuardOptions Guard { get; set; } = new();

    public ContentOptions Content { get; set; } = new();

    /// <summary>The schedule; null: none.</summary>
    public CronExpression? Cron() => Parse(Schedule, out var cron) ? cron : throw new FormatException("The start should have refused this schedule.");

    internal static bool Parse(string schedule, out CronExpression? cron)
    {
        cron = null;
        if (string.IsNullOrWhiteSpace(schedule)) return true;
        var fields = schedule.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        return CronExpression.TryParse(schedule.Trim(), fields == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard, out cron);
    }
}

/// <summary>Every error names its key; all are reported at once.</summary>
internal sealed class SyncOptionsValidator : IValidateOptions<SyncOptions>
{
    public ValidateOptionsResult Validate(string? name, SyncOptions options)
    {
        const string key = SyncOptions.Section;
        var errors = new List<string>();
        if (!Enum.IsDefined(options.Mode)) errors.Add($"{key}:Mode: send, hold or observe.");
        if (!SyncOptions.Parse(options.Schedule, out _)) errors.Add($"{key}:Schedule: a cron expression such as \"0 3 * * *\", or nothing for no schedule.");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _)) errors.Add($"{key}:TimeZone: an IANA name such as Europe/Paris.");
        NotNegative($"{key}:QuietPeriod", options.QuietPeriod);
        NotNegative($"{key}:MinInterval", options.MinInterval);
        NotNegative($"{key}:ResendAfter", options.ResendAfter);
        NotNegative($"{key}:ReadAfter", options.ReadAfter);
        if (options.MaxDelay < options.QuietPeriod) errors.Add($"{key}:MaxDelay: at least QuietPeriod.");
        NotNegative($"{key}:Guard:Window", options.Guard.Window);
        if (options.Guard.HoldFor <= TimeSpan.Zero) errors.Add($"{key}:Guard:HoldFor: a time span above zero, such as 7.00:00:00.");
        if (options.Guard.Approvals is not (1 or 2)) errors.Add($"{key}:Guard:Approvals: 1, or 2 for two different keys.");
        options.Content.Check($"{key}:Content", options.Guard, errors);
        Limits($"{key}:Guard", options.Guard);
        if (options.Guard.Deletions is { } deletions) Check($"{key}:Guard:{GuardRules.Deletions}", deletions);
        if (options.Guard.AccountDiffers is { } differs) Check($"{key}:Guard:{GuardRules.AccountDiffers}", differs);
        foreach (var (source, limits) in options.Guard.Sources) Limits($"{key}:Guard:Sources:{source}", limits);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void NotNegative(string at, TimeSpan span)
        {
            if (span < TimeSpan.Zero) errors.Add($"{at}: a time span of zero or more, such as 00:01:00.");
        }

        void Limits(string at, GuardLimitOptions limits)
        {
            foreach (var (rule, limit) in limits.Given()) Check($"{at}:{rule}", limit);
        }

        void Check(string at, LimitOptions limit)
        {
            if (limit.Count < 0) errors.Add($"{at}:Count: 0 or more.");
            if (limit.Share is < 0 or > 1 || limit.Share is { } share && double.IsNaN(share)) errors.Add($"{at}:Share: between 0 and 1.");
        }
    }
}
