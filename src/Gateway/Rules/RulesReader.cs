using System.Text.RegularExpressions;
using Gateway.Membership.Resolve;

namespace Gateway.Rules;

/// <summary>Reads the settings that shape membership. Every error names its key; all are reported at once.</summary>
public static partial class RulesReader
{
    /// <exception cref="SettingsException">With every error found.</exception>
    public static RulesInForce Read(IConfiguration configuration, IHostEnvironment environment)
    {
        var errors = new List<string>();
        var sources = Sources(configuration, environment, errors);
        var membership = Bind<MembershipOptions>(configuration.GetSection("Gateway:Membership"), errors);
        var scope = Bind<ScopeOptions>(configuration.GetSection("Gateway:Scope"), errors);
        var rules = new MembershipRules
        {
            Sources = sources.ToDictionary(s => s.Key, s => s.Value.Rules, StringComparer.Ordinal),
            Employed = Choose("Gateway:Membership:Employed", membership.Employed, errors, ("highest", EmployedRule.Highest), ("any", EmployedRule.Any)),
            Teams = Choose("Gateway:Membership:Teams", membership.Teams, errors, ("highest", TeamsRule.Highest), ("union", TeamsRule.Union)),
            OnAbsence = Choose("Gateway:OnAbsence", configuration["Gateway:OnAbsence"] ?? "keep", errors, ("keep", OnAbsence.Keep), ("leave-out", OnAbsence.LeaveOut)),
            Scope = new ScopeRules
            {
                ExcludeAttributes = scope.ExcludeAttributes.ToDictionary(a => a.Key, a => (IReadOnlySet<string>)a.Value.ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal),
                ExcludeTeams = scope.ExcludeTeams.ToHashSet(StringComparer.Ordinal),
                ExcludeSources = scope.ExcludeSources.ToHashSet(StringComparer.Ordinal),
                ExcludeEmailDomains = scope.ExcludeEmailDomains.ToHashSet(StringComparer.Ordinal),
            },
            Properties = Properties(configuration, errors),
            SendUndeclaredProperties = Flag(configuration, "Gateway:Officevibe:SendUndeclaredProperties", errors),
        };
        OneOwnerAField(rules, errors);
        if (errors.Count > 0) throw new SettingsException(errors);
        return new RulesInForce(rules, sources.ToDictionary(s => s.Key, s => s.Value.Options, StringComparer.Ordinal));
    }

    /// <summary>
    /// The sources that settings name: those under <c>Gateway:Sources</c>, and those that a key or a publisher speaks for. In Development, a gateway
    /// that names none has one, <c>hris</c>.
    /// </summary>
    private static SortedDictionary<string, (SourceRules Rules, SourceOptions Options)> Sources(
        IConfiguration configuration, IHostEnvironment environment, List<string> errors)
    {
        var section = configuration.GetSection("Gateway:Sources");
        var names = section.GetChildren().Select(c => c.Key)
            .Concat(configuration.GetSection("Gateway:Keys").GetChildren().Select(k => k["Source"] ?? "").Where(s => s is not ("" or "*")))
            .Concat(configuration.GetSection("Gateway:Bus:Publishers").GetChildren().Select(p => p.Value ?? "").Where(s => s.Length > 0))
            .ToHashSet(StringComparer.Ordinal);
        if (names.Count == 0 && environment.IsDevelopment()) names.Add("hris");

        var all = names.ToDictionary(n => n, n => Bind<SourceOptions>(section.GetSection(n), errors, "Webhook", "Pull"), StringComparer.Ordinal);
        var active = all.Count(s => !s.Value.Retired);
        var sources = new SortedDictionary<string, (SourceRules, SourceOptions)>(StringComparer.Ordinal);
        foreach (var (name, options) in all) sources[name] = (Source(name, options, single: active <= 1, errors), options);
        if (active > 1 && !sources.Values.Any(s => !s.Item1.Retired && s.Item1.MatchBy == MatchBy.Id))
            errors.Add("Gateway:Sources: with more than one source, at least one states MatchBy = id (its employee numbers are the company's).");
        return sources;
    }

    private static SourceRules Source(string name, SourceOptions options, bool single, List<string> errors)
    {
        var key = $"Gateway:Sources:{name}";
        if (!SourceName().IsMatch(name)) errors.Add($"{key}: a source name has 1 to 40 characters of a-z, 0-9 and -, and begins with a letter or a digit.");
        if (options.Priority < 1) errors.Add($"{key}:Priority: 1 (the highest) or more.");
        if (options.MatchBy is null && !single && !options.Retired)
            errors.Add($"{key}:MatchBy: with more than one source each states how its people are found: id, email or none.");
        if (options.SilentAfter is { } silent && silent <= TimeSpan.Zero) errors.Add($"{key}:SilentAfter: a time span above zero, such as 2.00:00:00.");
        _ = Choose($"{key}:Baseline", options.Baseline, errors, ("optional", 0), ("required", 1));
        _ = Choose($"{key}:SilentAction", options.SilentAction, errors, ("warn", 0), ("hold", 1));
        foreach (var field in options.Owns.Where(f => !IsField(f)))
            errors.Add($"{key}:Owns: \"{field}\" is no field; use email, firstName, lastName, jobTitle, imageUrl, language, attributes, attributes.NAME or teams.");

        return new SourceRules
        {
            Name = name,
            Priority = options.Priority,
            TimeZone = Zone($"{key}:TimeZone", options.TimeZone, errors),
            MatchBy = Choose($"{key}:MatchBy", options.MatchBy ?? "id", errors, ("id", MatchBy.Id), ("email", MatchBy.Email), ("none", MatchBy.None)),
            Unmatched = Choose($"{key}:Unmatched", options.Unmatched, errors, ("leave-out", UnmatchedPeople.LeaveOut), ("own-member", UnmatchedPeople.OwnMember)),
            Owns = options.Owns.ToHashSet(StringComparer.Ordinal),
            Retired = options.Retired,
        };
    }

