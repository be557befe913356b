using Gateway.EventLog;

namespace Gateway.Intake;

/// <summary>Counts what came of events at the door, by source and never by person.</summary>
internal static class Counted
{
    public const string Invalid = "invalid";
    public const string Unavailable = "unavailable";

    public static void Outcome(string source, AppendOutcome outcome)
    {
        switch (outcome)
        {
            case AppendOutcome.Appended: Telemetry.EventsAccepted.Add(1, new KeyValuePair<string, object?>("source", source)); break;
            case AppendOutcome.Duplicate: Telemetry.EventsRepeated.Add(1, new KeyValuePair<string, object?>("source", source)); break;
            case AppendOutcome.Conflict: Refused(source, "conflict"); break;
            default: Refused(source, Invalid); break;
        }
    }

    public static void Refused(string source, string reason, int count = 1)
    {
        if (count > 0) Telemetry.EventsRefused.Add(count, new KeyValuePair<string, object?>("source", source), new KeyValuePair<string, object?>("reason", reason));
    }
}
