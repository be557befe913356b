using Cronos;
using Gateway.Edge.Outgoing;
using Gateway.Rules;
using Gateway.Sources.Enrichment;

namespace Gateway.Sources.Baselines.Pulled;

/// <summary>How one source's baseline is fetched: its settings, checked and complete.</summary>
public sealed record Pull
{
    public required string Source { get; init; }

    public required Uri Url { get; init; }

    /// <summary>As it is set.</summary>
    public required string Schedule { get; init; }

    public required CronExpression Cron { get; init; }

    public required TimeZoneInfo TimeZone { get; init; }

    public required Credential Credential { get; init; }

    public required AddressRules Addresses { get; init; }

    public required TimeSpan Timeout { get; init; }
}

/// <summary>The baselines that are fetched, by source. Read at the start, whole: what is wrong stops it, by the name of the setting.</summary>
public sealed class Pulls
{
    /// <exception cref="SettingsException">With every error found.</exception>
    public Pulls(IConfiguration configuration)
    {
        var (all, errors) = (new SortedDictionary<string, Pull>(StringComparer.Ordinal), new List<string>());
        foreach (var source in configuration.GetSection("Gateway:Sources").GetChildren())
        {
            var section = source.GetSection("Pull");
            // One that is taken out deliberately has nothing to say.
            if (section.Exists() && Read(source, section, errors) is { } pull && !string.Equals(source["Retired"], "true", StringComparison.OrdinalIgnoreCase)) all[source.Key] = pull;
        }

        if (errors.Count > 0) throw new SettingsException(errors);
        BySource = all;
    }

    public IReadOnlyDictionary<string, Pull> BySource { get; }

    private static Pull? Read(IConfigurationSection source, IConfigurationSection section, List<string> errors)
    {
        var (key, before) = (section.Path, errors.Count);
        var options = RulesReader.Bind<PullOptions>(section, errors);
        _ = RulesReader.Bind<CredentialOptions>(section.GetSection(nameof(options.Credential)), errors);
        var addresses = AddressRules.Read($"{key}:AllowedAddresses", options.AllowedAddresses, errors);
        var url = OutgoingUrl.Read($"{key}:Url", options.Url, options.AllowHttp, addresses, errors);
        var credential = EnrichmentCalls.Credential(key, new EnrichmentOptions { Url = options.Url, Credential = options.Credential, AllowHttp = options.AllowHttp }, preset: null, addresses, errors);
        if (options.Timeout < TimeSpan.FromSeconds(1) || options.Timeout > TimeSpan.FromMinutes(10)) errors.Add($"{key}:Timeout: between 00:00:01 and 00:10:00.");
        if (!CronExpression.TryParse(options.Schedule.Trim(), out var cron)) errors.Add($"{key}:Schedule: a cron expression of five fields, such as \"0 2 * * *\".");
        // A source's own zone that is wrong is told of by whoever reads the sources.
        TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone ?? source["TimeZone"] ?? "UTC", out var zone);
        if (zone is null && options.TimeZone is not null) errors.Add($"{key}:TimeZone: an IANA name such as Europe/Paris.");
        return errors.Count > before ? null : new Pull
        {
            Source = source.Key, Url = url!, Schedule = options.Schedule.Trim(), Cron = cron!, TimeZone = zone ?? TimeZoneInfo.Utc, Credential = credential, Addresses = addresses, Timeout = options.Timeout,
        };
    }
}
