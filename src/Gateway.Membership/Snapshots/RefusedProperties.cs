using Gateway.Membership.Events;

namespace Gateway.Membership.Snapshots;

/// <summary>A property that Officevibe did not find when it was sent last.</summary>
/// <param name="Name">As it was sent.</param>
/// <param name="Run">The first run that was answered so.</param>
/// <param name="At">When that was.</param>
/// <param name="TakenAt">When it was sent last without that answer; null: never.</param>
public sealed record RefusedProperty(string Name, string Run, DateTimeOffset At, DateTimeOffset? TakenAt);

/// <summary>An option that Officevibe did not find when it was sent last. <c>Value</c> empty: the answer did not say which.</summary>
public sealed record RefusedOption(string Property, string Value, string Run, DateTimeOffset At);

/// <summary>
/// What of a company Officevibe will skip again, going by what it answered last. A warning: values are sent all the same, so that they arrive
/// as soon as somebody has mended it there.
/// </summary>
public static class RefusedProperties
{
    /// <param name="snapshot">As it would be sent.</param>
    /// <param name="properties">Those refused.</param>
    /// <param name="options">Those refused, of properties that were not.</param>
    /// <param name="known">Names that may be meant: declared, or taken before.</param>
    public static IEnumerable<Issue> Find(Snapshot snapshot, IReadOnlyCollection<RefusedProperty> properties, IReadOnlyCollection<RefusedOption> options, IReadOnlyCollection<string> known)
    {
        if (properties.Count == 0 && options.Count == 0) yield break;
        var messages = properties.ToDictionary(p => p.Name, p => Message(p, known));
        var refused = options.Where(o => !messages.ContainsKey(o.Property)).ToDictionary(o => (o.Property, o.Value), o => Message(o, "this option"));
        foreach (var user in snapshot.Users)
        {
            foreach (var (name, value) in user.Attributes)
            {
                if (messages.TryGetValue(name, out var message)) yield return Of(IssueCodes.AttributeNotFound, user.Id, name, message);
                else if (value.Length > 0 && refused.TryGetValue((name, value), out message)) yield return Of(IssueCodes.AttributeOptionNotFound, user.Id, name, message);
            }
        }
    }

    /// <summary>What may have become of a property that is not found any more, and what to do.</summary>
    /// <param name="name">As it was sent.</param>
    /// <param name="known">Names that may be meant: declared, or taken before.</param>
    public static string Hint(string name, IEnumerable<string> known) =>
        PropertyNames.Nearest(name, known) is { } near ? $"`{name}` is probably `{near}` there ({PropertyNames.WhyAlike(name, near)})."
        : PropertyNames.OtherNamesOf(name) is [{ } other, ..] ? $"`{name}` may be `{other}` there, a default property of Officevibe ({PropertyNames.WhyAlike(name, other)})."
        : $"Look in Officevibe for a property whose name differs from `{name}` in a capital, an accent or a space.";

    /// <summary>What Officevibe does not find, and what to do about it: a property with its likely name there.</summary>
    /// <param name="p">The property.</param>
    /// <param name="known">Names that may be meant: declared, or taken before.</param>
    public static string Message(RefusedProperty p, IReadOnlyCollection<string> known) =>
        $"Officevibe did not find the property {p.Name} (since {p.Run}{(p.TakenAt is null ? "" : "; it had it before, so that somebody renamed or removed it there")}), and skips its value. "
        + $"{Hint(p.Name, known)} Rename it there, or correct Gateway:Officevibe:Properties and what the source calls it.";

    /// <summary>Likewise of an option.</summary>
    /// <param name="o">The option.</param>
    /// <param name="which">In words, such as <c>this option</c>.</param>
    public static string Message(RefusedOption o, string which) =>
        $"Officevibe did not find {which} of {o.Property} (since {o.Run}), and skips the value. Add the option there, or correct it in the source; declare the options in Gateway:Officevibe:Properties to be told before a sync.";

    private static Issue Of(string code, string subject, string attribute, string message) => new(code, SubjectKind.Member, subject, LeftOut: false, message) { Attribute = attribute };
}
