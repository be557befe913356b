using System.ComponentModel.DataAnnotations;

namespace Gateway.Sources.Mapping;

/// <summary><c>Gateway:Mapping</c>: where scripts are, and what they may use up.</summary>
public sealed class MappingOptions
{
    public const string Section = "Gateway:Mapping";

    /// <summary>A folder of scripts (<c>{name}.js</c>) of your own; one with a preset's name stands in for it. Default: none.</summary>
    public string? Folder { get; set; }

    /// <summary>What one run of a script may take, by the wall clock, 50 ms to 1 min. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan WallClock { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Of a process that runs scripts, in megabytes, 64 to 2,048. Default 192.</summary>
    [Range(64, 2048)]
    public int HeapMegabytes { get; set; } = 192;

    /// <summary>Processes that run scripts side by side, 1 to 16. Default 1.</summary>
    [Range(1, 16)]
    public int Processes { get; set; } = 1;
}
