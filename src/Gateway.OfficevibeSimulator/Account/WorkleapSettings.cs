namespace Gateway.OfficevibeSimulator.Account;

/// <summary>The successor's side of the account (<c>/public</c>): its keys and switches. Plain settable properties, so that configuration can bind it.</summary>
public sealed class WorkleapOptions
{
    /// <summary>Keys with write access, sent as <c>workleap-subscription-key</c>. None: every call is turned away. A legacy key is none of them.</summary>
    public List<string> Keys { get; set; } = [];

    /// <summary>Keys that may read and not provision.</summary>
    public List<string> ReadOnlyKeys { get; set; } = [];

    /// <summary><em>Automatic Invite</em>: who is created while it is on is invited. Default false.</summary>
    public bool AutomaticInvite { get; set; }

    /// <summary>The users' risk threshold: the most changes of users that a sync may make unasked; 0 asks for every sync. Default none.</summary>
    public int? UsersThreshold { get; set; }

    /// <summary>The teams' risk threshold; as <see cref="UsersThreshold"/>.</summary>
    public int? TeamsThreshold { get; set; }

    /// <summary>What is scheduled waits until it is asked for (<c>POST /_simulator/provisioning/work</c>). Default false: it is worked off before the answer goes out.</summary>
    public bool WorkOnRequest { get; set; }

    /// <summary>The thresholds are looked at before the answer, which then says <c>Paused</c> (assumed). Default true; false: they are found exceeded later, and no caller is told.</summary>
    public bool AnswerSaysPaused { get; set; } = true;
}

/// <summary>See <see cref="WorkleapOptions"/> for each.</summary>
internal sealed record WorkleapSettings(
    IReadOnlyList<string> Keys, IReadOnlyList<string> ReadOnlyKeys, bool AutomaticInvite, int? UsersThreshold, int? TeamsThreshold, bool WorkOnRequest, bool AnswerSaysPaused)
{
    public static WorkleapSettings From(WorkleapOptions options) => new(
        [.. options.Keys], [.. options.ReadOnlyKeys], options.AutomaticInvite, options.UsersThreshold, options.TeamsThreshold, options.WorkOnRequest, options.AnswerSaysPaused);

    /// <summary>More than may be changed unasked. 0 pauses every sync, whatever it changes.</summary>
    public bool Pauses(SyncEffect effect) => Over(UsersThreshold, effect.UserChanges) || Over(TeamsThreshold, effect.TeamChanges);

    private static bool Over(int? threshold, int changes) => threshold is { } most && (most == 0 || changes > most);
}
