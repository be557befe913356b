using Gateway.OfficevibeSimulator.Sync;

namespace Gateway.OfficevibeSimulator.Account;

/// <summary>How a scheduled sync breaks.</summary>
internal enum Breaks
{
    Not,
    BeforeAnything,
    HalfWay,
}

/// <summary>The successor's side: a sync is scheduled, may be paused, and is worked off later on a copy, so that a rejected one leaves no trace.</summary>
public sealed partial class SimulatedAccount
{
    private readonly SortedDictionary<int, (SyncPayload Payload, Breaks Breaks)> _scheduled = [];

    /// <summary>A key of the successor's API.</summary>
    /// <param name="key">As it came; null: none did.</param>
    /// <param name="writes">The call provisions.</param>
    internal Admission AdmitWorkleap(string? key, bool writes)
    {
        var settings = Settings;
        return IsOneOf(settings.Workleap.Keys, key)
            ? writes && !(settings.IntegrationActive && settings.PlanIncludesApi) ? Admission.IntegrationInactive : Admission.Granted
            : !IsOneOf(settings.Workleap.ReadOnlyKeys, key) ? Admission.UnknownKey
            : writes ? Admission.ReadOnlyKey : Admission.Granted;
    }

    /// <summary>Takes one sync on, and works it off at once unless the switches say otherwise.</summary>
    internal SyncReport Schedule(SyncBody body, Breaks breaks)
    {
        lock (_gate)
        {
            var number = ++_lastSync;
            if (body is not SyncPayload payload)
            {
                return Keep(Refused(number, body) with { Workleap = true });
            }

            Keep(new SyncReport(number, _time.GetUtcNow(), SyncStatus.Pending, [], []) { Workleap = true });
            _scheduled.Add(number, (payload, breaks));
            if (_settings.Workleap.AnswerSaysPaused && Try(number) is { } would && _settings.Workleap.Pauses(would))
            {
                return Replace(number, r => r with { Status = SyncStatus.Paused, Effect = would });
            }

            return _settings.Workleap.WorkOnRequest ? Report(number)! : Work(number);
        }
    }

    /// <summary>Works off whatever is pending, oldest first; how many that were.</summary>
    internal int WorkPending()
    {
        lock (_gate)
        {
            var pending = _scheduled.Keys.Where(n => Report(n)!.Status == SyncStatus.Pending).ToList();
            pending.ForEach(n => Work(n));
            return pending.Count;
        }
    }

    /// <summary>An administrator's word on a paused sync. False: it is not paused.</summary>
    internal bool Decide(int number, bool approve)
    {
        lock (_gate)
        {
            if (Report(number)?.Status != SyncStatus.Paused)
            {
                return false;
            }

            if (approve)
            {
                Apply(number);
            }
            else
            {
                _scheduled.Remove(number);
                _after.Remove(number);
                Replace(number, r => r with { Status = SyncStatus.Rejected });
            }

            return true;
        }
    }

    private SyncReport Work(int number) => Try(number) is { } would && _settings.Workleap.Pauses(would)
        ? Replace(number, r => r with { Status = SyncStatus.Paused, Effect = would })
        : Apply(number);

    /// <summary>What it would do.</summary>
    private SyncEffect Try(int number)
    {
        var (copy, effect) = (_state.Copy(), new SyncEffect());
        ApplySync.To(copy, _scheduled[number].Payload, number, Rules(), effect);
        effect.Assignments = Assignments.Between(_state, copy);
        KeepAfter(number, copy);
        return effect;
    }

    private SyncReport Apply(int number)
    {
        var (payload, breaks) = _scheduled[number];
        _scheduled.Remove(number);
        if (breaks == Breaks.BeforeAnything)
        {
            _after.Remove(number);
            return Replace(number, r => r with { Status = SyncStatus.Failed });
        }

        var (next, effect) = (_state.Copy(), new SyncEffect());
        var skipped = breaks == Breaks.HalfWay
            ? ApplySync.HalfTo(next, payload, number, Rules(), effect)
            : ApplySync.To(next, payload, number, Rules(), effect);
        effect.Assignments = Assignments.Between(_state, next);
        next.ProvisionedByWorkleap = true;
        _state = next;
        KeepAfter(number, next);
        return Replace(number, r => r with { Status = breaks == Breaks.HalfWay ? SyncStatus.Failed : SyncStatus.Done, Effect = effect, Skipped = skipped });
    }

    private SyncRules Rules() => new(
        _settings.Workleap.AutomaticInvite, _settings.LaterMappingReplaces, DeletesNonActive: true, KeepsEmails: !_state.ProvisionedByWorkleap);

    private SyncReport? Report(int number) => _reports.Find(r => r.Number == number);

    private SyncReport Replace(int number, Func<SyncReport, SyncReport> change)
    {
        var at = _reports.FindIndex(r => r.Number == number);
        return _reports[at] = change(_reports[at]);
    }
}

/// <summary>Who manages and who is a member of which ordinary team.</summary>
internal static class Assignments
{
    /// <summary>How many were made or taken away.</summary>
    public static int Between(AccountState before, AccountState after)
    {
        var (was, now) = (Of(before), Of(after));
        var kept = was.Count(now.Contains);
        return was.Count + now.Count - (2 * kept);
    }

    private static HashSet<(string Team, string Member, bool Manages)> Of(AccountState account) =>
    [
        .. account.Teams.Where(t => t.Rule is null).SelectMany(t => t.Members.Select(m => (t.InternalId, m.InternalId, false))
            .Concat(t.Managers.Select(m => (t.InternalId, m.InternalId, true)))),
    ];
}
