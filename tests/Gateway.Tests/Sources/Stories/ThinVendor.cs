using System.Security.Cryptography;
using System.Text;

namespace Gateway.Tests.Sources.Stories;

/// <summary>What a vendor's API knows of a person now.</summary>
/// <param name="Start">A day.</param>
/// <param name="LastDay">Inclusive; null: none is known.</param>
/// <param name="Gone">The vendor says so itself.</param>
/// <param name="EarlierLastDay">Of a former time here, for the vendors that keep it.</param>
internal sealed record Person(string Id, string Start, string Department, string Title = "Engineer", string? LastDay = null, bool Gone = false, string? EarlierLastDay = null);

/// <summary>What a vendor tells of a person.</summary>
internal enum Moment
{
    Created,
    Updated,
    EndAnnounced,
    EndCancelled,

    /// <summary>The midnight with which the last day begins.</summary>
    EndsToday,

    /// <summary>The midnight after the last day.</summary>
    Ended,
    HiredAgain,

    /// <summary>The midnight with which the first day begins.</summary>
    Started,
    StartedAgain,
}

/// <summary>A delivery as the vendor made it: it may come later, again, or after others.</summary>
internal sealed record Told(string Body, DateTimeOffset At, string Number);

/// <summary>A vendor whose deliveries name a person and say no more: how it tells, signs and answers.</summary>
internal sealed record ThinVendor
{
    /// <summary>Of the preset and of the source.</summary>
    public required string Name { get; init; }

    public required string TimeZone { get; init; }

    /// <summary>Beside those of the signature and the addresses.</summary>
    public required IReadOnlyDictionary<string, string?> Settings { get; init; }

    /// <summary>The text of a delivery about somebody at an instant, with a number of its own; null: the vendor does not tell that.</summary>
    public required Func<Moment, string, DateTimeOffset, string, string?> Body { get; init; }

    public required Action<HttpRequestMessage, Told> Sign { get; init; }

    /// <summary>What the API answers to a path and a body; null: it knows nobody of this id.</summary>
    public required Func<string, string, IReadOnlyDictionary<string, Person>, object?> Answer { get; init; }

    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    /// <summary>Whom the last segment of a path names.</summary>
    public static Person? Last(string path, IReadOnlyDictionary<string, Person> people) => people.GetValueOrDefault(path[(path.LastIndexOf('/') + 1)..]);

    public static string Hex(string secret, string signed) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(signed)));
}
