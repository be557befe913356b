namespace Gateway.Sources.Webhooks.Signatures;

/// <summary>How a signature is made.</summary>
public enum SignatureAlgorithm
{
    HmacSha256 = 0,
    HmacSha512 = 1,

    /// <summary>For old senders only: an HMAC with SHA-1 still holds, but nobody should begin with it.</summary>
    HmacSha1 = 2,

    /// <summary>The header is <c>Basic</c> and the base64 of the secret, which is <c>user:password</c>. Nothing is signed.</summary>
    Basic = 3,

    /// <summary>The header is the secret itself. Nothing is signed.</summary>
    Token = 4,
}

/// <summary>How a secret stands in the settings.</summary>
public enum KeyFormat
{
    /// <summary>Its UTF-8 bytes are the key.</summary>
    Text = 0,
    Base64 = 1,

    /// <summary>Base64, with or without <c>whsec_</c> before it.</summary>
    Whsec = 2,
    Hex = 3,
}

/// <summary>How a signature is written.</summary>
public enum SignatureEncoding
{
    /// <summary>Lower case.</summary>
    Hex = 0,
    Base64 = 1,
    Base64Url = 2,
}

/// <summary>Whether base64 ends in <c>=</c>.</summary>
public enum SignaturePadding
{
    Required = 0,
    None = 1,
    Either = 2,
}

/// <summary>What the signature's header holds.</summary>
public enum SignatureForm
{
    /// <summary>The signature.</summary>
    Plain = 0,

    /// <summary>Signatures of several versions, separated by spaces: <c>v1,… v1,…</c>. Any may fit.</summary>
    List = 1,

    /// <summary>Named parts, separated by commas: <c>t=…, v1=…</c>.</summary>
    Parts = 2,
}

/// <summary>How a timestamp is written.</summary>
[Flags]
public enum StampFormats
{
    None = 0,

    /// <summary>Ten digits.</summary>
    Seconds = 1,

    /// <summary>Thirteen digits.</summary>
    Milliseconds = 2,

    /// <summary>Such as <c>2026-03-02T09:00:00Z</c>.</summary>
    Rfc3339 = 4,
}

/// <summary>A piece of what is signed.</summary>
public abstract record SignedPart
{
    private SignedPart() { }

    public sealed record Literal(string Text) : SignedPart;

    /// <summary>The delivery's id, as its header has it.</summary>
    public sealed record Id : SignedPart;

    /// <summary>The timestamp, as it came.</summary>
    public sealed record Timestamp : SignedPart;

    /// <summary>The bytes of the body.</summary>
    public sealed record Body : SignedPart;

    /// <summary>Of the request, in upper case.</summary>
    public sealed record Method : SignedPart;
}

/// <summary>A way of signing deliveries, as data.</summary>
public sealed record SignatureScheme
{
    public SignatureAlgorithm Algorithm { get; init; } = SignatureAlgorithm.HmacSha256;

    public KeyFormat Key { get; init; } = KeyFormat.Text;

    public SignatureEncoding Encoding { get; init; } = SignatureEncoding.Hex;

    public SignaturePadding Padding { get; init; } = SignaturePadding.Required;

    /// <summary>Where the signature stands.</summary>
    public string Header { get; init; } = "";

    public SignatureForm Form { get; init; } = SignatureForm.Plain;

    /// <summary>The version in a list, the name of the signature's part. Default <c>v1</c>.</summary>
    public string Label { get; init; } = "v1";

    /// <summary>What stands before the signature, such as <c>sha256=</c>.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Where the timestamp stands, if not in the signature's own header.</summary>
    public string? TimestampHeader { get; init; }

    /// <summary>Which part of the signature's header the timestamp is.</summary>
    public string? TimestampPart { get; init; }

    public StampFormats TimestampFormats { get; init; } = StampFormats.Seconds;

    /// <summary>Where the delivery's id stands.</summary>
    public string? IdHeader { get; init; }

    /// <summary>What is signed, in order. Empty: nothing is.</summary>
    public IReadOnlyList<SignedPart> Signed { get; init; } = [];

    /// <summary>How far the timestamp may be from now, either way. Default 5 minutes.</summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromMinutes(5);

    public bool IsHmac => Algorithm is SignatureAlgorithm.HmacSha256 or SignatureAlgorithm.HmacSha512 or SignatureAlgorithm.HmacSha1;

    public bool HasTimestamp => TimestampHeader is not null || TimestampPart is not null;
}
