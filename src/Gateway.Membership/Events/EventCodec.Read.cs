using System.Globalization;
using System.Text.Json;

namespace Gateway.Membership.Events;

public static partial class EventCodec
{
    /// <summary>Reads the stored form, fields in any order; fields it does not know are skipped.</summary>
    /// <exception cref="FormatException">The bytes are not what <see cref="Write"/> makes: a broken store, not bad input.</exception>
    public static MembershipEvent Read(string source, ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new FormatException("A stored event is a JSON object.");
            var fields = default(Fields);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) fields.Read(ref reader);
            return fields.ToEvent(source);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException("A stored event is not valid JSON, or a field has the wrong type.", e);
        }
    }

    private struct Fields
    {
        private string? id, type, replaces, employeeId, teamId, from, to, reason, name, eventId, sameAsSource, sameAsEmployeeId;
        private DateTimeOffset? occurredAt;
        private EffectiveDate? effectiveAt, until;
        private AssignmentRole role;
        private Patch parentId;
        private ProfilePatch? member;
        private List<Assignment>? teams;

        /// <summary>Reads the property that the reader stands on, to the end of its value.</summary>
        public void Read(ref Utf8JsonReader reader)
        {
            if (Next(ref reader, "id"u8)) id = reader.GetString();
            else if (Next(ref reader, "type"u8)) type = reader.GetString();
            else if (Next(ref reader, "occurredAt"u8)) occurredAt = reader.GetDateTimeOffset().ToUniversalTime();
            else if (Next(ref reader, "effectiveAt"u8)) effectiveAt = Date(ref reader);
            else if (Next(ref reader, "lastDay"u8)) effectiveAt = new EffectiveDate.LastDay(Day(ref reader));
            else if (Next(ref reader, "replaces"u8)) replaces = reader.GetString();
            else if (Next(ref reader, "employeeId"u8)) employeeId = reader.GetString();
            else if (Next(ref reader, "teamId"u8)) teamId = reader.GetString();
            else if (Next(ref reader, "member"u8)) member = Profile(ref reader);
            else if (Next(ref reader, "teams"u8)) teams = Teams(ref reader);
            else if (Next(ref reader, "from"u8)) from = reader.GetString();
            else if (Next(ref reader, "to"u8)) to = reader.GetString();
            else if (Next(ref reader, "role"u8)) role = Role(ref reader);
            else if (Next(ref reader, "reason"u8)) reason = reader.GetString();
            else if (Next(ref reader, "until"u8)) until = Date(ref reader);
            else if (Next(ref reader, "name"u8)) name = reader.GetString();
            else if (Next(ref reader, "parentId"u8)) parentId = Patch.To(reader.GetString());
            else if (Next(ref reader, "eventId"u8)) eventId = reader.GetString();
            else if (Next(ref reader, "sameAs"u8)) SameAs(ref reader);
            else reader.Skip();
        }

        public readonly MembershipEvent ToEvent(string source)
        {
            var (key, at) = (Need(id, "id"), occurredAt ?? throw Lacks("occurredAt"));
            return type switch
            {
                "hire" => new Hire
                {
                    Source = source, Id = key, OccurredAt = at, EffectiveAt = effectiveAt, Replaces = replaces,
                    EmployeeId = Need(employeeId, "employeeId"), Member = member ?? ProfilePatch.Nothing, Teams = teams,
                },
                "update" => new Update
                {
                    Source = source, Id = key, OccurredAt = at, EffectiveAt = effectiveAt, Replaces = replaces,
                    EmployeeId = Need(employeeId, "employeeId"), Member = member ?? ProfilePatch.Nothing,
                },
                "move" => new Move
                {
                    Source = source, Id = key, OccurredAt = at, EffectiveAt = effectiveAt, Replaces = replaces,
                    EmployeeId = Need(employeeId, "employeeId"), From = from, To = to, Role = role, Teams = teams,
                },
                "assign" => new Assign
                {
                    Source = source, Id = key, OccurredAt = at, EffectiveAt = effectiveAt, Replaces = replaces,
                    EmployeeId = Need(employeeId, "employeeId"), TeamId = Need(teamId, "teamId"), Role = role,
                },
                "unassign" => new Unassign
                {
                    Source = source, Id = key, OccurredAt = at, EffectiveAt = effectiveAt, Replaces = replaces,
                    EmployeeId = Need(employeeId, "employeeId"), TeamId = Need(teamId, "teamId"), Role = role,
                },
                "leave" => new Leave
                {
                    Source = source, Id = key, OccurredAt = at, EffectiveAt = effectiveAt, Replaces = replaces,
                    EmployeeId = Need(employeeId, "employeeId"), Reason = reason,
                },
                "absence" => new Absence
                {
                    Source = source, Id = key, OccurredAt = at, EffectiveAt = effectiveAt, Replaces = replaces,
                    EmployeeId = Need(employeeId, "employeeId"), Until = until,
                },
                "return" => new Return
                {
                    Source = source, Id = key, OccurredAt = at, EffectiveAt = effectiveAt, Replaces = replaces,
                    EmployeeId = Need(employeeId, "employeeId"),
                },
                "alias" => new Alias
                {
                    Source = source, Id = key, OccurredAt = at, EffectiveAt = effectiveAt, Replaces = replaces,
                    EmployeeId = Need(employeeId, "employeeId"),
                    SameAsSource = Need(sameAsSource, "sameAs.source"), SameAsEmployeeId = Need(sameAsEmployeeId, "sameAs.employeeId"),
                },
                "team" => new TeamDefined
                {
                    Source = source, Id = key, OccurredAt = at, EffectiveAt = effectiveAt, Replaces = replaces,
                    TeamId = Need(teamId, "teamId"), Name = name, ParentId = parentId,
                },
                "team-close" => new TeamClosed
                {
                    Source = source, Id = key, OccurredAt = at, EffectiveAt = effectiveAt, Replaces = replaces, TeamId = Need(teamId, "teamId"),
                },
                "retract" => new Retract
                {
                    Source = source, Id = key, OccurredAt = at, EffectiveAt = effectiveAt, Replaces = replaces, EventId = Need(eventId, "eventId"),
                },
                _ => throw new FormatException($"A stored event has the unknown type '{type}'."),
            };
        }

        /// <summary>Whether the reader stands on this property; if so, moves to its value.</summary>
        private static bool Next(ref Utf8JsonReader reader, ReadOnlySpan<byte> property) => reader.ValueTextEquals(property) && reader.Read();

        private static string Need(string? value, string field) => value ?? throw Lacks(field);

        private static FormatException Lacks(string field) => new($"A stored event lacks the field '{field}'.");

        private static EffectiveDate? Date(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Null
            ? null
            : reader.ValueSpan.Length == 10
                ? new EffectiveDate.Day(Day(ref reader))
                : new EffectiveDate.Instant(reader.GetDateTimeOffset().ToUniversalTime());

        private static DateOnly Day(ref Utf8JsonReader reader) => DateOnly.ParseExact(reader.GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture);

        private static AssignmentRole Role(ref Utf8JsonReader reader) =>
            reader.ValueTextEquals("manager"u8) ? AssignmentRole.Manager
            : reader.ValueTextEquals("member"u8) ? AssignmentRole.Member
            : throw new FormatException("A stored event has an unknown role.");

        private static List<Assignment> Teams(ref Utf8JsonReader reader)
        {
            var list = new List<Assignment>();
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                var (team, role) = (default(string), AssignmentRole.Member);
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    if (Next(ref reader, "teamId"u8)) team = reader.GetString();
                    else if (Next(ref reader, "role"u8)) role = Role(ref reader);
                    else reader.Skip();
                }

                list.Add(new Assignment(Need(team, "teams.teamId"), role));
            }

            return list;
        }

        private static ProfilePatch Profile(ref Utf8JsonReader reader)
        {
            var (email, firstName, lastName, jobTitle, imageUrl, language) =
                (Patch.Absent, Patch.Absent, Patch.Absent, Patch.Absent, Patch.Absent, Patch.Absent);
            IReadOnlyDictionary<string, string?> attributes = ProfilePatch.Nothing.Attributes;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (Next(ref reader, "email"u8)) email = Patch.To(reader.GetString());
                else if (Next(ref reader, "firstName"u8)) firstName = Patch.To(reader.GetString());
                else if (Next(ref reader, "lastName"u8)) lastName = Patch.To(reader.GetString());
                else if (Next(ref reader, "jobTitle"u8)) jobTitle = Patch.To(reader.GetString());
                else if (Next(ref reader, "imageUrl"u8)) imageUrl = Patch.To(reader.GetString());
                else if (Next(ref reader, "language"u8)) language = Patch.To(reader.GetString());
                else if (Next(ref reader, "attributes"u8)) attributes = Attributes(ref reader);
                else reader.Skip();
            }

            return new ProfilePatch
            {
                Email = email, FirstName = firstName, LastName = lastName, JobTitle = jobTitle, ImageUrl = imageUrl, Language = language,
                Attributes = attributes,
            };
        }

        private static Dictionary<string, string?> Attributes(ref Utf8JsonReader reader)
        {
            var attributes = new Dictionary<string, string?>();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var attribute = reader.GetString()!;
                reader.Read();
                attributes[attribute] = reader.GetString();
            }

            return attributes;
        }

        private void SameAs(ref Utf8JsonReader reader)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (Next(ref reader, "source"u8)) sameAsSource = reader.GetString();
                else if (Next(ref reader, "employeeId"u8)) sameAsEmployeeId = reader.GetString();
                else reader.Skip();
            }
        }
    }
}
