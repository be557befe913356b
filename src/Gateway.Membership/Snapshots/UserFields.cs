namespace Gateway.Membership.Snapshots;

/// <summary>The fields of a person on the wire by name: <c>email</c>, <c>firstName</c>, …, then <c>attributes.NAME</c>.</summary>
public static class UserFields
{
    public const string Email = "email";
    public const string JobTitle = "jobTitle";
    private const string AttributePrefix = "attributes.";

    /// <summary>Fields whose values differ: the standard ones in the order of the wire, then attributes by name.</summary>
    public static IReadOnlyList<FieldChange> Differences(SnapshotUser before, SnapshotUser after)
    {
        if (ReferenceEquals(before, after)) return [];
        List<FieldChange>? changes = null;
        Note(Email, before.Email, after.Email);
        Note("firstName", before.FirstName, after.FirstName);
        Note("lastName", before.LastName, after.LastName);
        Note(JobTitle, before.JobTitle, after.JobTitle);
        Note("imageUrl", before.ImageUrl, after.ImageUrl);
        Note("language", before.Language, after.Language);

        var (i, j) = (0, 0);
        var (a, b) = (before.Attributes, after.Attributes);
        while (i < a.Count || j < b.Count)
        {
            var side = i == a.Count ? 1 : j == b.Count ? -1 : Ordinal.Compare(a[i].Name, b[j].Name);
            if (side < 0) Note(AttributePrefix + a[i].Name, a[i++].Value, null);
            else if (side > 0) Note(AttributePrefix + b[j].Name, null, b[j++].Value);
            else Note(AttributePrefix + a[i].Name, a[i++].Value, b[j++].Value);
        }

        return changes ?? [];

        void Note(string field, string? was, string? now)
        {
            if (was != now) (changes ??= []).Add(new FieldChange(field, was, now));
        }
    }

    /// <summary>The person with one field set, whatever it was; null takes an attribute away.</summary>
    public static SnapshotUser With(SnapshotUser user, string field, string? value) => field switch
    {
        Email => user with { Email = value ?? "" },
        "firstName" => user with { FirstName = value },
        "lastName" => user with { LastName = value },
        JobTitle => user with { JobTitle = value },
        "imageUrl" => user with { ImageUrl = value },
        "language" => user with { Language = value },
        _ when field.StartsWith(AttributePrefix, StringComparison.Ordinal) => WithAttribute(user, field[AttributePrefix.Length..], value),
        _ => throw new ArgumentException($"A person on the wire has no field '{field}'.", nameof(field)),
    };

    private static SnapshotUser WithAttribute(SnapshotUser user, string name, string? value)
    {
        var others = user.Attributes.Where(a => a.Name != name);
        if (value is not null) others = others.Append(new SnapshotAttribute(name, value));
        return user with { Attributes = [.. others.OrderBy(a => a.Name, Ordinal.Comparer)] };
    }
}
