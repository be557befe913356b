using System.Globalization;
using BenchmarkDotNet.Running;
using Gateway.Benchmarks;
using Gateway.Benchmarks.Load;

// functions [BenchmarkDotNet arguments]   the pure parts, one by one
// load [--quick] [name …]                 whole processes against each other, on loopback
// drive PORT CONNECTIONS SECONDS [PATH [merge]]   loads a gateway that already runs in Development, for a profiler to look at
// load postgres amqp                      the same on PostgreSQL and RabbitMQ, named by GATEWAY_BENCH_POSTGRES and GATEWAY_BENCH_RABBITMQ
// serve-bare|serve-savechanges|serve-insert PORT DIR   what the gateway is compared with (started by "load")
switch (args)
{
    case ["functions", .. var rest]:
        BenchmarkSwitcher.FromAssembly(typeof(FunctionBenchmarks).Assembly).Run(rest);
        return 0;
    case ["serve-bare", var port, ..]:
        await Rivals.ServeBareAsync(port);
        return 0;
    case ["serve-savechanges", var port, var folder]:
        await Rivals.ServeSaveChangesAsync(port, folder);
        return 0;
    case ["serve-insert", var port, var database]:
        await Rivals.ServeInsertAsync(port, database);
        return 0;
    case ["drive", var port, var connections, var seconds, .. var path]:
        var client = path is [var webhook, ..]
            ? new LoadClient(int.Parse(port, CultureInfo.InvariantCulture), webhook, Server.Key, sign: Deliveries.Sign)
            : new LoadClient(int.Parse(port, CultureInfo.InvariantCulture), "/v1/events", Server.Key);
        Func<byte[]> body = path is [_, "merge"] ? Mapping.Joiner : Events.Hire;
        Console.WriteLine(await client.RunAsync(int.Parse(connections, CultureInfo.InvariantCulture), TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)), body));
        return 0;
    case ["load", .. var rest]:
        return await LoadReport.RunAsync(rest);
    default:
        await Console.Error.WriteLineAsync("functions | load [--quick] [ingest batch lag backlog snapshot start webhooks mapping hostile postgres amqp] | drive PORT CONNECTIONS SECONDS [PATH [merge]]");
        return 1;
}
