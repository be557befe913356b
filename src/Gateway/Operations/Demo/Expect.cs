using System.Net;

namespace Gateway.Operations.Demo;

/// <summary>What each step of the demo checks.</summary>
internal static class Expect
{
    public static void Equal<T>(string what, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new UnmetExpectationException(what, $"{expected}", $"{actual}");
        }
    }

    public static void Status(string what, DoorAnswer answer, params HttpStatusCode[] expected)
    {
        if (!expected.Contains(answer.Status))
        {
            throw new UnmetExpectationException(
                what, string.Join(" or ", expected.Select(s => (int)s)), $"{(int)answer.Status} {answer.Body?.ToJsonString()}");
        }
    }

    public static void Nothing(string what, IReadOnlyCollection<string> differences)
    {
        if (differences.Count > 0)
        {
            throw new UnmetExpectationException(what, "no difference", string.Join("; ", differences));
        }
    }
}
