using System.Security.Cryptography;
using System.Text;

namespace Gateway.Sources.Mapping;

/// <summary>A mapping script, as text.</summary>
/// <param name="Name">Of its file, without <c>.js</c>.</param>
/// <param name="Hash">SHA-256 of its UTF-8, lower-case hex.</param>
public sealed record ScriptText(string Name, string Text, string Hash)
{
    public static ScriptText Of(string name, string text) => new(name, text, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
}
