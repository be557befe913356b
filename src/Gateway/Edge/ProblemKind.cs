namespace Gateway.Edge;

/// <summary>
/// A kind of refusal. Its <see cref="Type"/> is part of the contract: never rename one. Every kind has its paragraph in
/// docs/problems.md, which a test holds.
/// </summary>
/// <param name="Code">The last part of the type URI.</param>
/// <param name="Status">The HTTP status it is answered with.</param>
/// <param name="Title">The same words every time.</param>
public sealed record ProblemKind(string Code, int Status, string Title)
{
    public const string Prefix = "urn:gateway:problem:";

    public string Type => Prefix + Code;

    // The request
    public static readonly ProblemKind Malformed = new("malformed", 400, "The request could not be read.");
    public static readonly ProblemKind Invalid = new("invalid", 400, "The request is not valid.");
    public static readonly ProblemKind CursorInvalid = new("cursor-invalid", 400, "The cursor is not one of ours.");
    public static readonly ProblemKind NotFound = new("not-found", 404, "There is nothing here.");
    public static readonly ProblemKind MethodNotAllowed = new("method-not-allowed", 405, "The method is not allowed here.");
    public static readonly ProblemKind NotAcceptable = new("not-acceptable", 406, "No representation that the request accepts.");
    public static readonly ProblemKind RequestTimeout = new("request-timeout", 408, "The request arrived too slowly.");
    public static readonly ProblemKind TooLarge = new("too-large", 413, "The body is too large.");
    public static readonly ProblemKind MediaTypeUnsupported = new("media-type-unsupported", 415, "The media type is not supported.");
    public static readonly ProblemKind EncodingUnsupported = new("encoding-unsupported", 415, "Compressed bodies are not supported.");
    public static readonly ProblemKind HeadersTooLarge = new("headers-too-large", 431, "The request headers are too large.");

    // The caller
    public static readonly ProblemKind KeyMissing = new("key-missing", 401, "A key is needed.");
    public static readonly ProblemKind KeyInvalid = new("key-invalid", 401, "The key is not accepted.");
    public static readonly ProblemKind SignatureInvalid = new("signature-invalid", 401, "The signature is not accepted.");
    public static readonly ProblemKind NetworkRefused = new("network-refused", 403, "Not from this network.");
    public static readonly ProblemKind ScopeMissing = new("scope-missing", 403, "The key has not the scope for this.");
    public static readonly ProblemKind SourceForeign = new("source-foreign", 403, "The key does not speak for this source.");
    public static readonly ProblemKind SwitchedOff = new("switched-off", 403, "This is switched off here.");
    public static readonly ProblemKind TooManyRequests = new("too-many-requests", 429, "Too many requests.");

    // The state of things
    public static readonly ProblemKind Conflict = new("conflict", 409, "This contradicts what is there.");
    public static readonly ProblemKind EventConflict = new("event-conflict", 409, "An event with this id and other content is there already.");
    public static readonly ProblemKind BaselineHeld = new("baseline-held", 409, "The baseline would change more than is allowed unasked.");
    public static readonly ProblemKind RunMoved = new("run-moved", 409, "The run is not what was decided on any more.");

    public static readonly ProblemKind AnotherKeyNeeded = new("another-key-needed", 409, "Another key has to say so too.");
    public static readonly ProblemKind NotPartable = new("not-partable", 409, "There is no rest that could be sent without what is held.");
    public static readonly ProblemKind ContentGone = new("content-gone", 410, "The bytes of this run are not kept any more.");

    // Others
    public static readonly ProblemKind PullFailed = new("pull-failed", 502, "The baseline could not be fetched.");

    public static readonly ProblemKind OfficevibeFailed = new("officevibe-failed", 502, "Officevibe could not be read.");
    public static readonly ProblemKind NotGiven = new("not-given", 501, "Officevibe's API does not give this.");

    // Ourselves
    public static readonly ProblemKind Internal = new("internal", 500, "Something went wrong here.");
    public static readonly ProblemKind StorageUnavailable = new("storage-unavailable", 503, "The event log cannot take a write.");
    public static readonly ProblemKind Unavailable = new("unavailable", 503, "Not now.");
    public static readonly ProblemKind Timeout = new("timeout", 504, "The answer took too long.");

    public static IReadOnlyList<ProblemKind> All { get; } =
    [
        Malformed, Invalid, CursorInvalid, NotFound, MethodNotAllowed, NotAcceptable, RequestTimeout, TooLarge, MediaTypeUnsupported, EncodingUnsupported,
        HeadersTooLarge, KeyMissing, KeyInvalid, SignatureInvalid, NetworkRefused, ScopeMissing, SourceForeign, SwitchedOff, TooManyRequests, Conflict, EventConflict, BaselineHeld, RunMoved, AnotherKeyNeeded,
        NotPartable, ContentGone, PullFailed, OfficevibeFailed, NotGiven, Internal,
        StorageUnavailable, Unavailable, Timeout,
    ];

    /// <summary>The kind of a bare status code, as the framework answers one.</summary>
    public static ProblemKind Of(int status) => status switch
    {
        401 => KeyMissing,
        403 => ScopeMissing,
        404 => NotFound,
        405 => MethodNotAllowed,
        406 => NotAcceptable,
        408 => RequestTimeout,
        409 => Conflict,
        413 => TooLarge,
        415 => MediaTypeUnsupported,
        429 => TooManyRequests,
        431 => HeadersTooLarge,
        503 => Unavailable,
        504 => Timeout,
        >= 500 => Internal,
        _ => Malformed,
    };
}
