using System.Text.Json;

namespace Gateway.Sources.Mapping;

/// <summary>One call to the vendor's API that a delivery asks for: the values of the placeholders in the address of the settings.</summary>
public sealed record Lookup(IReadOnlyDictionary<string, string> Values);

/// <summary>What the vendor's API said to a <see cref="Lookup"/>.</summary>
/// <param name="Values">Of the lookup.</param>
/// <param name="Status">Of the answer: 200, or what the settings take as an answer too (404: there is nobody).</param>
/// <param name="Body">Null: the answer had none, or it was not JSON.</param>
public sealed record LookupAnswer(IReadOnlyDictionary<string, string> Values, int Status, JsonElement? Body);
