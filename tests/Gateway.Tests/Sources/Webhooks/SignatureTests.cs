using Gateway.Sources.Webhooks.Signatures;
using Microsoft.Extensions.Primitives;

namespace Gateway.Tests.Sources.Webhooks;

public sealed class SignatureTests
{
    public static TheoryData<string> Presets => [.. Vectors.All.Select(v => v.Preset)];

    public static TheoryData<string> Stamped => [.. Vectors.All.Where(v => v.Stamp is not null).Select(v => v.Preset)];

    public static TheoryData<string> InHex => ["bamboohr", "gusto", "deel", "workos"];

    [Theory, MemberData(nameof(Presets))]
    public void What_the_vendor_signed_is_right(string preset)
    {
        var vector = Vectors.Of(preset);

        Assert.IsType<Verdict.Right>(vector.Verifier().Verify(vector));
    }

    [Theory, MemberData(nameof(Presets))]
    public void One_other_byte_of_the_body_makes_it_wrong(string preset)
    {
        var (vector, verifier) = (Vectors.Of(preset), Vectors.Of(preset).Verifier());
        for (var i = 0; i < vector.Bytes.Length; i++)
        {
            var bytes = vector.Bytes;
            bytes[i] ^= 1;
            Assert.Equal(new Verdict.Wrong(SignatureFault.Mismatch), verifier.Verify("POST", vector.HeaderDictionary(), bytes, vector.SignedAt));
        }
    }

    [Theory, MemberData(nameof(Presets))]
    public void One_other_character_of_a_header_makes_it_wrong(string preset)
    {
        var (vector, verifier) = (Vectors.Of(preset), Vectors.Of(preset).Verifier());
        foreach (var (name, value) in vector.Headers)
        {
            for (var i = 0; i < value.Length; i++)
            {
                var other = value[..i] + (value[i] == 'x' ? 'y' : 'x') + value[(i + 1)..];
                Assert.IsType<Verdict.Wrong>(verifier.Verify(vector.With(name, other)));
            }
        }
    }

    [Theory, MemberData(nameof(Presets))]
    public void Another_secret_makes_it_wrong(string preset)
    {
        var vector = Vectors.Of(preset);
        var other = vector with { Secret = preset == "standard-webhooks" ? "whsec_D2FVsBQIhrscChlQIMV+b5sSYspob7oD" : vector.Secret + "x" };

        Assert.Equal(new Verdict.Wrong(SignatureFault.Mismatch), other.Verifier().Verify(vector));
    }

    [Theory, MemberData(nameof(Presets))]
    public void Any_of_several_secrets_will_do(string preset)
    {
        var vector = Vectors.Of(preset);
        var newer = preset == "standard-webhooks" ? "whsec_D2FVsBQIhrscChlQIMV+b5sSYspob7oD" : "the-next-one";
        var both = vector with { Secret = newer };

        Assert.IsType<Verdict.Right>(both.Verifier(("Secrets:1", vector.Secret)).Verify(vector));
    }

    [Theory, MemberData(nameof(Presets))]
    public void A_header_that_is_missing_empty_or_there_twice_makes_it_wrong(string preset)
    {
        var (vector, verifier) = (Vectors.Of(preset), Vectors.Of(preset).Verifier());
        foreach (var (name, value) in vector.Headers)
        {
            foreach (var instead in (StringValues[])[StringValues.Empty, "", new StringValues([value, value])])
            {
                var headers = vector.HeaderDictionary();
                headers[name] = instead;
                Assert.Equal(new Verdict.Wrong(SignatureFault.Header), verifier.Verify("POST", headers, vector.Bytes, vector.SignedAt));
            }
        }
    }

