using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Officevibe;
using Xunit;

namespace Gateway.Tests.Officevibe;

/// <summary>An answer of a large account is held in pieces, and reads as if it were whole.</summary>
public sealed class AnswerPiecesTests
{
    private static readonly string[] Names = ["Zoë", "\"Nils\"", "😀 Ñandú", "back\\slash", ""];

    [Fact]
    public async Task An_answer_of_many_pieces_is_read_as_one()
    {
        var users = Enumerable.Range(0, 3_000).Select(i => new { email = $"person.{i}@example.test", fistName = Names[i % Names.Length], MEMBERGROUPS = new[] { $"Team {i % 7}" }, managedGroups = Array.Empty<string>() }).ToList();
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. " \r\n"u8, .. JsonSerializer.SerializeToUtf8Bytes(new { isSuccess = true, data = new { userCount = users.Count, users } }), .. "\n "u8];
        await using var stream = new Unhurried(bytes);
        var (body, whole) = await AnswerKeeping.ReadAsync(stream, CancellationToken.None);
        Assert.True(whole);
        Assert.False(body.IsSingleSegment);
        Assert.Equal(bytes, body.ToArray());

        Assert.Equal((BodyKind.Json, true), AnswerEnvelope.Read("application/json", body) is var e ? (e.Kind, e.Success) : default);
        var (people, problem) = AccountParsing.Users(body);
        Assert.Null(problem);
        Assert.Equal(users.Select(u => (u.email, u.fistName.Length == 0 ? null : u.fistName, u.MEMBERGROUPS[0])), people.Select(p => (p.Email, p.FirstName, p.MemberGroups.Single())));
        Assert.All(people, p => Assert.True(p.TeamsTold));
        Assert.Contains("holds 2999 of 3000", AccountParsing.Users(new(JsonSerializer.SerializeToUtf8Bytes(new { data = new { userCount = 3_000, users = users.Skip(1) } }))).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_no_text_fails_the_reading()
    {
        byte[] bytes = [.. """{"data":{"users":[{"email":"a@example.test","firstName":"x"""u8, 0xFF, .. "\"}]}}"u8];
        Assert.ThrowsAny<InvalidOperationException>(() => AccountParsing.Users(new ReadOnlySequence<byte>(bytes)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n")]
    public void An_answer_of_blanks_is_empty(string text) => Assert.Equal(BodyKind.Empty, AnswerEnvelope.Read("application/json", new(Encoding.UTF8.GetBytes(text))).Kind);

    /// <summary>Gives a few bytes at a time, as a connection may.</summary>
    private sealed class Unhurried(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(buffer.Length, 997)], cancellationToken);
    }
}
