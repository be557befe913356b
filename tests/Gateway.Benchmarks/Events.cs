using System.Globalization;
using System.Text;

namespace Gateway.Benchmarks;

/// <summary>Events of about 500 bytes, each with an id of its own.</summary>
internal static class Events
{
    // Another run against the same store must not repeat the last one's ids.
    private static readonly string Run = DateTime.UtcNow.ToString("HHmmssff", CultureInfo.InvariantCulture);
    private static long _next;

    public static byte[] Hire() => Encoding.UTF8.GetBytes(HireText());

    /// <summary>A JSON array of this many.</summary>
    public static byte[] Batch(int size) => Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, size).Select(_ => HireText())) + "]");

    /// <summary>A number that no other event has.</summary>
    public static string Next() => Run + Interlocked.Increment(ref _next).ToString("D9", CultureInfo.InvariantCulture);

    public static string HireText()
    {
        var n = Interlocked.Increment(ref _next).ToString("D9", CultureInfo.InvariantCulture);
        return $$$"""
            {"id":"evt-{{{n}}}-{{{Run}}}","type":"hire","occurredAt":"2026-03-02T09:00:00Z","effectiveAt":"2026-03-02","employeeId":"E{{{Run}}}-{{{n}}}","member":{"email":"person.{{{n}}}@company.example","firstName":"Firstname{{{n}}}","lastName":"Lastname{{{n}}}","jobTitle":"Senior specialist for everything","imageUrl":"https://images.company.example/people/{{{n}}}.jpg","language":"en","attributes":{"Department":"Research and development","Hiring Date":"2026-03-02","Location":"Montréal"}},"teams":[{"teamId":"team-{{{n[^3..]}}}"}]}
            """;
    }

    public static string TeamText(int team) => $$"""
        {"id":"team-evt-{{team}}","type":"team","occurredAt":"2026-01-01T09:00:00Z","teamId":"team-{{team:D3}}","name":"Team number {{team}}","parentId":null}
        """;
}