    [Theory, MemberData(nameof(Stamped))]
    public void An_old_stamp_or_one_of_the_future_is_stale_and_not_wrong(string preset)
    {
        var (vector, verifier) = (Vectors.Of(preset), Vectors.Of(preset).Verifier());
        var tolerance = verifier.Scheme.Tolerance;

        Assert.IsType<Verdict.Right>(verifier.Verify(vector, vector.SignedAt + tolerance - TimeSpan.FromSeconds(1)));
        Assert.IsType<Verdict.Stale>(verifier.Verify(vector, vector.SignedAt + tolerance + TimeSpan.FromSeconds(1)));
        Assert.IsType<Verdict.Stale>(verifier.Verify(vector, vector.SignedAt - tolerance - TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void BambooHRs_last_repetition_of_its_first_stamp_is_not_stale()
    {
        var vector = Vectors.Of("bamboohr");

        Assert.IsType<Verdict.Right>(vector.Verifier().Verify(vector, vector.SignedAt + TimeSpan.FromMinutes(76)));
    }

    [Theory, MemberData(nameof(InHex))]
    public void Upper_case_hex_is_another_signature(string preset)
    {
        var vector = Vectors.Of(preset);
        var header = vector.Headers[^1];
        var upper = preset == "workos" ? string.Concat(header.Value.AsSpan(0, 22), header.Value[22..].ToUpperInvariant()) : header.Value.ToUpperInvariant();

        Assert.NotEqual(header.Value, upper);
        Assert.Equal(new Verdict.Wrong(SignatureFault.Mismatch), vector.Verifier().Verify(vector.With(header.Name, upper)));
    }

    [Theory]
    [InlineData("standard-webhooks", false)]
    [InlineData("hibob", false)]
    [InlineData("merge", true)]
    public void Base64_without_its_padding_counts_only_where_the_vendor_writes_it_so(string preset, bool right)
    {
        var vector = Vectors.Of(preset);
        var header = vector.Headers[^1];
        var verdict = vector.Verifier().Verify(vector.With(header.Name, header.Value.TrimEnd('=')));

        if (right) Assert.IsType<Verdict.Right>(verdict);
        else Assert.IsType<Verdict.Wrong>(verdict);
    }

    [Fact]
    public void Base64_with_spare_bits_is_another_signature()
    {
        var vector = Vectors.Of("standard-webhooks");
        var spared = "v1,l3FnBWD4qpKFI06TFhLfVCleKSDdlOxCShWUsUEqeOd=";
        Assert.Equal(Convert.FromBase64String(vector.Headers[^1].Value[3..]), Convert.FromBase64String(spared[3..]));

        Assert.Equal(new Verdict.Wrong(SignatureFault.Mismatch), vector.Verifier().Verify(vector.With("webhook-signature", spared)));
    }

    [Theory]
    [InlineData("v2,AAAA {0}", true)]
    [InlineData("{0} v2,AAAA", true)]
    [InlineData("v1,AAAA {0}", true)]
    [InlineData("v1a,AAAA", false)]
    [InlineData("v2,l3FnBWD4qpKFI06TFhLfVCleKSDdlOxCShWUsUEqeOc=", false)]
    [InlineData("l3FnBWD4qpKFI06TFhLfVCleKSDdlOxCShWUsUEqeOc=", false)]
    [InlineData("v1,", false)]
    [InlineData(" ", false)]
    [InlineData(",", false)]
    [InlineData("{0} ", false)]
    [InlineData("{0}  v2,AAAA", false)]
    public void A_list_is_right_if_one_of_its_version_fits(string list, bool right)
    {
        var vector = Vectors.Of("standard-webhooks");
        var verdict = vector.Verifier().Verify(vector.With("webhook-signature", list.Replace("{0}", vector.Headers[^1].Value, StringComparison.Ordinal)));

        if (right) Assert.IsType<Verdict.Right>(verdict);
        else Assert.IsType<Verdict.Wrong>(verdict);
    }

    [Fact]
    public void A_list_does_not_buy_more_than_a_few_tries()
    {
        var vector = Vectors.Of("standard-webhooks");
        var many = string.Join(' ', Enumerable.Repeat("v1,AAAA", 16)) + " " + vector.Headers[^1].Value;

        Assert.Equal(new Verdict.Wrong(SignatureFault.Header), vector.Verifier().Verify(vector.With("webhook-signature", many)));
    }

    [Fact]
    public void Nothing_can_be_moved_between_a_body_and_the_stamp_behind_it()
    {
        var vector = Vectors.Of("bamboohr");
        var verifier = vector.Verifier();
        var all = vector.Body + vector.Headers[0].Value;
        for (var cut = 0; cut <= all.Length; cut++)
        {
            if (cut == vector.Body.Length) continue;
            Assert.IsType<Verdict.Wrong>(verifier.Verify((vector with { Body = all[..cut] }).With("X-BambooHR-Timestamp", all[cut..])));
        }
    }

    [Fact]
    public void Deels_signature_is_of_the_method_too()
    {
        var vector = Vectors.Of("deel");

        Assert.IsType<Verdict.Wrong>(vector.Verifier().Verify("PUT", vector.HeaderDictionary(), vector.Bytes, vector.SignedAt));
    }

    [Theory]
    [InlineData("basic", "hr:se cret", "Authorization", "Basic aHI6c2UgY3JldA==")]
    [InlineData("token", "a-token", "Authorization", "Bearer a-token")]
    public void A_static_secret_is_right_as_it_is_and_not_otherwise(string preset, string secret, string header, string value)
    {
        var vector = new Vector(preset, secret, [(header, value)], "{}");
        var verifier = vector.Verifier();

        Assert.IsType<Verdict.Right>(verifier.Verify(vector));
        foreach (var other in (string[])[value + "x", value[..^1], value.ToUpperInvariant(), " " + value, secret])
            Assert.Equal(new Verdict.Wrong(SignatureFault.Mismatch), verifier.Verify(vector.With(header, other)));
        Assert.Equal(new Verdict.Wrong(SignatureFault.Header), verifier.Verify(vector with { Headers = [] }));
    }

    [Fact]
    public void A_token_may_stand_in_a_header_of_its_own()
    {
        var vector = new Vector("token", "a-token", [("X-Hr-Token", "a-token")], "{}");

        Assert.IsType<Verdict.Right>(vector.Verifier(("Header", "X-Hr-Token"), ("Prefix", "")).Verify(vector));
    }

    [Fact]
    public void A_scheme_can_be_spelled_out()
    {
        var (verifier, errors) = Vectors.Read(
            ("Algorithm", "hmac-sha256"), ("Header", "X-BambooHR-Signature"), ("TimestampHeader", "X-BambooHR-Timestamp"), ("Signed", "{body}{timestamp}"), ("Secrets:0", "bamboo-secret-1"));
        var vector = Vectors.Of("bamboohr");

        Assert.Empty(errors);
        Assert.IsType<Verdict.Right>(verifier!.Verify(vector));
    }

    [Theory]
    [InlineData("Preset", "acme", "Signature:Preset")]
    [InlineData("Algorithm", "md5", "Signature:Algorithm")]
    [InlineData("Signed", "{timestamp}", "Signature:Signed")]
    [InlineData("Signed", "{bdoy}", "Signature:Signed")]
    [InlineData("Signed", "{body}", "Signature:Signed")]
    [InlineData("Signed", "{id}{timestamp}{body}", "Signature:IdHeader")]
    [InlineData("TimestampFormat", "days", "Signature:TimestampFormat")]
    [InlineData("TimestampPart", "t", "Signature:TimestampPart")]
    [InlineData("Header", "", "Signature:Header")]
    [InlineData("Tolerance", "5 minutes", "Signature:Tolerance")]
    [InlineData("Secret", "SECRET", "Signature:Secret")]
    [InlineData("Secrets:0", "", "Signature:Secrets:0")]
    [InlineData("Key", "base64", "Signature:Secrets:0")]
    public void Settings_that_cannot_be_are_named_and_no_value_is_repeated(string key, string value, string named)
    {
        var settings = new Dictionary<string, string>
        {
            ["Header"] = "X-S", ["TimestampHeader"] = "X-T", ["Signed"] = "{timestamp}.{body}", ["Secrets:0"] = "not base64 SECRET",
        };
        settings[key] = value;
        var (verifier, errors) = Vectors.Read([.. settings.Select(s => (s.Key, s.Value))]);

        Assert.Null(verifier);
        Assert.Contains(errors, e => e.StartsWith(named + ":", StringComparison.Ordinal));
        Assert.DoesNotContain(errors, e => e.Contains("SECRET", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_signature_there_is_an_error_and_none_has_to_be_written_out()
    {
        Assert.Single(Vectors.Read().Errors);
        var (verifier, errors) = Vectors.Read(("", "none"));
        Assert.Null(verifier);
        Assert.Empty(errors);
    }
}
