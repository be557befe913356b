using System.Globalization;
using System.Text;
using static Gateway.Benchmarks.LoadReport;

namespace Gateway.Benchmarks.Load;

/// <summary>How many deliveries a second are mapped from a pile, with nobody posting: by the built-in script, and by a vendor's in the child process.</summary>
internal static class Mapping
{
    public static async Task<string> RunAsync(bool quick)
    {
        var text = new StringBuilder("| script | events of a delivery | mapped |\n|---|--:|--:|\n");
        foreach (var (name, script, events, body) in ((string, string?, int, Func<byte[]>)[])[("built-in", null, 1, Events.Hire), ("merge (fat, in the child process)", "merge", 2, Joiner)])
        {
            List<double> rates = [];
            for (var round = 0; round < (quick ? 1 : 3); round++) rates.Add(await MeasureAsync(script, body, TimeSpan.FromSeconds(quick ? 3 : 6)));
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {events} | {Number(Median(rates))} deliveries/s |");
        }

        return text.ToString();
    }

    /// <summary>While somebody posts mapping holds back, and a pile grows.</summary>
    private static async Task<double> MeasureAsync(string? script, Func<byte[]> body, TimeSpan posting)
    {
        await using var server = await Server.GatewayAsync([.. Deliveries.Source("hris", script)]);
        var client = new LoadClient(server.Port, "/v1/webhooks/hris", Server.Key, sign: Deliveries.Sign);
        using var deliveries = new Deliveries(server);
        // Both processes compile their hot paths in steps.
        await client.RunAsync(64, TimeSpan.FromSeconds(5), body);
        await deliveries.DrainAsync();
        await client.RunAsync(64, posting, body);
        return await deliveries.DrainAsync();
    }

    /// <summary>A person who begins, in Merge's common model, and their team.</summary>
    public static byte[] Joiner()
    {
        var hire = Events.Next();
        return Encoding.UTF8.GetBytes($$$"""
            {"hook":{"id":"hook-1","event":"Employee.added","target":"https://gateway.company.example/v1/webhooks/hris"},"linked_account":{"id":"account-1","integration":"BambooHR","category":"hris","status":"COMPLETE"},"data":{"id":"m-{{{hire}}}","remote_id":"{{{hire}}}","employee_number":"{{{hire}}}","first_name":"Firstname","last_name":"Lastname{{{hire}}}","preferred_name":null,"work_email":"person.{{{hire}}}@company.example","personal_email":null,"employment_status":"ACTIVE","employment_type":"FULL_TIME","start_date":"2026-04-01T00:00:00Z","termination_date":null,"avatar":"https://images.company.example/people/{{{hire}}}.jpg","team":{"id":"t-{{{hire[^3..]}}}","name":"Team {{{hire[^3..]}}}"},"manager":null,"modified_at":"2026-03-02T09:00:00Z","remote_was_deleted":false}}
            """);
    }
}
