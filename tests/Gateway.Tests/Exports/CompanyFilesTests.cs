using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Gateway.Tests.Simulator;
using Gateway.Tests.Sync;

namespace Gateway.Tests.Exports;

/// <summary>The company as three CSV files, from a run or from any instant, and back again as a baseline.</summary>
public sealed class CompanyFilesTests
{
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Gateway:Officevibe:Properties:0:Name"] = "Business Unit", ["Gateway:Officevibe:Properties:1:Name"] = "Note",
    };

    [Theory]
    [InlineData("officevibe", "users.csv", "groups.csv", "groups-mapping.csv", "id,email,firstName,lastName,jobTitle,imageUrl,language,Business Unit,Note")]
    [InlineData("workleap", "members.csv", "teams.csv", "teams-mappings.csv", "externalMemberId,email,firstName,lastName,jobTitle,imageUrl,languagePreferences,Business Unit,Note")]
    public async Task What_is_exported_for_a_sync_is_the_same_company_when_it_is_read_back(string names, string users, string groups, string mappings, string header)
    {
        await using var sync = await StartAsync();
        var (files, at) = await ExportAsync(sync, $"/v1/snapshot/export?names={names}");
        Assert.Equal([users, groups, mappings], files.Keys);
        Assert.Equal(header, files[users].Split("\r\n")[0]);
        Assert.Contains("\"=1+1, \"\"quoted\"\"\"", files[users], StringComparison.Ordinal);

        // Where it came from: nothing to change.
        using (var same = await PutAsync(sync, files, users, groups, mappings)) Assert.Equal(0, (int)(await SyncGateway.JsonAsync(same))["counts"]!["events"]!);

        // In a gateway that knows nothing: the very same bytes would go out.
        await using var other = await SyncGateway.StartAsync(Settings);
        using (var taken = await PutAsync(other, files, users, groups, mappings)) Assert.True(taken.IsSuccessStatusCode, await taken.Content.ReadAsStringAsync(SimulatorServer.Cancel));
        other.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(await HashAsync(sync), await HashAsync(other));

        // As it was then, whatever has happened since.
        sync.Advance(TimeSpan.FromSeconds(1));
        await sync.EventsAsync(sync.Leave(4));
        Assert.NotEqual(files[users], (await ExportAsync(sync, $"/v1/snapshot/export?names={names}")).Files[users]);
        Assert.Equal(files[users], (await ExportAsync(sync, $"/v1/snapshot/export?names={names}&at={Uri.EscapeDataString(at)}")).Files[users]);
    }

    [Fact]
    public async Task A_spreadsheets_copy_has_no_formulas_and_is_refused_as_a_baseline()
    {
        await using var sync = await StartAsync();
        var (files, _) = await ExportAsync(sync, "/v1/snapshot/export?for=spreadsheet");
        Assert.Equal(["users-spreadsheet.csv", "groups-spreadsheet.csv", "groups-mapping-spreadsheet.csv"], files.Keys);
        Assert.Contains("\"'=1+1, \"\"quoted\"\"\"", files["users-spreadsheet.csv"], StringComparison.Ordinal);
        using (var refused = await PutAsync(sync, files, "users-spreadsheet.csv", "groups-spreadsheet.csv", "groups-mapping-spreadsheet.csv"))
        {
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("spreadsheet", await refused.Content.ReadAsStringAsync(SimulatorServer.Cancel), StringComparison.Ordinal);
        }

        foreach (var query in new[] { "for=excel", "names=sap", "at=yesterday" })
            using (var bad = await sync.Gateway.Http.GetAsync(new Uri("/v1/snapshot/export?" + query, UriKind.Relative), SimulatorServer.Cancel)) Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
    }

    [Fact]
    public async Task A_run_is_exported_with_the_names_of_its_dialect_or_of_the_other()
    {
        await using var sync = await SyncGateway.WithAcceptedCompanyAsync(6, new() { ["Gateway:Officevibe:CombineRoles"] = "true" });
        var id = (await sync.LastAsync()).Id();
        Assert.Equal("groups-mapping.csv", (await ExportAsync(sync, $"/v1/syncs/{id}/export")).Files.Keys.Last());
        var workleap = (await ExportAsync(sync, $"/v1/syncs/{id}/export?names=workleap")).Files;
        Assert.Equal("teams-mappings.csv", workleap.Keys.Last());
        Assert.Contains("T1,E000,,FALSE,TRUE", workleap["teams-mappings.csv"], StringComparison.Ordinal);
        using var unknown = await sync.Gateway.Http.GetAsync(new Uri("/v1/syncs/999/export", UriKind.Relative), SimulatorServer.Cancel);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    private static async Task<SyncGateway> StartAsync()
    {
        var sync = await SyncGateway.StartAsync(Settings);
        await sync.CompanyAsync(6);
        await sync.EventsAsync(
            sync.Team("T3", "Équipe, \\\"Ñandú\\\""), sync.Update(2, "language", "fr"),
            // A parent that was never given is not the top level, which a file says of all that lie in no other.
            """{"id":"top1","type":"team","teamId":"T1","parentId":null}""", """{"id":"top3","type":"team","teamId":"T3","parentId":null}""",
            """{"id":"sub","type":"team","teamId":"T2","name":"Data","parentId":"T1"}""",
            """{"id":"both","type":"assign","employeeId":"E000","teamId":"T1","role":"member"}""",
            new JsonObject { ["id"] = "bu", ["type"] = "update", ["employeeId"] = "E003", ["member"] = new JsonObject { ["attributes"] = new JsonObject { ["Business Unit"] = "R&D", ["Note"] = "=1+1, \"quoted\"" } } }.ToJsonString());
        return sync;
    }

    private static async Task<(Dictionary<string, string> Files, string At)> ExportAsync(SyncGateway sync, string path)
    {
        using var response = await sync.Gateway.Http.GetAsync(new Uri(path, UriKind.Relative), SimulatorServer.Cancel);
        Assert.Equal((HttpStatusCode.OK, "application/zip"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        await using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync(SimulatorServer.Cancel));
        var files = new Dictionary<string, string>();
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(await entry.OpenAsync(SimulatorServer.Cancel));
            files.Add(entry.FullName, await reader.ReadToEndAsync(SimulatorServer.Cancel));
        }

        return (files, response.Headers.TryGetValues("Gateway-At", out var at) ? at.Single() : "");
    }

    private static async Task<HttpResponseMessage> PutAsync(SyncGateway sync, Dictionary<string, string> files, string users, string groups, string mappings)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (part, file) in new[] { ("users", users), ("groups", groups), ("mappings", mappings) })
            form.Add(new StringContent(files[file]) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } }, part, file);
        return await sync.Gateway.Http.PutAsync(new Uri("/v1/sources/hris/baseline", UriKind.Relative), form, SimulatorServer.Cancel);
    }

    private static async Task<string> HashAsync(SyncGateway sync)
    {
        using var response = await sync.Gateway.Http.GetAsync(new Uri("/v1/snapshot", UriKind.Relative), SimulatorServer.Cancel);
        return response.Headers.ETag!.Tag;
    }
}
