using System.Globalization;
using Gateway.Membership.Events;
using Gateway.Membership.Resolve;

namespace Gateway.Membership.Snapshots;

/// <summary>Which attributes are sent, and how: by the catalogue of what Officevibe is known to have.</summary>
internal sealed class Properties
{
    /// <summary>The keys of a person in both of Officevibe's dialects.</summary>
    private static readonly HashSet<string> Reserved = new(AsciiCaseInsensitive.Comparer)
    {
        "id", "email", "firstName", "lastName", "jobTitle", "imageUrl", "language", "externalMemberId", "languagePreferences", "productAssignations",
    };

    private readonly MembershipRules rules;
    private readonly Dictionary<string, string> byKey = [];
    private readonly List<string> clearable;
    private readonly Dictionary<string, Name> names = [];
    private readonly Dictionary<(string Code, string Attribute), string> messages = [];
    private readonly List<SnapshotAttribute> collected = [];

    public Properties(MembershipRules rules)
    {
        this.rules = rules;
        foreach (var name in rules.Properties.Keys.Order(Ordinal.Comparer))
            if (PropertyNames.KeyOf(name) is { Length: > 0 } key) byKey.TryAdd(key, name);
        clearable = [.. rules.Properties.Values.Where(p => p.Clear && !Reserved.Contains(p.Name)).Select(p => p.Name).Order(Ordinal.Comparer)];
    }

    /// <summary>What is known of a name, whatever the value.</summary>
    /// <param name="Text">One string for a name that thousands of facets each hold a copy of.</param>
    /// <param name="Trouble">The code of the issue that keeps it out; null: none.</param>
    /// <param name="Property">As declared; null: sent undeclared.</param>
    private sealed record Name(string Text, string? Trouble, DeclaredProperty? Property);

    /// <summary>Those with a value that may be sent, and empty ones for values that are gone, by name (ordinal).</summary>
    /// <param name="member">Somebody in scope.</param>
    /// <param name="before">The person in the last accepted snapshot; null: was not there.</param>
    /// <param name="candidate">Is told what of theirs is not sent; null: nobody is.</param>
    public IReadOnlyList<SnapshotAttribute> Of(Member member, SnapshotUser? before, Candidate? candidate)
    {
        collected.Clear();
        foreach (var text in member.AttributeNames())
        {
            var attribute = member.Attribute(text);
            if (attribute.Value is not { } value) continue;
            if (!names.TryGetValue(text, out var name)) names.Add(text, name = Judge(text));
            if ((name.Trouble ?? Convert(name.Property, ref value)) is { } code) candidate?.TellIfSent(NotSent(code, candidate.Id, name, attribute));
            else collected.Add(new SnapshotAttribute(name.Text, value));
        }

        if (clearable.Count > 0) AddCleared(member, before);
        return collected.Count == 0 ? [] : collected.ToArray();
    }

    /// <summary>A value is gone when a source took it away, and when Officevibe was sent one before; it is sent as gone from then on, so that equal companies stay equal bytes.</summary>
    private void AddCleared(Member member, SnapshotUser? before)
    {
        var count = collected.Count;
        foreach (var name in clearable)
        {
            var attribute = member.Attribute(name);
            if (attribute.Value is null && (attribute.By >= 0 || (before is not null && before.Attributes.Any(a => a.Name == name)))) collected.Add(new SnapshotAttribute(name, ""));
        }

        if (collected.Count > count) collected.Sort((a, b) => Ordinal.Compare(a.Name, b.Name));
    }

    private Name Judge(string name)
    {
        if (Reserved.Contains(name)) return new Name(name, IssueCodes.AttributeReserved, null);
        if (rules.Properties.TryGetValue(name, out var property)) return new Name(name, null, property);
        if (NearMiss(name) is not null) return new Name(name, IssueCodes.AttributeNearMiss, null);
        return new Name(name, rules.SendUndeclaredProperties ? null : IssueCodes.AttributeUndeclared, null);
    }

    private string? NearMiss(string name) => PropertyNames.KeyOf(name) is { Length: > 0 } key ? byKey.GetValueOrDefault(key) : null;

    /// <summary>The code of the issue that keeps a value out; null: it is sent, as it is here now.</summary>
    private static string? Convert(DeclaredProperty? property, ref string value)
    {
        if (property is { Type: PropertyType.Choice, Options: { } options } && !options.Contains(value)) return IssueCodes.AttributeOptionUnknown;
        if (property is { Type: PropertyType.Date, DateFormat: { } format })
        {
            if (!TryDate(value, out var date)) return IssueCodes.AttributeOptionUnknown;
            value = date.ToString(format, CultureInfo.InvariantCulture);
        }

        return null;
    }

    /// <summary>A date, or the date in an instant as it was written. Nothing else: day and month are never guessed.</summary>
    private static bool TryDate(string value, out DateTime date)
    {
        var isInstant = value.Length > 10 && value[10] is 'T' or 't'
            && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
        return DateTime.TryParseExact(isInstant ? value[..10] : value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
    }

    private Issue NotSent(string code, string member, Name name, in Resolved attribute) =>
        new(code, SubjectKind.Member, member, LeftOut: false, Message(code, name.Text))
        {
            Source = attribute.Source,
            EventId = attribute.EventId,
            Attribute = name.Text,
        };

    /// <summary>One text for all whom it concerns: they are many.</summary>
    private string Message(string code, string name)
    {
        if (messages.TryGetValue((code, name), out var message)) return message;
        message = code switch
        {
            IssueCodes.AttributeReserved => $"The attribute {name} has the name of a standard field and is not sent. Send the field itself, or rename the attribute.",
            IssueCodes.AttributeNearMiss => $"The attribute is not sent: `{name}` is `{NearMiss(name)}` there ({PropertyNames.WhyAlike(name, NearMiss(name)!)}). "
                + "Send it under that name, or declare this one too where the account has both.",
            IssueCodes.AttributeOptionUnknown when rules.Properties[name].Type == PropertyType.Date =>
                $"The value of {name} is not a date (yyyy-MM-dd) and is not sent.",
            IssueCodes.AttributeOptionUnknown => $"The value of {name} is not a declared option and is not sent. Add the option in Officevibe, then to the catalogue.",
            _ => $"The attribute {name} is not in Gateway:Officevibe:Properties and is not sent. Declare it if Officevibe is to have it.",
        };
        messages.Add((code, name), message);
        return message;
    }
}
