using System.Security.Cryptography;
using System.Text;
using Gateway.Sources.Webhooks.Signatures;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Sources.Webhooks;

/// <summary>Where an id is signed beside a timestamp, nothing can be moved from the one to the other.</summary>
public sealed class SignedIdTests
{
    private const string Stamp = "1772442001";
    private const string Body = """{"id":"evt-1"}""";

    [Theory]
    [InlineData("standard-webhooks", "{id}.{timestamp}.{body}", "msg_1.1772442000")]
    [InlineData("standard-webhooks", "{id}.{timestamp}.{body}", "msg.1")]
    [InlineData("finch", "{id}.{timestamp}.{body}", ".")]
    [InlineData("standard-webhooks", "{timestamp}:{id}|{body}", "a:b")]
    [InlineData("standard-webhooks", "{timestamp}:{id}|{body}", "a|b")]
    public void An_id_with_what_parts_it_from_its_neighbours_is_a_wrong_signature(string preset, string signed, string id)
    {
        Assert.Equal(new Verdict.Wrong(SignatureFault.Header), Verify(preset, signed, id, Stamp, Body));
        Assert.IsType<Verdict.Right>(Verify(preset, signed, id.Replace('.', '-').Replace(':', '-').Replace('|', '-'), Stamp, Body));
    }

    [Fact]
    public void One_signature_does_not_stand_for_two_deliveries()
    {
        // Both are signed as msg_1.1772442000.1772442001.{…}.
        var signature = Sign("msg_1.1772442000.1772442001." + Body);
        Assert.IsType<Verdict.Wrong>(Verifier("standard-webhooks", null).Verify("POST", Headers("msg_1.1772442000", "1772442001", signature), Encoding.UTF8.GetBytes(Body), At(Stamp)));
        // The one who signed meant this one, which is no JSON.
        Assert.IsType<Verdict.Right>(Verifier("standard-webhooks", null).Verify("POST", Headers("msg_1", "1772442000", signature), Encoding.UTF8.GetBytes("1772442001." + Body), At(Stamp)));
    }

    [Fact]
    public void An_id_that_is_only_sent_and_not_signed_may_hold_anything()
    {
        var signature = Sign(Body);
        Assert.IsType<Verdict.Right>(Verifier("standard-webhooks", "{body}", ("TimestampHeader", "")).Verify("POST", Headers("a.1", "1", signature), Encoding.UTF8.GetBytes(Body), At(Stamp)));
    }

    private static Verdict Verify(string preset, string signed, string id, string stamp, string body)
    {
        var content = signed.Replace("{id}", id, StringComparison.Ordinal).Replace("{timestamp}", stamp, StringComparison.Ordinal).Replace("{body}", body, StringComparison.Ordinal);
        return Verifier(preset, signed).Verify("POST", Headers(id, stamp, Sign(content), preset), Encoding.UTF8.GetBytes(body), At(stamp));
    }

    private static SignatureVerifier Verifier(string preset, string? signed, params (string, string)[] more) =>
        Vectors.Read([("Preset", preset), ("Secrets:0", "c2VjcmV0LW9mLXRlc3Rz"), .. signed is null ? ((string, string)[])[] : [("Signed", signed)], .. more]).Verifier!;

    private static string Sign(string content) => "v1," + Convert.ToBase64String(HMACSHA256.HashData("secret-of-tests"u8, Encoding.UTF8.GetBytes(content)));

    private static HeaderDictionary Headers(string id, string stamp, string signature, string preset = "standard-webhooks") => preset == "finch"
        ? new() { ["Finch-Event-Id"] = id, ["Finch-Timestamp"] = stamp, ["Finch-Signature"] = signature }
        : new() { ["webhook-id"] = id, ["webhook-timestamp"] = stamp, ["webhook-signature"] = signature };

    private static DateTimeOffset At(string stamp) => DateTimeOffset.FromUnixTimeSeconds(long.Parse(stamp, System.Globalization.CultureInfo.InvariantCulture));
}
