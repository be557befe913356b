using System.Net;
using System.Net.Sockets;
using Gateway.Edge.Outgoing;
using Gateway.Rules;
using Gateway.Sources.Enrichment;

namespace Gateway.Tests.Sources.Enrichment;

/// <summary>Neither a template nor a value nor a name leads anywhere but to the API that the settings name.</summary>
public sealed class OriginTests
{
    /// <summary>What the settings may not say; none of it starts a gateway.</summary>
    [Theory]
    [InlineData("https://{host}/v1/employees")]
    [InlineData("https://{a}.example.com/v1/employees/1")]
    [InlineData("https://api.example.com{a}/v1")]
    [InlineData("https://api.example.com:{port}/v1/e")]
    [InlineData("{scheme}://api.example.com/v1/e")]
    [InlineData("https://{user}@api.example.com/v1/e")]
    [InlineData("https://user:secret@api.example.com/v1/{id}")]
    [InlineData("https://api.example.com@evil.example/v1/{id}")]
    [InlineData("https://api.example.com/v1/{id}#{a}")]
    [InlineData("https://api.example.com/v1/{id}#x")]
    [InlineData("https://api.example.com/{id}")]
    [InlineData("https://api.example.com/{id}/v1")]
    [InlineData("https://api.example.com/v1/{a}{b}")]
    [InlineData("https://api.example.com/v1/.{a}")]
    [InlineData("https://api.example.com/v1/{a}.")]
    [InlineData("https://api.example.com/v1/%{a}")]
    [InlineData("https://api.example.com/v1/%2{a}")]
    [InlineData("https://api.example.com/v1/%2e%2e/{a}")]
    [InlineData("https://api.example.com/v1/..%2f{a}")]
    [InlineData("https://api.example.com/v1/../{a}")]
    [InlineData("https://api.example.com/v1/%252e/{a}")]
    [InlineData("https://api.example.com/v1?{a}=1")]
    [InlineData("https://api.example.com/v1?a={a}{b}")]
    [InlineData("https://api.example.com\\evil.example/v1/{a}")]
    [InlineData("https:\\\\api.example.com/v1/{a}")]
    [InlineData("https:/api.example.com/v1/{a}")]
    [InlineData("//api.example.com/v1/{a}")]
    [InlineData("/v1/{a}")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://api.example.com/v1/{a}")]
    [InlineData("https://2130706433/v1/{a}")]
    [InlineData("https://0177.0.0.1/v1/{a}")]
    [InlineData("https://0x7f.1/v1/{a}")]
    [InlineData("https://127.1/v1/{a}")]
    [InlineData("https://127.0.0.1/v1/{a}")]
    [InlineData("https://169.254.169.254/latest/{a}")]
    [InlineData("https://[::1]/v1/{a}")]
    [InlineData("https://[::ffff:127.0.0.1]/v1/{a}")]
    [InlineData("https://[64:ff9b::7f00:1]/v1/{a}")]
    [InlineData("https://[fe80::1%25eth0]/v1/{a}")]
    [InlineData("https://api。example。com/v1/{a}")]
    [InlineData("https://①②⑦.0.0.1/v1/{a}")]
    [InlineData("https://api.example.com/v1/{a}\r\nHost: evil.example")]
    [InlineData("https://api.example.com/v1/ {a}")]
    [InlineData("https://api.example.com/v1/{a b}")]
    [InlineData("https://api.example.com/v1/{}")]
    [InlineData("https://api.example.com/v1/{a}}")]
    [InlineData("https://api.example.com:/v1/{a}")]
    [InlineData("")]
    public void A_template_that_could_lead_elsewhere_stops_the_start_by_the_name_of_its_setting(string template)
    {
        var refused = Assert.Throws<SettingsException>(() => Asking.Read(new() { ["Url"] = template }));

        var error = Assert.Single(refused.Errors);
        Assert.StartsWith("Gateway:Sources:hris:Webhook:Enrichment:Url: ", error);
        Assert.DoesNotContain("secret", error);
        Assert.DoesNotContain("evil", error);
    }

    [Theory]
    [InlineData("https://api.example.com/v1/{id}", "https://api.example.com/v1/E-1")]
    [InlineData("https://api.example.com:8443/a/b/{id}/c?x={id}&y=1", "https://api.example.com:8443/a/b/E-1/c?x=E-1&y=1")]
    [InlineData("https://api.example.com/odata/User('{id}')", "https://api.example.com/odata/User('E-1')")]
    [InlineData("https://api.example.com/v1/p%20q/{id}.json", "https://api.example.com/v1/p%20q/E-1.json")]
    [InlineData("https://api.example.com/v1/all", "https://api.example.com/v1/all")]
    [InlineData("https://8.8.8.8/v1/{id}", "https://8.8.8.8/v1/E-1")]
    [InlineData("https://[2606:4700::1]:444/v1/{id}", "https://[2606:4700::1]:444/v1/E-1")]
    public void What_the_settings_say_is_what_is_called(string template, string called)
    {
        var (address, wrong) = Asking.Read(new() { ["Url"] = template }).Find("hris")!.Url.Fill(new Dictionary<string, string> { ["id"] = "E-1" });

        Assert.Null(wrong);
        Assert.Equal(called, address!.AbsoluteUri);
    }

    /// <summary>What a delivery may say in place of an id.</summary>
    public static TheoryData<string> Escapes =>
    [
        "", ".", "..", "../admin", "..%2fadmin", "..%252f", "%2e%2e", "%2e", "/", "//evil.example/", "\\", "..\\admin", "@evil.example", "user:pw@evil.example", ":8080", "1?admin=1", "1&admin=1", "1#x", "1;x=y",
        "1\r\nX-Evil: 1", "1\n", "\n1", "1\0", " 1", "1 ", "\t", "{id}", "http://evil.example", "[::1]", "2130706433/x", "0x7f000001/", "。。", "．．", "\u2024\u2024", "１", "é", "\u202e1", "1%00", "a\u0301",
        "*", "1'or'1", "$(id)", new string('a', 101),
    ];

    [Theory, MemberData(nameof(Escapes))]
    public async Task A_value_that_could_lead_elsewhere_is_never_asked_for(string value)
    {
        await using var vendor = await VendorStandIn.StartAsync();
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/employees/{{id}}/x?of={{of}}"));

        foreach (var failed in new[] { await asking.FetchAsync(("id", value), ("of", "1")), await asking.FetchAsync(("id", "1"), ("of", value)) })
        {
            var no = Assert.IsType<EnrichmentOutcome.Failed>(failed);
            Assert.Equal("enrichment-value", no.Code);
            if (value.Trim().Length > 4) Assert.DoesNotContain(value, no.Message);
        }

        Assert.Empty(vendor.Asked);
    }

    [Fact]
    public void A_random_value_either_stays_in_its_place_or_is_refused()
    {
        var template = Asking.Read(new() { ["Url"] = "https://api.example.com/v1/employees/{id}/x?of={of}" }).Find("hris")!.Url;
        const string letters = "./\\%:@?#&=;~-_ aA09\r\n\t\0。．é{}[]";
        var random = new Random(20260310);
        var filled = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var value = string.Create(random.Next(0, 6), random, (span, r) => { foreach (ref var c in span) c = letters[r.Next(letters.Length)]; });
            var (address, _) = template.Fill(new Dictionary<string, string> { ["id"] = value, ["of"] = value });
            if (address is null) continue;
            filled++;
            Assert.Equal($"https://api.example.com/v1/employees/{value}/x?of={value}", address.AbsoluteUri);
            Assert.Equal(("api.example.com", $"/v1/employees/{value}/x"), (address.Host, address.AbsolutePath));
        }

        Assert.True(filled > 1000, $"{filled}");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.0.3")]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("192.0.0.192")]
    [InlineData("198.18.0.1")]
    [InlineData("203.0.113.9")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("ff02::1")]
    public async Task A_name_that_leads_to_an_address_that_is_not_public_is_not_connected_to(string address)
    {
        await using var vendor = await VendorStandIn.StartAsync();
        using var asking = new Asking(new() { ["Url"] = $"{vendor.Base}/v1/{{id}}", ["AllowHttp"] = "true" });
        asking.Handlers.Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(address)]);

