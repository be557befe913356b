using System.Text;
using Gateway.Sources.Webhooks.Signatures;

namespace Gateway.Tests.Sources.Webhooks;

public sealed class SignatureFuzzTests
{
    private const int Mutations = 100_000;

    [Fact]
    public void Of_a_hundred_thousand_mutations_none_is_accepted()
    {
        var random = new Random(20260302);
        var verifiers = Vectors.All.ToDictionary(v => v.Preset, v => v.Verifier());
        var accepted = new List<string>();
        for (var i = 0; i < Mutations; i++)
        {
            var vector = Vectors.All[i % Vectors.All.Length];
            var mutated = Mutation.Of(vector, random);
            if (mutated.Same(vector)) continue;
            var verdict = verifiers[vector.Preset].Verify("POST", mutated.Headers(), mutated.Body, vector.SignedAt);
            if (verdict is not Verdict.Wrong && !mutated.HasTheSignatureOf(vector)) accepted.Add($"{vector.Preset}: {string.Join(" | ", mutated.Values)} {Encoding.UTF8.GetString(mutated.Body)}");
        }

        Assert.Empty(accepted);
    }
}

/// <summary>A delivery that somebody has tampered with: its signature, stamp, signed id, or body.</summary>
internal sealed record Mutation(string[] Names, string[] Values, byte[] Body)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_., :v\u00e9";

    public static Mutation Of(Vector vector, Random random)
    {
        string[] values = [.. vector.Headers.Select(h => h.Value)];
        var body = vector.Bytes;
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var which = random.Next(values.Length + 1);
            if (which == values.Length) body = Mutate(body, random, () => (byte)random.Next(256));
            else values[which] = new string(Mutate(values[which].ToCharArray(), random, () => Alphabet[random.Next(Alphabet.Length)]));
        }

        return new([.. vector.Headers.Select(h => h.Name)], values, body);
    }

    public bool Same(Vector vector) => Values.SequenceEqual(vector.Headers.Select(h => h.Value)) && Body.AsSpan().SequenceEqual(vector.Bytes);

    /// <summary>Only what surrounds the signature in its header is another: a further entry of a list, or the space between two parts.</summary>
    public bool HasTheSignatureOf(Vector vector)
    {
        if (!Body.AsSpan().SequenceEqual(vector.Bytes)) return false;
        if (!Values[..^1].SequenceEqual(vector.Headers[..^1].Select(h => h.Value))) return false;
        var (mine, theirs) = (Values[^1], vector.Headers[^1].Value);
        return vector.Preset switch
        {
            "standard-webhooks" => mine.Split(' ').Contains(theirs),
            "workos" => theirs.Split(", ").All(p => mine.Split(',').Select(m => m.StartsWith(' ') ? m[1..] : m).Contains(p)),
            "merge" => mine == theirs.TrimEnd('='),
            _ => false,
        };
    }

    public Microsoft.AspNetCore.Http.HeaderDictionary Headers()
    {
        var headers = new Microsoft.AspNetCore.Http.HeaderDictionary();
        for (var i = 0; i < Names.Length; i++) headers[Names[i]] = Values[i];
        return headers;
    }

    private static T[] Mutate<T>(T[] whole, Random random, Func<T> any)
    {
        var at = random.Next(whole.Length + 1);
        return random.Next(6) switch
        {
            0 when at < whole.Length => [.. whole[..at], any(), .. whole[(at + 1)..]],
            1 => [.. whole[..at], any(), .. whole[at..]],
            2 when at < whole.Length => [.. whole[..at], .. whole[(at + 1)..]],
            3 => whole[..at],
            4 when at + 1 < whole.Length => [.. whole[..at], whole[at + 1], whole[at], .. whole[(at + 2)..]],
            _ => [.. whole, .. whole[at..]],
        };
    }
}
