using System.Collections.Concurrent;

namespace Gateway.Tests.Faults;

internal enum Answer
{
    /// <summary>A time-out, a 5xx, a connection that was cut: it may be there or not.</summary>
    None = 0,

    /// <summary>2xx, or taken by the broker: it must be there, once.</summary>
    Accepted = 1,

    /// <summary>4xx, or nonsense that the broker took: it must not be there.</summary>
    Refused = 2,
}

/// <summary>What is known of one event from outside.</summary>
internal sealed class Entry(string id, Fact? fact, string fault, bool byAmqp)
{
    public string Id => id;

    /// <summary>Null: nonsense, that has no effect.</summary>
    public Fact? Fact => fact;

    /// <summary>What was broken when it was first sent.</summary>
    public string Fault => fault;

    public bool ByAmqp => byAmqp;

    public Answer Answer { get; set; }

    /// <summary>Its place in the log, where an answer told.</summary>
    public long? Sequence { get; set; }

    /// <summary>How often it was answered as new.</summary>
    public int Firsts { get; set; }
}

/// <summary>The books of a run, kept by the clients: every event with every answer, by the fault that was in force when it was sent.</summary>
internal sealed class Account
{
    public const string Calm = "none";

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TimeSpan> _longest = new(StringComparer.Ordinal);
    private int _answers;

    /// <summary>What is broken now.</summary>
    public string Fault { get; set; } = Calm;

    public IEnumerable<Entry> Entries => _entries.Values;

    /// <summary>How many requests have ended, one way or another.</summary>
    public int Answers => Volatile.Read(ref _answers);

    /// <summary>What no client of a sound gateway sees, such as a 500 or two first answers.</summary>
    public ConcurrentQueue<string> Surprises { get; } = new();

    /// <summary>The longest that any request took while this fault was in force.</summary>
    public TimeSpan Longest(string fault) => _longest.GetValueOrDefault(fault);

    /// <summary>Before it is sent, and before each time that it is sent again.</summary>
    public void Sends(string id, Fact? fact, bool byAmqp = false) => _entries.GetOrAdd(id, _ => new Entry(id, fact, Fault, byAmqp));

    public void Accepted(string id, long? sequence = null, bool duplicate = true)
    {
        var entry = _entries[id];
        lock (entry)
        {
            if (entry.Answer == Answer.Refused) Surprises.Enqueue($"{id} was refused, and then accepted.");
            entry.Answer = Answer.Accepted;
            if (sequence is { } place && (entry.Sequence ??= place) != place) Surprises.Enqueue($"{id} is at {entry.Sequence} and at {place}.");
            if (!duplicate && ++entry.Firsts > 1) Surprises.Enqueue($"{id} was answered as new twice.");
        }
    }

    public void Refused(string id)
    {
        var entry = _entries[id];
        lock (entry)
        {
            if (entry.Answer == Answer.Accepted) Surprises.Enqueue($"{id} was accepted, and then refused.");
            entry.Answer = Answer.Refused;
        }
    }

    /// <summary>A request ended after this long.</summary>
    public void Ended(TimeSpan after, string during)
    {
        Interlocked.Increment(ref _answers);
        _longest.AddOrUpdate(during, after, (_, longest) => after > longest ? after : longest);
    }

    /// <summary>Until so many more requests have ended: the load has met what is broken.</summary>
    public Task MoreAsync(int requests)
    {
        var enough = Answers + requests;
        return Eventually.SeeAsync(() => Answers, n => n >= enough, TimeSpan.FromSeconds(60));
    }
}
