using System.Globalization;
using Gateway.Membership;
using Gateway.Membership.Resolve;
using Microsoft.Extensions.Options;

namespace Gateway.Officevibe;

/// <summary>Says everything that is wrong with the settings at once, by key. Never repeats a value: one of them is a secret.</summary>
public sealed class OfficevibeOptionsValidator(IConfiguration configuration) : IValidateOptions<OfficevibeOptions>
{
    private const string Key = OfficevibeOptions.Section;

    public ValidateOptionsResult Validate(string? name, OfficevibeOptions options)
    {
        var errors = new List<string>();
        // In observe mode nothing is ever sent, so the gateway can be tried without being given a key.
        var required = !AsciiCaseInsensitive.Same(configuration["Gateway:Sync:Mode"]?.Trim(), "observe");

        if (!Enum.IsDefined(options.Dialect)) errors.Add($"{Key}:Dialect is not a dialect; use `officevibe` or `workleap`.");
        if (options.Dialect == OfficevibeDialect.Workleap) Workleap(options, errors);
        if (options.Languages.Any(l => string.IsNullOrWhiteSpace(l.Key) || string.IsNullOrWhiteSpace(l.Value)))
            errors.Add($"{Key}:Languages has an empty name; give what sources call a language, and what Officevibe calls it.");

        if (options.BaseUrl is null && required) errors.Add($"{Key}:BaseUrl is missing; give the address of the API, such as https://app.officevibe.com/api/v2.");
        Address(options, options.BaseUrl, $"{Key}:BaseUrl", "https://app.officevibe.com/api/v2", errors);
        Address(options, options.Workleap.GoodVibesUrl, $"{Key}:Workleap:GoodVibesUrl", "https://api.workleap.com/officevibe/goodvibes", errors);
        ApiKey(options, required, errors);
        Admin(options, errors);
        Catalogue(options, errors);

        if (options.Timeout < TimeSpan.FromSeconds(1) || options.Timeout > TimeSpan.FromHours(1))
            errors.Add($"{Key}:Timeout must be between 00:00:01 and 01:00:00.");
        if (options.ReadTimeout < TimeSpan.FromSeconds(1) || options.ReadTimeout > TimeSpan.FromHours(1))
            errors.Add($"{Key}:ReadTimeout must be between 00:00:01 and 01:00:00.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private void Workleap(OfficevibeOptions options, List<string> errors)
    {
        var w = options.Workleap;
        if (options.BaseUrl is { IsAbsoluteUri: true } url && url.AbsolutePath.TrimEnd('/').EndsWith("/api/v2", StringComparison.OrdinalIgnoreCase))
            errors.Add($"{Key}:BaseUrl is an address of the legacy API; with {Key}:Dialect = workleap it is such as https://api.workleap.com/public.");
        if (w.ProductAssignations.Any(string.IsNullOrWhiteSpace)) errors.Add($"{Key}:Workleap:ProductAssignations has an empty name; remove it.");
        if (!Enum.IsDefined(w.ProductAssignationsAs)) errors.Add($"{Key}:Workleap:ProductAssignationsAs must be text or list.");
        if (!Enum.IsDefined(w.LanguagePreferencesAs)) errors.Add($"{Key}:Workleap:LanguagePreferencesAs must be text or list.");
        if (w.UsersThreshold < 0) errors.Add($"{Key}:Workleap:UsersThreshold must be 0 or more, as in Workleap; remove it where the account has none.");
        if (w.TeamsThreshold < 0) errors.Add($"{Key}:Workleap:TeamsThreshold must be 0 or more, as in Workleap; remove it where the account has none.");
        if (w.DeletionDelay < TimeSpan.Zero || w.DeletionDelay > TimeSpan.FromDays(30)) errors.Add($"{Key}:Workleap:DeletionDelay must be between 00:00:00 and 30.00:00:00.");
        if (w.DeletionDelayAbove < 0) errors.Add($"{Key}:Workleap:DeletionDelayAbove must be 0 or more.");
        if (w.ProcessingFor < TimeSpan.FromMinutes(1) || w.ProcessingFor > TimeSpan.FromDays(7)) errors.Add($"{Key}:Workleap:ProcessingFor must be between 00:01:00 and 7.00:00:00.");
        if (AsciiCaseInsensitive.Same(configuration["Gateway:OnAbsence"]?.Trim(), "leave-out") && !w.AllowLeaveOut)
            errors.Add($"Gateway:OnAbsence is leave-out, and Workleap deletes whoever is left out of a second run: use keep, or set {Key}:Workleap:AllowLeaveOut to true.");
    }

    /// <param name="options">Whether http is allowed.</param>
    /// <param name="address">Null: there is none.</param>
    /// <param name="key">Its setting.</param>
    /// <param name="example">What it may look like.</param>
    /// <param name="errors">Gets what is wrong: the key is sent to it.</param>
    private static void Address(OfficevibeOptions options, Uri? address, string key, string example, List<string> errors)
    {
        if (address is not { } url) return;
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
            errors.Add($"{key} must be an absolute https address, such as {example}.");
        else if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
            errors.Add($"{key} must have no user, query or fragment.");
        else if (url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback && !options.AllowHttp)
            errors.Add($"{key} uses http to another machine, where the key could be read on its way; use https, or set {Key}:AllowHttp to true.");
    }

    private static void ApiKey(OfficevibeOptions options, bool required, List<string> errors)
    {
        if (string.IsNullOrWhiteSpace(options.ApiKey))
        {
            if (required)
                errors.Add($"{Key}:ApiKey is missing; generate one in Officevibe (Integrations, Custom Integration) and set it as a secret, "
                    + "for example in the environment variable Gateway__Officevibe__ApiKey.");
        }
        else if (options.ApiKey.Any(c => c is <= ' ' or > '~'))
            errors.Add($"{Key}:ApiKey holds a blank, a line end or a character that a header cannot carry; paste the key alone.");
    }

    private static void Admin(OfficevibeOptions options, List<string> errors)
    {
        if (options.AdminKeyName is not (OfficevibeKeys.SyncManagerEmail or OfficevibeKeys.SyncAdmin))
            errors.Add($"{Key}:AdminKeyName must be `{OfficevibeKeys.SyncManagerEmail}` or `{OfficevibeKeys.SyncAdmin}`.");
        else if (options.AdminKeyName == OfficevibeKeys.SyncManagerEmail && !string.IsNullOrWhiteSpace(options.AdminValue)
            && options.AdminValue.Trim().Split('@') is not [{ Length: > 0 }, { Length: > 0 }])
            errors.Add($"{Key}:AdminValue must be the e-mail address of an account administrator, since {Key}:AdminKeyName is `{OfficevibeKeys.SyncManagerEmail}`.");
    }

    private static void Catalogue(OfficevibeOptions options, List<string> errors)
    {
        var names = new HashSet<string>();
        for (var i = 0; i < options.Properties.Count; i++)
        {
            var (property, at) = (options.Properties[i], string.Create(CultureInfo.InvariantCulture, $"{Key}:Properties:{i}"));
            var propertyName = property.Name?.Trim() ?? "";
            if (propertyName.Length == 0) errors.Add($"{at}:Name is missing; give the property's name exactly as in Officevibe.");
            else if (OfficevibeKeys.User.Contains(propertyName, AsciiCaseInsensitive.Comparer)) errors.Add($"{at}:Name is the name of a standard field, which is sent anyway; remove it.");
            else if (!names.Add(propertyName)) errors.Add($"{at}:Name is declared twice; keep one.");

            if (!Enum.IsDefined(property.Type)) errors.Add($"{at}:Type must be Text, Choice, Date or Number.");
            if (property.Options.Count > 0 && property.Type != PropertyType.Choice) errors.Add($"{at}:Options are for Type Choice only.");
            if (property.Options.Any(string.IsNullOrWhiteSpace)) errors.Add($"{at}:Options has an empty option; remove it.");
            if (string.IsNullOrWhiteSpace(property.DateFormat)) continue;
            if (property.Type != PropertyType.Date) errors.Add($"{at}:DateFormat is for Type Date only.");
            else if (!IsDateFormat(property.DateFormat)) errors.Add($"{at}:DateFormat is not a date format that gives year, month and day, such as yyyy-MM-dd.");
        }
    }

    /// <summary>A format that gives the day back when read again.</summary>
    private static bool IsDateFormat(string format)
    {
        var day = new DateOnly(2031, 12, 25);
        try
        {
            return DateOnly.TryParseExact(day.ToString(format, CultureInfo.InvariantCulture), format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var back)
                && back == day;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
