using System.Text.Json;
using Gateway.Membership.Events;

namespace Gateway.Membership.Fold;

public static partial class FacetCodec
{
    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">Not written by this version: fold it again.</exception>
    public static Facet Read(SubjectKind kind, ReadOnlySpan<byte> utf8) => Read(kind, utf8, TextPool.Current);

    /// <summary>Likewise, for whoever reads many.</summary>
    public static Facet Read(SubjectKind kind, ReadOnlySpan<byte> utf8, TextPool texts)
    {
        var reader = new Utf8JsonReader(utf8);
        Expect(ref reader, JsonTokenType.StartObject);
        return kind == SubjectKind.Member ? ReadMember(ref reader, texts) : ReadTeam(ref reader, texts);
    }

    private static MemberFacet ReadMember(ref Utf8JsonReader r, TextPool texts)
    {
        string? source = null, employeeId = null;
        var flags = 0;
        DateTimeOffset? nextDue = null, firstHiredAt = null, lastHiredAt = null;
        int? employedBy = null, absentBy = null;
        Said? email = null, firstName = null, lastName = null, jobTitle = null, imageUrl = null, language = null;
        Dictionary<string, Said>? attributes = null;
        IReadOnlyList<FacetAssignment> assignments = [];
        IReadOnlyList<string> emails = [];
        IReadOnlyList<AliasLink> aliases = [];
        IReadOnlyList<EventRef> by = [];
        IReadOnlyList<EventOutcome> outcomes = [];
        while (NextField(ref r))
        {
            if (At(ref r, "s"u8)) source = Text(ref r, texts);
            else if (At(ref r, "e"u8)) employeeId = Text(ref r, texts);
            else if (At(ref r, "f"u8)) flags = Int(ref r);
            else if (At(ref r, "h"u8)) firstHiredAt = Instant(ref r);
            else if (At(ref r, "l"u8)) lastHiredAt = Instant(ref r);
            else if (At(ref r, "eb"u8)) employedBy = Int(ref r);
            else if (At(ref r, "ab"u8)) absentBy = Int(ref r);
            else if (At(ref r, "p0"u8)) email = ReadSaid(ref r, texts);
            else if (At(ref r, "p1"u8)) firstName = ReadSaid(ref r, texts);
            else if (At(ref r, "p2"u8)) lastName = ReadSaid(ref r, texts);
            else if (At(ref r, "p3"u8)) jobTitle = ReadSaid(ref r, texts);
            else if (At(ref r, "p4"u8)) imageUrl = ReadSaid(ref r, texts);
            else if (At(ref r, "p5"u8)) language = ReadSaid(ref r, texts);
            else if (At(ref r, "a"u8)) attributes = ReadAttributes(ref r, texts);
            else if (At(ref r, "t"u8)) assignments = ReadAssignments(ref r, texts);
            else if (At(ref r, "m"u8)) emails = ReadEmails(ref r, texts);
            else if (At(ref r, "x"u8)) aliases = ReadAliases(ref r, texts);
            else if (At(ref r, "d"u8)) nextDue = Instant(ref r);
            else if (At(ref r, "b"u8)) by = ReadRefs(ref r);
            else if (At(ref r, "o"u8)) outcomes = ReadOutcomes(ref r);
            else throw Foreign();
        }

        return new MemberFacet
        {
            Source = source ?? throw Foreign(), EmployeeId = employeeId ?? throw Foreign(),
            Stated = (flags & Stated) != 0, EverHired = (flags & EverHired) != 0, Employed = (flags & Employed) != 0,
            Absent = (flags & Absent) != 0, TeamsStated = (flags & TeamsStated) != 0,
            FirstHiredAt = firstHiredAt, LastHiredAt = lastHiredAt, EmployedBy = employedBy, AbsentBy = absentBy,
            Email = email, FirstName = firstName, LastName = lastName, JobTitle = jobTitle, ImageUrl = imageUrl, Language = language,
            Attributes = attributes, Assignments = assignments, Emails = emails, Aliases = aliases,
            NextDue = nextDue, By = by, Outcomes = outcomes,
        };
    }

    private static TeamFacet ReadTeam(ref Utf8JsonReader r, TextPool texts)
    {
        string? source = null, teamId = null;
        var flags = 0;
        DateTimeOffset? nextDue = null;
        int? existsBy = null;
        Said? name = null, parentId = null;
        IReadOnlyList<EventRef> by = [];
        IReadOnlyList<EventOutcome> outcomes = [];
        while (NextField(ref r))
        {
            if (At(ref r, "s"u8)) source = Text(ref r, texts);
            else if (At(ref r, "i"u8)) teamId = Text(ref r, texts);
            else if (At(ref r, "f"u8)) flags = Int(ref r);
            else if (At(ref r, "xb"u8)) existsBy = Int(ref r);
            else if (At(ref r, "n"u8)) name = ReadSaid(ref r, texts);
            else if (At(ref r, "pa"u8)) parentId = ReadSaid(ref r, texts);
            else if (At(ref r, "d"u8)) nextDue = Instant(ref r);
            else if (At(ref r, "b"u8)) by = ReadRefs(ref r);
            else if (At(ref r, "o"u8)) outcomes = ReadOutcomes(ref r);
            else throw Foreign();
        }

        return new TeamFacet
        {
            Source = source ?? throw Foreign(), TeamId = teamId ?? throw Foreign(), Named = (flags & Named) != 0, Exists = (flags & Exists) != 0,
            ExistsBy = existsBy, Name = name, ParentId = parentId, NextDue = nextDue, By = by, Outcomes = outcomes,
        };
    }

