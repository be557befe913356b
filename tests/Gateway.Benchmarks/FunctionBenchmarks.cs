using BenchmarkDotNet.Attributes;
using Gateway.EventLog;
using Gateway.Intake;
using Gateway.Membership.Events;
using Gateway.Membership.Fold;

namespace Gateway.Benchmarks;

/// <summary>The pure parts on the way of an event.</summary>
[MemoryDiagnoser]
public class FunctionBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private byte[] _json = [];
    private byte[] _stored = [];
    private MembershipEvent[] _history = [];

    [GlobalSetup]
    public void Setup()
    {
        _json = Events.Hire();
        var received = (Received.Valid)EventIntake.Receive("hris", _json, null, Now, 32);
        _stored = received.Event.Payload;
        _history = [.. Enumerable.Range(0, 10).Select(i => (MembershipEvent)new Move
        {
            Source = "hris", Id = $"m{i}", OccurredAt = Now.AddDays(i), EmployeeId = "E1", To = $"T{i}",
        }).Prepend(new Hire { Source = "hris", Id = "h", OccurredAt = Now, EmployeeId = "E1" })];
    }

    /// <summary>Parse, validate, hash and encode one event of 500 bytes.</summary>
    [Benchmark]
    public object Receive() => EventIntake.Receive("hris", _json, null, Now, 32);

    [Benchmark]
    public object ReadStored() => EventCodec.Read("hris", _stored);

    [Benchmark]
    public byte[] KeyOf() => EventKey.Of("hris", "evt-000000001-3f2b8c1d");

    /// <summary>A person with a hire and ten moves.</summary>
    [Benchmark]
    public object Fold() => FacetFold.Fold(new FacetKey(SubjectKind.Member, "hris", "E1"), _history, Now.AddDays(30), TimeZoneInfo.Utc);
}
