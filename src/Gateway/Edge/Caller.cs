using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Edge;

/// <summary>Who is asking, read from the claims that authentication left.</summary>
public static class Caller
{
    /// <summary>Who acted, for the audit: <c>key:NAME</c> or <c>user:NAME</c>.</summary>
    public const string ActorClaim = "gateway:actor";

    /// <summary>Whose word it is, where two have to say the same: one value for a key whatever its name, and one for a subject whatever its user name.</summary>
    public const string VoiceClaim = "gateway:voice";

    /// <summary>One claim for each of <see cref="Scopes"/>.</summary>
    public const string ScopeClaim = "gateway:scope";

    /// <summary>One claim for each source that the caller speaks for; <see cref="AnySource"/> for all.</summary>
    public const string SourceClaim = "gateway:source";

    public const string AnySource = "*";

    /// <summary>The value of <see cref="VoiceClaim"/>: it can be compared, and tells neither a key nor a subject.</summary>
    public static string VoiceOf(string kind, ReadOnlySpan<byte> of)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sum.AppendData(Encoding.UTF8.GetBytes(kind + "\n"));
        sum.AppendData(of);
        sum.GetHashAndReset(hash);
        return Convert.ToHexStringLower(hash[..16]);
    }

    extension(ClaimsPrincipal user)
    {
        /// <summary>Who acted, for the audit. Null: nobody was authenticated.</summary>
        public string? Actor => user.FindFirst(ActorClaim)?.Value;

        /// <summary>A fingerprint of the key, or of the subject of the token. Null: nobody was authenticated.</summary>
        public string? Voice => user.FindFirst(VoiceClaim)?.Value;

        public bool HasScope(string scope) => user.HasClaim(ScopeClaim, scope);

        /// <summary>The caller may send events in the name of this source. Exact case.</summary>
        public bool MaySpeakFor(string source) => user.HasClaim(SourceClaim, source) || user.HasClaim(SourceClaim, AnySource);

        /// <summary>The one source that the caller speaks for; null: none, several, or any, so that the request has to say which.</summary>
        public string? OnlySource
        {
            get
            {
                string? only = null;
                foreach (var claim in user.FindAll(SourceClaim))
                {
                    if (only is not null || claim.Value == AnySource) return null;
                    only = claim.Value;
                }

                return only;
            }
        }
    }
}
