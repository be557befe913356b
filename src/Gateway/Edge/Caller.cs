using System.Security.Claims;

namespace Gateway.Edge;

/// <summary>Who is asking, read from the claims that authentication left.</summary>
public static class Caller
{
    /// <summary>Who acted, for the audit: <c>key:NAME</c> or <c>user:NAME</c>.</summary>
    public const string ActorClaim = "gateway:actor";

    /// <summary>One claim for each of <see cref="Scopes"/>.</summary>
    public const string ScopeClaim = "gateway:scope";

    /// <summary>One claim for each source that the caller speaks for; <see cref="AnySource"/> for all.</summary>
    public const string SourceClaim = "gateway:source";

    public const string AnySource = "*";

    extension(ClaimsPrincipal user)
    {
        /// <summary>Who acted, for the audit. Null: nobody was authenticated.</summary>
        public string? Actor => user.FindFirst(ActorClaim)?.Value;

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
