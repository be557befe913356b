namespace Gateway.Sources.Mapping.Child;

/// <summary>What a script returned is not what it may return. The message says where and what, without values.</summary>
internal sealed class ResultException(string message) : Exception(message);
