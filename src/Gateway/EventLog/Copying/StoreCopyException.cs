namespace Gateway.EventLog.Copying;

/// <summary>A backup, a restore or a copy that is not made, in words for the person who asked for it.</summary>
public sealed class StoreCopyException : Exception
{
    public StoreCopyException() { }

    public StoreCopyException(string message) : base(message) { }

    public StoreCopyException(string message, Exception innerException) : base(message, innerException) { }
}
