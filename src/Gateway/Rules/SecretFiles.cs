namespace Gateway.Rules;

/// <summary>
/// Settings whose value is in a file, as containers are given their secrets: an environment variable that ends in <c>__FILE</c>
/// (<c>Gateway__Officevibe__ApiKey__FILE=/run/secrets/officevibe</c>) sets the key before that suffix to what the file says, without
/// the space around it. Read once, at the start.
/// </summary>
public static class SecretFiles
{
    private const string Suffix = "__FILE";

    /// <exception cref="SettingsException">A file cannot be read, or the same setting is given twice.</exception>
    public static void AddSecretFiles(this IConfigurationBuilder configuration, System.Collections.IDictionary environment)
    {
        var (values, errors) = (new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase), new List<string>());
        foreach (var name in environment.Keys.OfType<string>().Where(n => n.Length > Suffix.Length && n.EndsWith(Suffix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var setting = name[..^Suffix.Length];
            if (environment.Contains(setting)) errors.Add($"{name}: {setting} is set as well. Give one of the two.");
            try
            {
                values[setting.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal)] = File.ReadAllText((string)environment[name]!).Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                errors.Add($"{name}: the file it names cannot be read.");
            }
        }

        if (errors.Count > 0) throw new SettingsException(errors);
        if (values.Count > 0) configuration.AddInMemoryCollection(values);
    }
}