    private static Said ReadSaid(ref Utf8JsonReader r, TextPool texts)
    {
        Begin(ref r);
        Expect(ref r);
        var said = new Said(TextOrNull(ref r, texts), Next(ref r));
        Expect(ref r, JsonTokenType.EndArray);
        return said;
    }

    private static Dictionary<string, Said> ReadAttributes(ref Utf8JsonReader r, TextPool texts)
    {
        var attributes = new Dictionary<string, Said>();
        Begin(ref r);
        while (More(ref r))
        {
            var name = Text(ref r, texts);
            Expect(ref r);
            attributes.Add(name, new Said(TextOrNull(ref r, texts), Next(ref r)));
        }

        return attributes;
    }

    private static FacetAssignment[] ReadAssignments(ref Utf8JsonReader r, TextPool texts)
    {
        var list = new List<FacetAssignment>(1);
        Begin(ref r);
        while (More(ref r)) list.Add(new FacetAssignment(Text(ref r, texts), (AssignmentRole)Next(ref r), Next(ref r)));
        return Exactly(list);
    }

    private static string[] ReadEmails(ref Utf8JsonReader r, TextPool texts)
    {
        var list = new List<string>(1);
        Begin(ref r);
        while (More(ref r)) list.Add(Text(ref r, texts));
        return Exactly(list);
    }

    private static AliasLink[] ReadAliases(ref Utf8JsonReader r, TextPool texts)
    {
        var list = new List<AliasLink>(1);
        Begin(ref r);
        while (More(ref r))
        {
            var source = Text(ref r, texts);
            Expect(ref r);
            list.Add(new AliasLink(source, Text(ref r, texts), Next(ref r)));
        }

        return Exactly(list);
    }

    private static EventRef[] ReadRefs(ref Utf8JsonReader r)
    {
        var list = new List<EventRef>(1);
        Begin(ref r);
        while (More(ref r)) list.Add(new EventRef(Value(ref r), NextInstant(ref r), NextInstant(ref r)));
        return Exactly(list);
    }

    private static EventOutcome[] ReadOutcomes(ref Utf8JsonReader r)
    {
        var list = new List<EventOutcome>(1);
        Begin(ref r);
        while (More(ref r))
        {
            var (id, state) = (Value(ref r), (EventState)Next(ref r));
            Expect(ref r);
            DateTimeOffset? at = r.TokenType == JsonTokenType.Null ? null : FromMicros(Number(ref r));
            Expect(ref r);
            list.Add(new EventOutcome(id, state, at, r.GetString()));
        }

        return Exactly(list);
    }

    /// <summary>False: the object ends here.</summary>
    private static bool NextField(ref Utf8JsonReader r)
    {
        Expect(ref r);
        if (r.TokenType == JsonTokenType.EndObject) return false;
        return r.TokenType == JsonTokenType.PropertyName ? true : throw Foreign();
    }

    /// <summary>Whether the reader stands on this field; if so, moves to its value.</summary>
    private static bool At(ref Utf8JsonReader r, ReadOnlySpan<byte> field) => r.ValueSpan.SequenceEqual(field) && r.Read();

    private static void Begin(ref Utf8JsonReader r)
    {
        if (r.TokenType != JsonTokenType.StartArray) throw Foreign();
    }

    /// <summary>Moves to the next value of a list; false: it ends here.</summary>
    private static bool More(ref Utf8JsonReader r)
    {
        Expect(ref r);
        return r.TokenType != JsonTokenType.EndArray;
    }

    private static string Text(ref Utf8JsonReader r, TextPool texts) => TextOrNull(ref r, texts) ?? throw Foreign();

    private static string? TextOrNull(ref Utf8JsonReader r, TextPool texts) =>
        r is { TokenType: JsonTokenType.String, ValueIsEscaped: false, HasValueSequence: false } ? texts.Of(r.ValueSpan) : r.GetString();

    /// <summary>Facets are kept by the hundred thousand: no spare room.</summary>
    private static T[] Exactly<T>(List<T> list) => list.Count == 0 ? [] : [.. list];

    private static string Value(ref Utf8JsonReader r) => r.TokenType == JsonTokenType.String ? r.GetString()! : throw Foreign();

    private static int Next(ref Utf8JsonReader r)
    {
        Expect(ref r);
        return Int(ref r);
    }

    private static DateTimeOffset NextInstant(ref Utf8JsonReader r)
    {
        Expect(ref r);
        return FromMicros(Number(ref r));
    }

    private static int Int(ref Utf8JsonReader r) => r.TokenType == JsonTokenType.Number && r.TryGetInt32(out var number) ? number : throw Foreign();

    private static long Number(ref Utf8JsonReader r) => r.TokenType == JsonTokenType.Number && r.TryGetInt64(out var number) ? number : throw Foreign();

    private static DateTimeOffset Instant(ref Utf8JsonReader r) => FromMicros(Number(ref r));

    private static DateTimeOffset FromMicros(long micros) => new(DateTimeOffset.UnixEpoch.Ticks + (micros * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    private static void Expect(ref Utf8JsonReader r, JsonTokenType? type = null)
    {
        if (!r.Read() || (type is { } wanted && r.TokenType != wanted)) throw Foreign();
    }

    private static JsonException Foreign() => new("A stored facet is not of this version.");
}
