using System.Security.Cryptography;
using System.Text;
using Gateway.OfficevibeSimulator.Sync;

namespace Gateway.OfficevibeSimulator.Account;

/// <summary>What a call's key is worth.</summary>
internal enum Admission
{
    Granted,
    UnknownKey,
    ReadOnlyKey,
    IntegrationInactive,
}

/// <summary>
/// The account in memory, safe for concurrent use: one lock around everything. A sync is read before the lock is taken and applied under it,
/// so that nobody ever sees half of one.
/// </summary>
public sealed partial class SimulatedAccount
{
    private const int KeptReports = 200;
    private const int KeptAccounts = 20;
    private const int LargestKept = 2_000;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly SimulatorOptions _initial;
    private readonly List<SyncReport> _reports = [];
    private readonly SortedDictionary<int, AccountState> _after = [];
    private AccountSettings _settings;
    private AccountState _state;
    private int _lastSync;

    /// <summary>An account as the options describe it.</summary>
    /// <exception cref="ArgumentException">The options contradict themselves; the message says where.</exception>
    public SimulatedAccount(SimulatorOptions options, TimeProvider time)
    {
        _initial = options;
        _time = time;
        (_settings, _state) = Start(options);
    }

    /// <summary>The switches as they stand.</summary>
    internal AccountSettings Settings
    {
        get
        {
            lock (_gate)
            {
                return _settings;
            }
        }
    }

    /// <summary>Back to what the options describe: members, teams, keys and reports.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            (_settings, _state) = Start(_initial);
            _reports.Clear();
            _scheduled.Clear();
            _after.Clear();
            _lastSync = 0;
        }
    }

    /// <summary>Replaces every valid key of one API by this one.</summary>
    public void ReplaceKey(string key, bool workleap = false)
    {
        lock (_gate)
        {
            _settings = workleap ? _settings with { Workleap = _settings.Workleap with { Keys = [key] } } : _settings with { Keys = [key] };
        }
    }

    /// <summary>Switches the custom integration off or on.</summary>
    public void SetIntegrationActive(bool active)
    {
        lock (_gate)
        {
            _settings = _settings with { IntegrationActive = active };
        }
    }

    internal Admission Admit(string? key)
    {
        var settings = Settings;
        return !IsOneOf(settings.Keys, key) ? Admission.UnknownKey
            : settings.IntegrationActive && settings.PlanIncludesApi ? Admission.Granted
            : Admission.IntegrationInactive;
    }

    private static bool IsOneOf(IReadOnlyList<string> keys, string? key)
    {
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(key ?? ""));
        var known = false;
        foreach (var valid in keys)
        {
            known |= CryptographicOperations.FixedTimeEquals(given, SHA256.HashData(Encoding.UTF8.GetBytes(valid)));
        }

        return known && key is not null;
    }

    /// <summary>Decides one sync and keeps its report.</summary>
    internal SyncReport Sync(SyncBody body)
    {
        lock (_gate)
        {
            var number = ++_lastSync;
            if (body is not SyncPayload payload)
            {
                return Keep(Refused(number, body));
            }

            var effect = new SyncEffect();
            var rules = new SyncRules(payload.InviteNewUsers, _settings.LaterMappingReplaces);
            var skipped = ApplySync.To(_state, payload, number, rules, effect);
            KeepAfter(number, _state);
            return Keep(new SyncReport(number, _time.GetUtcNow(), SyncStatus.Done, [], skipped) { Effect = effect });
        }
    }

    private SyncReport Refused(int number, SyncBody body) => body is UnreadablePayload unreadable
        ? new SyncReport(number, _time.GetUtcNow(), SyncStatus.Refused, [unreadable.Error], [])
        : throw new InvalidOperationException($"Unknown body {body.GetType().Name}.");

    private SyncReport Keep(SyncReport report)
    {
        _reports.Add(report);
        if (_reports.Count > KeptReports)
        {
            _scheduled.Remove(_reports[0].Number);
            _reports.RemoveAt(0);
        }

        return report;
    }

    /// <summary>Looks at the account under the lock; the result must not hold on to what it was given.</summary>
    internal T Read<T>(Func<AccountState, AccountSettings, IReadOnlyList<SyncReport>, T> look)
    {
        lock (_gate)
        {
            return look(_state, _settings, _reports);
        }
    }

    /// <summary>
    /// The account as sync <paramref name="number"/> left it, or would leave it while it is paused. Kept for the last 20 syncs of an account of up to 2,000 people; null: not kept.
    /// </summary>
    internal T? ReadAfter<T>(int number, Func<AccountState, AccountSettings, IReadOnlyList<SyncReport>, T> look)
        where T : class
    {
        lock (_gate)
        {
            return _after.TryGetValue(number, out var state) ? look(state, _settings, _reports) : null;
        }
    }

    /// <summary>For whoever looks at it later: large accounts are not kept, since each is a whole one.</summary>
    private void KeepAfter(int number, AccountState state)
    {
        _after.Remove(number);
        if (state.Members.Count > LargestKept)
        {
            return;
        }

        _after.Add(number, state.Copy());
        if (_after.Count > KeptAccounts)
        {
            _after.Remove(_after.First().Key);
        }
    }

    /// <summary>Changes the account under the lock, as somebody would in the app.</summary>
    internal T Change<T>(Func<AccountState, AccountSettings, (AccountSettings Settings, T Result)> change)
    {
        lock (_gate)
        {
            (_settings, var result) = change(_state, _settings);
            return result;
        }
    }

    private static (AccountSettings Settings, AccountState State) Start(SimulatorOptions options)
    {
        var state = new AccountState();
        foreach (var property in options.Properties)
        {
            state.Properties[property.Name] = property;
        }

        var problems = SeedAccount.Problems(state, options.Members, options.Teams);
        if (problems.Count > 0)
        {
            throw new ArgumentException($"The simulated account contradicts itself: {string.Join(' ', problems)}", nameof(options));
        }

        SeedAccount.Add(state, options.Members, options.Teams);
        state.Feedback.AddRange(options.Feedback);
        state.GoodVibes.AddRange(options.GoodVibes);
        return (AccountSettings.From(options), state);
    }
}
