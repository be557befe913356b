using System.Text;
using Gateway.Sources.Webhooks.Signatures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Sources.Webhooks;

/// <summary>A delivery as its vendor signs it, with a made-up secret.</summary>
public sealed record Vector(string Preset, string Secret, (string Name, string Value)[] Headers, string Body, long? Stamp = null)
{
    /// <summary>The header that the signature stands in.</summary>
    public string SignatureHeader => Headers[^1].Name;

    public byte[] Bytes => Encoding.UTF8.GetBytes(Body);

    /// <summary>When it was signed; anything where nothing says when.</summary>
    public DateTimeOffset SignedAt => DateTimeOffset.FromUnixTimeSeconds(Stamp ?? 1772442000);

    public HeaderDictionary HeaderDictionary()
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in Headers) headers[name] = value;
        return headers;
    }

    public Vector With(string header, string value) => this with { Headers = [.. Headers.Select(h => h.Name == header ? (h.Name, value) : h)] };

    public override string ToString() => Preset;
}

/// <summary>One delivery a vendor, recomputed apart from this code.</summary>
internal static class Vectors
{
    public static readonly Vector[] All =
    [
        new("standard-webhooks", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            [("webhook-id", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk"), ("webhook-timestamp", "1772442000"), ("webhook-signature", "v1,l3FnBWD4qpKFI06TFhLfVCleKSDdlOxCShWUsUEqeOc=")],
            """{"id":"evt-1","type":"leave","employeeId":"E-1001","occurredAt":"2026-03-02T09:00:00Z"}""", 1772442000),
        new("bamboohr", "bamboo-secret-1",
            [("X-BambooHR-Timestamp", "1772442000"), ("X-BambooHR-Signature", "494e296e973c43ec29fa991520bfc5f3a7a70e77dc5740f3a92fbefcf797adb4")],
            """{"employees":[{"id":"42","action":"Updated","changedFields":["Department"],"fields":{"First name":{"value":"Zoé"},"Department":{"value":"R&D"}},"timestamp":"2026-03-02T09:00:00+0000"}]}""", 1772442000),
        new("hibob", "bob-secret-1",
            [("Bob-Signature", "2Q6sV9bQJ79NFJSqni4IDN8T188MRGux7JQ+JpxCXYExlWMUOBbcG4TQjnUtfZB4r2WrETHG/3K67K3+fHMwEg==")],
            """{"companyId":77,"type":"employee.joined","triggeredBy":"system","triggeredAt":"2026-03-02T00:00:01.25","version":"v2","data":{"employeeId":"3332883854254932743"}}"""),
        new("gusto", "gusto-verification-token-1",
            [("X-Gusto-Signature", "5cf90b9a7d73e0aa14db1ee0b726ee8ea6398141602851026f4a2a9072904e42")],
            """{"uuid":"0d7f5b6e-2f5a-4a67-9a31-6f0a1d0f2a11","event_type":"employee.termination_effective","resource_type":"Company","resource_uuid":"11111111-2222-3333-4444-555555555555","entity_type":"Employee","entity_uuid":"66666666-7777-8888-9999-000000000000","timestamp":1772442000}"""),
        new("deel", "deel-key-1",
            [("x-deel-signature", "83321e1b629b2593792c5dfd2fa3c67b61202b3de5870e236ef752247dbd4aee")],
            """{"data":{"meta":{"event_type":"employee.created.direct","organization_id":"org_9","tracking_id":"trk_1"},"resource":{"id":"5f1b9f6a-0d6c-4c8e-9d62-4d0c61e9b7ab"}},"timestamp":"2026-03-02T09:00:00.000Z"}"""),
        new("merge", "merge-key-1",
            [("X-Merge-Webhook-Signature", "MmFerLI2hXctQrjb18o0IgrLvxWBUtHyT5plruRPRa0=")],
            """{"hook":{"id":"h1","event":"Employee.changed"},"linked_account":{"id":"l1","integration":"BambooHR","category":"hris"},"data":{"id":"m-1","remote_id":"19202938","employee_number":"2","first_name":"Inés","last_name":"Muñoz","work_email":"ines@example.test","employment_status":"INACTIVE","start_date":"2020-10-10T00:00:00Z","termination_date":"2026-10-12T00:00:00Z","team":"t-9","remote_was_deleted":false}}"""),
        new("workos", "workos-key-1",
            [("WorkOS-Signature", "t=1772442000125, v1=edab4bbcbd45349a7c787f5dc258ed93fbb51c03db36e91a4df66b7a98a20f7d")],
            """{"object":"event","id":"event_1","event":"dsync.user.updated","data":{"id":"directory_user_1","idp_id":"8931","first_name":"Lela","last_name":"Ng","email":"lela@example.test","state":"active","custom_attributes":{"department":"Engineering","job_title":"Engineer"}},"created_at":"2026-03-02 09:00:00.125"}""", 1772442000),
    ];

    public static Vector Of(string preset) => All.Single(v => v.Preset == preset);

    /// <summary>As the settings would have it.</summary>
    public static SignatureVerifier Verifier(this Vector vector, params (string Key, string Value)[] settings) =>
        Read([("Preset", vector.Preset), ("Secrets:0", vector.Secret), .. settings]).Verifier ?? throw new InvalidOperationException("The settings are wrong.");

    public static (SignatureVerifier? Verifier, List<string> Errors) Read(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => $"Signature:{s.Key}".TrimEnd(':'), s => (string?)s.Value)).Build();
        var errors = new List<string>();
        return (SignatureReader.Read(configuration.GetSection("Signature"), preset: null, keyless: false, errors), errors);
    }

    public static Verdict Verify(this SignatureVerifier verifier, Vector vector, DateTimeOffset? now = null) =>
        verifier.Verify("POST", vector.HeaderDictionary(), vector.Bytes, now ?? vector.SignedAt);
}
