using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Gateway.Bus;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.Membership.Resolve;
using Gateway.Officevibe;
using Gateway.Operations.DeadLetters;
using Gateway.Operations.Security;
using Gateway.Rules;
using Gateway.Sync;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using Spectre.Console;

namespace Gateway.Operations.CommandLine;

/// <summary><c>gateway doctor</c>: what would go wrong, before it does. Changes nothing; run it where the gateway runs, with its settings.</summary>
internal static class DoctorCommand
{
    private const long LittleSpace = 1L << 30;
    private static readonly TimeSpan Soon = TimeSpan.FromDays(30);
    private static readonly TimeSpan BrokerPatience = TimeSpan.FromSeconds(5);

    /// <summary>One thing looked at.</summary>
    /// <param name="Subject">What.</param>
    /// <param name="Verdict"><c>ok</c>, <c>look</c> or <c>wrong</c>.</param>
    /// <param name="Message">What was found and what to do.</param>
    internal sealed record Finding(string Subject, string Verdict, string Message);

    public static Command Create()
    {
        var offline = new Option<bool>("--offline") { Description = "Does not call Officevibe." };
        var command = new Command("doctor", "Looks at settings, store, keys, sources and Officevibe for what would go wrong. Ends 1 when something would. Settings: --Key=value.")
        {
            offline, Client.JsonOption,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var findings = await LookAsync([.. parsed.UnmatchedTokens], parsed.GetValue(offline), cancellationToken);
            if (parsed.GetValue(Client.JsonOption))
                await parsed.InvocationConfiguration.Output.WriteLineAsync(JsonSerializer.Serialize(findings, JsonSerializerOptions.Web));
            else Show(Screen.Of(parsed), findings);
            return findings.Any(f => f.Verdict == "wrong") ? ExitCode.Error : ExitCode.Clean;
        });
        return command;
    }

    private static async Task<List<Finding>> LookAsync(string[] settings, bool offline, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        await using var app = GatewayHost.Compose(settings, b => b.Logging.ClearProviders());
        findings.Add(new("environment", "ok", app.Environment.EnvironmentName));
        var sound = Settings(app, findings);
        await StoreAsync(app, findings, cancellationToken);
        if (!sound) return findings;

        Keys(app, findings);
        var rules = app.Services.GetRequiredService<RulesInForce>();
        Sources(rules, findings);
        findings.AddRange(await DoctorOnProperties.LookAsync(app.Configuration, rules.Rules, cancellationToken));
        findings.Add(await BrokerAsync(app.Services.GetRequiredService<BusAddress>(), offline, cancellationToken));
        findings.Add(offline ? new("officevibe", "look", "Not asked (--offline).") : await PingAsync(app.Services.GetRequiredService<OfficevibeClient>(), cancellationToken));
        return findings;
    }

    /// <summary>Everything that would stop the start, each with its own line.</summary>
    private static bool Settings(WebApplication app, List<Finding> findings)
    {
        var errors = new List<string>(SettingsCheck.Errors(app.Configuration));
        foreach (var read in GatewayHost.SettingsReaders) Try(errors, () => read(app.Services));
        Try(errors, () => app.Services.GetRequiredService<KeyRing>());
        Try(errors, () => app.Services.GetRequiredService<IStartupValidator>().Validate());
        findings.AddRange(errors.Count == 0 ? [new("settings", "ok", "Nothing that stops the start.")] : errors.Select(e => new Finding("settings", "wrong", e)));
        return errors.Count == 0;
    }

    private static void Try(List<string> errors, Action read)
    {
        try
        {
            read();
        }
        catch (SettingsException e)
        {
            errors.AddRange(e.Errors.Count == 0 ? [e.Message] : e.Errors);
        }
        catch (OptionsValidationException e)
        {
            errors.AddRange(e.Failures);
        }
        catch (AggregateException e)
        {
            errors.AddRange(e.InnerExceptions.SelectMany(i => i is OptionsValidationException o ? o.Failures : [i.Message]));
        }
        catch (InvalidOperationException e)
        {
            // A value that cannot be read as its type; the message names the key.
            errors.Add(e.Message);
        }
    }

    private static async Task StoreAsync(WebApplication app, List<Finding> findings, CancellationToken cancellationToken)
    {
        var connectionString = app.Configuration.GetConnectionString("Gateway");
        if (app.Configuration[StorageOptions.Section + ":Provider"] == "postgres") await DatabaseAsync(connectionString, findings, cancellationToken);
        else File(connectionString, findings);
    }

    private static async Task DatabaseAsync(string? connectionString, List<Finding> findings, CancellationToken cancellationToken)
    {
        try
        {
            await using var store = PostgresStore.Of(connectionString);
            findings.Add(new("store", "ok", await store.LookAsync(cancellationToken)));
        }
        catch (InvalidOperationException e)
        {
            findings.Add(new("store", "wrong", e.Message));
        }
    }

    private static void File(string? connectionString, List<Finding> findings)
    {
        try
        {
            // Taken and given back: nothing is created but the folder and the lock's file.
            using var file = LogFile.Take(connectionString ?? "data/gateway.db");
            findings.Add(new("store", "ok", System.IO.File.Exists(file.Path) ? $"{file.Path}, {new FileInfo(file.Path).Length / 1024} KiB" : $"{file.Path} will be created."));
            var free = new DriveInfo(Path.GetDirectoryName(file.Path)!).AvailableFreeSpace;
            if (free < LittleSpace) findings.Add(new("store", "look", $"{free / (1024 * 1024)} MiB are free. A full disk refuses every event."));
        }
        catch (InvalidOperationException e)
        {
            findings.Add(new("store", "look", e.Message + " If that is the gateway itself, all is well: ask it with 'gateway status'."));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            findings.Add(new("store", "wrong", "ConnectionStrings:Gateway: the file cannot be written. " + e.Message));
        }
    }

    /// <summary>A broker that is away stops nothing; events over AMQP wait, and changes are published later.</summary>
    private static async Task<Finding> BrokerAsync(BusAddress bus, bool offline, CancellationToken cancellationToken)
    {
        if (bus.Broker is not { } broker) return new("broker", "ok", "In memory: none is needed.");
        if (offline) return new("broker", "look", "Not asked (--offline).");
        try
        {
            var factory = new ConnectionFactory { Uri = broker, ClientProvidedName = "gateway doctor", RequestedConnectionTimeout = BrokerPatience };
            await using var connection = await factory.CreateConnectionAsync(cancellationToken);
            return new("broker", "ok", $"{broker.Host}:{connection.Endpoint.Port} lets us in.");
        }
        catch (Exception e) when (DeadLetterBroker.IsAway(e) && !cancellationToken.IsCancellationRequested)
        {
            return new("broker", "wrong", $"ConnectionStrings:RabbitMq: {broker.Host} does not answer, or does not know the user.");
        }
    }

    private static void Keys(WebApplication app, List<Finding> findings)
    {
        var keys = KeySettingsReader.Read(app.Configuration).Keys;
        var now = app.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        if (keys.Count == 0 && !app.Environment.IsDevelopment()) findings.Add(new("keys", "wrong", "There is no key: nobody can send or read. Make one with 'gateway keys new'."));
        else findings.Add(new("keys", "ok", string.Create(CultureInfo.InvariantCulture, $"{keys.Count} in the settings{(app.Environment.IsDevelopment() ? ", and the development key" : "")}.")));
        // Tokens can approve as well; who has one is not in the settings.
        var approving = keys.Count(k => k.Scopes.Contains(Scopes.Approve, StringComparer.Ordinal) && !(k.NotAfter <= now)) + (app.Environment.IsDevelopment() ? 1 : 0);
        var needed = app.Services.GetRequiredService<IOptions<SyncOptions>>().Value.Guard.Approvals;
        if (approving < needed && app.Services.GetRequiredService<IOptions<AuthenticationOptions>>().Value.Authority is null)
            findings.Add(new("keys", "wrong", string.Create(CultureInfo.InvariantCulture, $"{needed} different keys have to approve (Gateway:Sync:Guard:Approvals), and {approving} can: a held run would wait for ever. Make another with the scope approve.")));
        foreach (var key in keys.Where(k => k.NotAfter - now < Soon))
            findings.Add(new("keys", "look", string.Create(CultureInfo.InvariantCulture, $"{key.Name} {(key.NotAfter <= now ? "has ended" : "ends")} on {key.NotAfter:yyyy-MM-dd}.")));
    }

    private static void Sources(RulesInForce rules, List<Finding> findings)
    {
        if (rules.Sources.Count == 0) findings.Add(new("sources", "wrong", "There is no source: add Gateway:Sources:{name}, or a key that speaks for one."));
        foreach (var (name, source) in rules.Sources)
            findings.Add(new("source " + name, "ok", source.Retired ? "retired" : $"priority {source.Priority}, {source.TimeZone}, matched by {rules.Rules.Sources[name].MatchBy.ToString().ToLowerInvariant()}"));
        if (rules.Rules.Sources.Values.Count(s => !s.Retired && s.MatchBy == MatchBy.Id) > 1)
            findings.Add(new("sources", "look", "Several sources say MatchBy = id: the same number in two of them is the same person. Make sure that it is."));
    }

    private static async Task<Finding> PingAsync(OfficevibeClient client, CancellationToken cancellationToken) => await client.PingAsync(cancellationToken) switch
    {
        PingOutcome.Ready => new("officevibe", "ok", "It answers, and takes the key."),
        PingOutcome.Refused refused => new("officevibe", "wrong", $"{refused.Reason} {refused.WhatToDo}"),
        PingOutcome.Failed failed => new("officevibe", "wrong", failed.Reason),
        _ => throw new InvalidOperationException("A closed family has no other case."),
    };

    private static void Show(Screen screen, List<Finding> findings)
    {
        var table = new Table().RoundedBorder().AddColumns("", "", "");
        table.HideHeaders();
        foreach (var f in findings)
        {
            var style = f.Verdict switch { "ok" => new Style(Color.Green), "look" => new Style(Color.Yellow), _ => new Style(Color.Red) };
            table.AddRow(new Text(f.Verdict, style), new Text(f.Subject), new Text(f.Message));
        }

        screen.Console.Write(table);
    }
}
