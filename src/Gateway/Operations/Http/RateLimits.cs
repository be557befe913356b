using System.Globalization;
using System.Threading.RateLimiting;
using Gateway.Edge;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Gateway.Operations.Http;

/// <summary>One bucket a key: <c>Gateway:Limits:Rate</c> requests per second, with a burst of one second's worth. Above it 429 with Retry-After.</summary>
public sealed class RateLimits(IOptions<LimitsOptions> limits) : IConfigureOptions<RateLimiterOptions>
{
    public void Configure(RateLimiterOptions options)
    {
        var rate = limits.Value.Rate;
        if (rate == 0) return;
        var tick = TimeSpan.FromMilliseconds(rate >= 100 ? 100 : 1000);
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = rate,
            TokensPerPeriod = rate >= 100 ? rate / 10 : rate,
            ReplenishmentPeriod = tick,
            QueueLimit = 0,
            AutoReplenishment = true,
        };

        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => context.User.Actor is { } actor
            ? RateLimitPartition.GetTokenBucketLimiter(actor, _ => bucket)
            : RateLimitPartition.GetNoLimiter(""));
        options.OnRejected = async (rejected, _) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var told) ? told : TimeSpan.FromSeconds(1);
            await new Problem(ProblemKind.TooManyRequests, string.Create(CultureInfo.InvariantCulture, $"The limit is {rate} requests per second and key (Gateway:Limits:Rate). Send batches."))
            {
                RetryAfter = wait,
            }.ExecuteAsync(rejected.HttpContext);
        };
    }
}
