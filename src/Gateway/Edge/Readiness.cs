namespace Gateway.Edge;

/// <summary>What a station's health check says of <c>/health/ready</c>.</summary>
public static class Readiness
{
    /// <summary>The tag of the checks that decide readiness. MassTransit tags its own <c>ready</c>, which decides nothing here.</summary>
    public const string Decides = "gateway:ready";
}
