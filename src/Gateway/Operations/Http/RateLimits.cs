using System.Globalization;
using System.Threading.RateLimiting;
using Gateway.Edge;
using Microsoft.Extensions.Options;

namespace Gateway.Operations.Http;

/// <summary>One bucket a key: <c>Gateway:Limits:Rate</c> requests per second, with a burst of one second's worth. Above it 429 with Retry-After.</summary>
/// <remarks>The framework's middleware never disposes its limiter, whose timer then keeps a stopped gateway in memory for as long as the process lives.</remarks>
public sealed class RateLimits(IOptions<LimitsOptions> limits) : IMiddleware, IDisposable
{
    private readonly int _rate = limits.Value.Rate;
    private readonly PartitionedRateLimiter<HttpContext>? _limiter = limits.Value.Rate == 0 ? null : Limiter(limits.Value.Rate);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (_limiter is null)
        {
            await next(context);
            return;
        }

        using var lease = _limiter.AttemptAcquire(context);
        if (lease.IsAcquired)
        {
            await next(context);
            return;
        }

        await new Problem(ProblemKind.TooManyRequests, string.Create(CultureInfo.InvariantCulture, $"The limit is {_rate} requests per second and key (Gateway:Limits:Rate). Send batches."))
        {
            RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var told) ? told : TimeSpan.FromSeconds(1),
        }.ExecuteAsync(context);
    }

    public void Dispose() => _limiter?.Dispose();

    private static PartitionedRateLimiter<HttpContext> Limiter(int rate)
    {
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = rate,
            TokensPerPeriod = rate >= 100 ? rate / 10 : rate,
            ReplenishmentPeriod = TimeSpan.FromMilliseconds(rate >= 100 ? 100 : 1000),
            QueueLimit = 0,
            AutoReplenishment = true,
        };
        return PartitionedRateLimiter.Create<HttpContext, string>(context => context.User.Actor is { } actor
            ? RateLimitPartition.GetTokenBucketLimiter(actor, _ => bucket)
            : RateLimitPartition.GetNoLimiter(""));
    }
}