    private static Dictionary<string, DeclaredProperty> Properties(IConfiguration configuration, List<string> errors)
    {
        const string key = "Gateway:Officevibe:Properties";
        var catalogue = new Dictionary<string, DeclaredProperty>(StringComparer.Ordinal);
        foreach (var item in configuration.GetSection(key).GetChildren())
        {
            var p = Bind<PropertyOptions>(item, errors);
            var at = $"{key}:{item.Key}";
            if (p.Name.Length == 0) errors.Add($"{at}:Name: the property's name as Officevibe has it, in exact case.");
            else if (!catalogue.TryAdd(p.Name, new DeclaredProperty
            {
                Name = p.Name,
                Type = Choose($"{at}:Type", p.Type, errors, ("text", PropertyType.Text), ("choice", PropertyType.Choice), ("date", PropertyType.Date), ("number", PropertyType.Number)),
                Options = p.Options.Count == 0 ? null : p.Options.ToHashSet(StringComparer.Ordinal),
                DateFormat = p.DateFormat,
                Clear = p.Clear,
            })) errors.Add($"{at}:Name: \"{p.Name}\" is declared twice.");
        }

        return catalogue;
    }

    private static void OneOwnerAField(MembershipRules rules, List<string> errors)
    {
        var owned = rules.Sources.Values.Where(s => !s.Retired).SelectMany(s => s.Owns.Select(f => (Field: f, s.Name)));
        foreach (var field in owned.GroupBy(o => o.Field, StringComparer.Ordinal).Where(g => g.Count() > 1))
            errors.Add($"Gateway:Sources: {string.Join(" and ", field.Select(f => f.Name))} both own {field.Key}; one owner decides a field.");
    }

    private static bool IsField(string field) =>
        field is "email" or "firstName" or "lastName" or "jobTitle" or "imageUrl" or "language" or "attributes" or "teams"
        || (field.StartsWith("attributes.", StringComparison.Ordinal) && field.Length > "attributes.".Length);

    private static TimeZoneInfo Zone(string key, string id, List<string> errors)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)) return zone;
        errors.Add($"{key}: \"{id}\" is no time zone this machine knows; use an IANA name such as Europe/Paris.");
        return TimeZoneInfo.Utc;
    }

    /// <summary>The section as options; a value of another type, and a misspelt key, which would leave a rule out unseen, are errors.</summary>
    internal static T Bind<T>(IConfigurationSection section, List<string> errors, params string[] readElsewhere)
        where T : new()
    {
        var known = typeof(T).GetProperties().Select(p => p.Name).Concat(readElsewhere).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var key in section.GetChildren().Where(c => !known.Contains(c.Key)))
            errors.Add($"{key.Path}: there is no such setting; here are {string.Join(", ", known)}.");
        try
        {
            return section.Get<T>() ?? new T();
        }
        catch (InvalidOperationException e)
        {
            errors.Add($"{section.Path}: {e.Message}");
            return new T();
        }
    }

    private static bool Flag(IConfiguration configuration, string key, List<string> errors)
    {
        if (configuration[key] is not { Length: > 0 } text) return false;
        if (!bool.TryParse(text, out var flag)) errors.Add($"{key}: true or false.");
        return flag;
    }

    private static T Choose<T>(string key, string value, List<string> errors, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        foreach (var choice in choices)
            if (string.Equals(choice.Name, value, StringComparison.OrdinalIgnoreCase)) return choice.Value;

        var names = new List<string>();
        foreach (var choice in choices) names.Add(choice.Name);
        errors.Add($"{key}: \"{value}\" is not one of {string.Join(", ", names)}.");
        return choices[0].Value;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,39}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SourceName();
}

/// <summary>Settings that cannot be started with. The message names every key.</summary>
public sealed class SettingsException : Exception
{
    public SettingsException() { }

    public SettingsException(string message) : base(message) { }

    public SettingsException(string message, Exception innerException) : base(message, innerException) { }

    public SettingsException(IReadOnlyCollection<string> errors)
        : base("The settings have errors:" + string.Concat(errors.Select(e => Environment.NewLine + "  - " + e))) => Errors = errors;

    public IReadOnlyCollection<string> Errors { get; } = [];
}
