using System.Buffers.Text;
using System.Text;

namespace Gateway.Edge;

/// <summary>An opaque place in a list: where the next page begins.</summary>
public static class Cursor
{
    public static string Of(string place) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(place));

    /// <summary>The place; null: it is not one of ours.</summary>
    public static string? Read(string cursor)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Base64Url.DecodeFromChars(cursor));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return null;
        }
    }
}
