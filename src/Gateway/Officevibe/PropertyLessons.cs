using Gateway.Membership.Snapshots;

namespace Gateway.Officevibe;

/// <summary>What the answer to a company that was taken says of the account's properties. Pure.</summary>
/// <param name="Taken">Sent and not refused.</param>
/// <param name="Refused">Not found.</param>
/// <param name="OptionsRefused">Values that are no option of their property; an empty one: the answer does not say which.</param>
/// <param name="OptionsTaken">Whether a value of a property went through; only to be asked of values that were refused before.</param>
public sealed record PropertyLessons(
    IReadOnlyCollection<string> Taken, IReadOnlyCollection<string> Refused, IReadOnlyCollection<(string Property, string Value)> OptionsRefused, Func<string, string, bool> OptionsTaken)
{
    /// <param name="sent">The company.</param>
    /// <param name="reported">Every text of the answer, read.</param>
    public static PropertyLessons Of(Snapshot sent, IReadOnlyList<ReportedText> reported)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var user in sent.Users)
            for (var i = 0; i < user.Attributes.Count; i++) names.Add(user.Attributes[i].Name);

        var refused = reported.Where(r => r.Kind == ReportedKind.AttributeNotFound).SelectMany(r => r.Attributes).Where(names.Contains).ToHashSet(StringComparer.Ordinal);
        var options = OptionsIn(sent, reported.Where(r => r.Kind == ReportedKind.AttributeOptionNotFound), names);
        var doubted = reported.Where(r => r.Kind == ReportedKind.Unclassified).SelectMany(r => r.Attributes).ToHashSet(StringComparer.Ordinal);
        // A text that speaks of a property and names none may mean any of them: then nothing is learnt of those that were not named.
        var certain = reported.All(r => r.Attributes.Count > 0 || r.Kind is not (ReportedKind.AttributeNotFound or ReportedKind.Unclassified));
        var withOption = options.Select(o => o.Property).ToHashSet(StringComparer.Ordinal);
        var taken = names.Where(n => !refused.Contains(n) && !doubted.Contains(n) && (certain || withOption.Contains(n))).ToHashSet(StringComparer.Ordinal);

        var optionsAreCertain = certain && reported.All(r => r.Kind != ReportedKind.AttributeOptionNotFound || r.Attributes.Count > 0);
        return new(taken, refused, options, (property, value) => optionsAreCertain && taken.Contains(property)
            && !options.Contains((property, "")) && !options.Contains((property, value))
            && (value.Length == 0 || sent.Users.Any(u => u.Attributes.Any(a => a.Name == property && a.Value == value))));
    }

    /// <summary>A text names a person and a property: the option is that person's value of it.</summary>
    private static HashSet<(string Property, string Value)> OptionsIn(Snapshot sent, IEnumerable<ReportedText> reported, HashSet<string> names)
    {
        var (options, users) = (new HashSet<(string, string)>(), default(Dictionary<string, SnapshotUser>));
        foreach (var text in reported)
        {
            foreach (var name in text.Attributes.Where(names.Contains))
            {
                users ??= sent.Users.ToDictionary(u => u.Id, StringComparer.Ordinal);
                var values = text.Members.Select(users.GetValueOrDefault).OfType<SnapshotUser>().SelectMany(u => u.Attributes).Where(a => a.Name == name && a.Value.Length > 0)
                    .Select(a => a.Value).ToList();
                if (values.Count == 0) options.Add((name, ""));
                foreach (var value in values) options.Add((name, value));
            }
        }

        return options;
    }
}
