namespace Gateway.Exports;

/// <summary><c>Gateway:Exports</c>: what of the account may be read through the gateway.</summary>
public sealed class ExportsOptions
{
    public const string Section = "Gateway:Exports";

    /// <summary>
    /// Feedback may be read. It is what people write to their managers in confidence, and a key that may start syncs is not by itself one that may read it.
    /// Default false; in Development, where the account is the simulator's, true.
    /// </summary>
    public bool? Feedback { get; set; }

    /// <summary>Good Vibes may be read: what people thank each other for, some of it between them alone. Default as <see cref="Feedback"/>.</summary>
    public bool? GoodVibes { get; set; }
}
