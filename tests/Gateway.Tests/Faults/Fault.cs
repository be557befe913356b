namespace Gateway.Tests.Faults;

/// <summary>What a fault has to play with.</summary>
internal sealed record Drill(Cluster Cluster, Account Account, AmqpLoad Amqp, Random Random)
{
    /// <summary>The load goes on for so many requests.</summary>
    public Task MoreAsync(int requests) => Account.MoreAsync(requests);

    /// <summary>Somebody whom only one fault knows, with the event that hires them.</summary>
    public Fact NewPerson(string name)
    {
        var person = $"{name}-{Guid.NewGuid():N}";
        return new Fact.Hired(person, person, Cluster.Start, "J", Script.Teams[0]);
    }

    /// <summary>No run is open or about to be tried again, and there is something new to send.</summary>
    public async Task LevelWithOfficevibeAsync()
    {
        await Cluster.SendAsync();
        await MoreAsync(10);
    }

    public Replica Any() => Cluster.Replicas[Random.Next(Cluster.Replicas.Count)];
}

/// <summary>
/// Something that breaks under the load. <see cref="Play"/> breaks it, lets the load meet it, and returns; what is broken then is healed. Returns why it
/// could not be played here; null: it was.
/// </summary>
internal sealed record Fault(string Name, Func<Drill, Task<string?>> Play)
{
    public static Fault Of(string name, Func<Drill, Task> play) => new(name, async drill =>
    {
        await play(drill);
        return null;
    });
}
