namespace Gateway.Operations.Demo;

/// <summary>The demo's company is not what it ought to be: the story ends here, and its exit code is 1.</summary>
public sealed class UnmetExpectationException : Exception
{
    public UnmetExpectationException()
    {
    }

    public UnmetExpectationException(string message) : base(message)
    {
    }

    public UnmetExpectationException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <param name="what">What was looked at, as a sentence.</param>
    /// <param name="expected">What it ought to be.</param>
    /// <param name="actual">What it is.</param>
    public UnmetExpectationException(string what, string expected, string actual) : base($"{what}: expected {expected}, found {actual}")
    {
    }
}