        Assert.Equal("enrichment-address", Assert.IsType<EnrichmentOutcome.Failed>(await asking.FetchAsync(("id", "1"))).Code);
        Assert.Empty(vendor.Asked);
    }

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("100.63.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("192.0.1.1")]
    [InlineData("2606:4700::1")]
    [InlineData("2a00:1450:4001::1")]
    public void A_public_address_is_one(string address) => Assert.True(AddressRules.PublicOnly.Allows(IPAddress.Parse(address)));

    [Fact]
    public async Task One_address_among_others_that_is_not_allowed_is_enough()
    {
        await using var vendor = await VendorStandIn.StartAsync();
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/{{id}}"));
        asking.Handlers.Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.Parse("10.0.0.1")]);

        Assert.Equal("enrichment-address", Assert.IsType<EnrichmentOutcome.Failed>(await asking.FetchAsync(("id", "1"))).Code);
        Assert.Empty(vendor.Asked);
    }

    [Fact]
    public async Task A_name_that_is_something_else_at_the_second_look_gains_nothing()
    {
        using var elsewhere = new TcpListener(IPAddress.Parse("127.0.0.9"), 0);
        elsewhere.Start();
        var port = ((IPEndPoint)elsewhere.LocalEndpoint).Port;
        using var asking = new Asking(new() { ["Url"] = $"http://rebind.test:{port}/v1/{{id}}", ["AllowHttp"] = "true", ["AllowedAddresses:0"] = "127.0.0.1", ["Timeout"] = "00:00:02" });
        var looks = 0;
        // The first answer is allowed and nobody listens there; whoever asks again to connect is led to the other one.
        asking.Handlers.Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(looks++ == 0 ? "127.0.0.1" : "127.0.0.9")]);

        Assert.IsNotType<EnrichmentOutcome.Fetched>(await asking.FetchAsync(("id", "1")));
        Assert.False(elsewhere.Pending());
        // Once for each try, and each try goes to what its own look found.
        Assert.Equal(2, looks);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed_and_takes_no_credential_along(int status)
    {
        await using var elsewhere = await VendorStandIn.StartAsync();
        await using var vendor = await VendorStandIn.StartAsync();
        vendor.Answer = context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (status, $"{elsewhere.Base}/v1/stolen");
            context.Response.Headers.SetCookie = "session=1";
            return Task.CompletedTask;
        };
        using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/{{id}}", ("Credential:Token", "the-token")));

        Assert.Equal("enrichment-refused", Assert.IsType<EnrichmentOutcome.Failed>(await asking.FetchAsync(("id", "1"))).Code);
        Assert.Empty(elsewhere.Asked);
        await asking.FetchAsync(("id", "2"));
        Assert.All(vendor.Asked, a => Assert.False(a.Headers.ContainsKey("Cookie")));
        Assert.Equal(2, vendor.Asked.Count);
    }

    [Fact]
    public async Task A_proxy_of_the_environment_does_not_connect_for_us()
    {
        await using var proxy = await VendorStandIn.StartAsync();
        await using var vendor = await VendorStandIn.StartAsync();
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy($"http://127.0.0.1:{proxy.Port}");
        try
        {
            using var asking = new Asking(Asking.Settings($"{vendor.Base}/v1/{{id}}"));
            Assert.Equal(200, (await asking.AnswerAsync(("id", "1"))).Status);
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }

        Assert.Empty(proxy.Asked);
    }
}
