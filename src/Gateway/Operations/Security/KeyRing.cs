using System.Security.Claims;
using System.Security.Cryptography;
using Gateway.Edge;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Gateway.Operations.Security;

/// <summary>
/// The keys in force. Settings that change while we run are read again and swapped in whole; if they are wrong, the last good
/// ones stay, and the log says why.
/// </summary>
public sealed partial class KeyRing : IDisposable
{
    private readonly IConfiguration configuration;
    private readonly IHostEnvironment environment;
    private readonly TimeProvider time;
    private readonly ILogger<KeyRing> logger;
    private readonly IDisposable watch;
    private volatile Entry[] entries;

    /// <exception cref="OptionsValidationException">The settings at the start are wrong.</exception>
    public KeyRing(IConfiguration configuration, IHostEnvironment environment, TimeProvider time, ILogger<KeyRing> logger)
    {
        (this.configuration, this.environment, this.time, this.logger) = (configuration, environment, time, logger);
        var (keys, errors) = KeySettingsReader.Read(configuration);
        if (errors.Count > 0) throw new OptionsValidationException(KeySettingsReader.Section, typeof(KeySettings), errors);
        entries = Entries(keys);
        watch = ChangeToken.OnChange(configuration.GetReloadToken, Reload);

        if (environment.IsDevelopment()) Log.DevelopmentKey(logger, ApiKey.Development);
        else if (keys.Count == 0) Log.NoKeys(logger);
    }

    /// <summary>The key that was presented; null: none of ours. Every key is compared, in constant time, whichever fits.</summary>
    public Entry? Find(string presented)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (!ApiKey.TryHash(presented, hash)) return null;
        Entry? found = null;
        foreach (var entry in entries)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, entry.Key.Hash)) found = entry;
        }

        return found;
    }

    /// <summary>The bearer of a key that came by another way than HTTP, from who knows where; null: it is not known, has ended, or counts on this machine only.</summary>
    public ClaimsPrincipal? FindRemote(string presented) =>
        Find(presented) is { Key.LocalOnly: false } entry && !(entry.Key.NotAfter <= time.GetUtcNow()) ? entry.Principal : null;

    public void Dispose() => watch.Dispose();

    private void Reload()
    {
        var (keys, errors) = KeySettingsReader.Read(configuration);
        if (errors.Count > 0)
        {
            Log.Kept(logger, string.Join(" ", errors));
            return;
        }

        entries = Entries(keys);
        Log.Loaded(logger, keys.Count);
    }

    private Entry[] Entries(IReadOnlyList<KeySettings> keys) =>
        environment.IsDevelopment()
            ? [.. keys.Append(DevelopmentKey).Select(k => new Entry(k))]
            : [.. keys.Select(k => new Entry(k))];

    private static KeySettings DevelopmentKey { get; } =
        new("development", Convert.FromHexString(ApiKey.Hash(ApiKey.Development)), Scopes.All, Caller.AnySource, NotAfter: null, LocalOnly: true);

    /// <summary>A key and who its bearer is.</summary>
    public sealed class Entry(KeySettings key)
    {
        public KeySettings Key { get; } = key;

        /// <summary>Made once: it is only ever read.</summary>
        public ClaimsPrincipal Principal { get; } = new(new ClaimsIdentity(
            [
                new Claim(Caller.ActorClaim, "key:" + key.Name),
                new Claim(Caller.VoiceClaim, Caller.VoiceOf("key", key.Hash)),
                .. key.Scopes.Select(s => new Claim(Caller.ScopeClaim, s)),
                .. key.Source is null ? Array.Empty<Claim>() : [new Claim(Caller.SourceClaim, key.Source)],
            ],
            ApiKeyHandler.Scheme, Caller.ActorClaim, Caller.ScopeClaim));
    }

    private static partial class Log
    {
        [LoggerMessage(9001, LogLevel.Warning, "Development: the public key {Key} is accepted from this machine, with every scope and for every source.")]
        public static partial void DevelopmentKey(ILogger logger, string key);

        [LoggerMessage(9002, LogLevel.Warning, "No key is configured: nobody can send or read. Make one with 'gateway keys new'.")]
        public static partial void NoKeys(ILogger logger);

        [LoggerMessage(9003, LogLevel.Information, "Keys read again: {Count}.")]
        public static partial void Loaded(ILogger logger, int count);

        [LoggerMessage(9004, LogLevel.Error, "The changed keys are not valid, the last good ones stay: {Errors}")]
        public static partial void Kept(ILogger logger, string errors);
    }
}
