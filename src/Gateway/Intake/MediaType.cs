namespace Gateway.Intake;

/// <summary>The media type of a request, without its parameters.</summary>
internal static class MediaType
{
    public static string Of(HttpRequest request)
    {
        var type = request.ContentType.AsSpan();
        var end = type.IndexOf(';');
        return (end < 0 ? type : type[..end]).Trim().ToString().ToLowerInvariant();
    }
}
