using System.Globalization;

namespace Gateway.OfficevibeSimulator.Account;

/// <summary>The types that a property can have on the platform.</summary>
public enum PropertyType
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>One of the declared options, exact case.</summary>
    Choice,

    /// <summary>A date: <c>yyyy-MM-dd</c> or <c>nn/nn/yyyy</c> (assumed: the vendor shows the second without saying what comes first).</summary>
    Date,

    /// <summary>A number with a decimal point.</summary>
    Number,
}

/// <summary>A property (custom attribute) of the account.</summary>
public sealed class PropertyDefinition
{
    /// <summary>Name, case-sensitive.</summary>
    public string Name { get; set; } = "";

    /// <summary>Default <see cref="PropertyType.Text"/>.</summary>
    public PropertyType Type { get; set; } = PropertyType.Text;

    /// <summary>The options of a choice; empty for the other types.</summary>
    public List<string> Options { get; set; } = [];

    internal bool Takes(string value) => Type switch
    {
        PropertyType.Choice => Options.Contains(value, StringComparer.Ordinal),
        PropertyType.Number => decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
        PropertyType.Date => DateOnly.TryParseExact(
            value, ["yyyy-MM-dd", "dd/MM/yyyy", "MM/dd/yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        _ => true,
    };
}
