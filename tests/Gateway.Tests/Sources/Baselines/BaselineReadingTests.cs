using System.Net;
using System.Text;

namespace Gateway.Tests.Sources.Baselines;

/// <summary>What a baseline may look like, and what a bad one is told.</summary>
public sealed class BaselineReadingTests
{
    private const string Users = "id,email,firstName,lastName,jobTitle,imageUrl,language,Business Unit\nE1,ana@x.example,Ana,Núñez,\"Dev, senior\",,fr,North\nE2,bo@x.example,Bo,\"O\"\"Hara\",,,,\n";
    private const string Groups = "id,name\nT1,Company\nT2,\"R&D\"\n";
    private const string Mappings = "groupId,userId,subGroupId,isMember,isManager\nT1,,T2,FALSE,FALSE\nT2,E1,,TRUE,True\nT1,E2,,true,\n";

    private static readonly string[] Company =
    [
        "E1 Ana <ana@x.example> Dev, senior Business Unit=North [T2 Member, T2 Manager]", "E2 Bo <bo@x.example>   [T1 Member]", "T1 Company < ", "T2 R&D < T1",
    ];

    [Fact]
    public async Task The_three_files_of_the_tool_make_the_company()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        var answer = await gateway.PutFilesAsync(("users", Users), ("groups", Groups), ("mappings", Mappings)).OkAsync();
        Assert.Equal(Company, await gateway.CompanyAsync());
        Assert.Equal((2, 2, 2), (answer.Count("hires"), answer.Count("teamsOpened"), answer.GetProperty("files")[0].GetProperty("rows").GetInt32()));
        Assert.Equal(("utf-8", ","), (answer.GetProperty("files")[0].GetProperty("encoding").GetString(), answer.GetProperty("files")[0].GetProperty("delimiter").GetString()));
    }

    [Fact]
    public async Task The_newer_header_names_in_any_order_say_the_same()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        await gateway.PutFilesAsync(
            ("users", "Business Unit,languagePreferences,productAssignations,jobTitle,firstName,lastName,EMAIL,externalMemberId,imageUrl\nNorth,fr,Officevibe,\"Dev, senior\",Ana,Núñez,ana@x.example,E1,\n,,,,Bo,\"O\"\"Hara\",bo@x.example,E2,\n"),
            ("groups", "teamName,externalTeamId\nCompany,T1\nR&D,T2\n"),
            ("mappings", "isMember,isManager,externalSubteamId,externalMemberId,externalTeamId\n,,T2,,T1\nTRUE,TRUE,,E1,T2\nTRUE,FALSE,,E2,T1\n")).OkAsync();
        Assert.Equal(Company, await gateway.CompanyAsync());
    }

    [Theory]
    [InlineData("utf-8", ";", ";", false)]
    [InlineData("utf-8", "\t", "tab", true)]
    [InlineData("windows-1252", ";", ";", false)]
    public async Task Encodings_and_delimiters_are_recognised_and_named(string encoding, string delimiter, string named, bool mark)
    {
        await using var gateway = await BaselineGateway.StartAsync();
        var text = "id|email|firstName|jobTitle\r\nE1|ana@x.example|Zoë|\"Développeuse~x\"\r\n".Replace("|", delimiter).Replace("~", delimiter == "\t" ? "," : delimiter);
        var bytes = encoding == "utf-8" ? Encoding.UTF8.GetBytes((mark ? "\uFEFF" : "") + text) : CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(text);
        var answer = await gateway.PutFilesAsync("", ("users", "members.csv", bytes)).OkAsync();
        Assert.Equal((encoding, named), (answer.GetProperty("files")[0].GetProperty("encoding").GetString(), answer.GetProperty("files")[0].GetProperty("delimiter").GetString()));
        Assert.Equal([$"E1 Zoë <ana@x.example> Développeuse{(delimiter == "\t" ? "," : delimiter)}x  []"], await gateway.CompanyAsync());
    }

    [Fact]
    public async Task A_spreadsheets_hint_line_is_understood()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        await gateway.PutFilesAsync(("users", "sep=;\r\nid;email\r\nE1;a,b@x.example\r\n")).OkAsync();
        Assert.Equal(["E1  <a,b@x.example>   []"], await gateway.CompanyAsync());
    }

    [Fact]
    public async Task Json_takes_further_keys_and_an_attributes_object_as_attributes()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        await gateway.PutJsonAsync("""
            {"settings":{"inviteNewUsers":false},
             "users":[{"id":" E1 ","email":"ana@x.example","firstName":"Ana","jobTitle":"","Business Unit":"North","attributes":{"Gender":"F","Empty":null}}],
             "groups":[{"id":"T1","name":"Company"}],
             "mappings":[{"groupId":"T1","userId":"E1","subGroupId":"","isMember":true,"isManager":false}]}
            """).OkAsync();
        Assert.Equal(["E1 Ana <ana@x.example>  Business Unit=North Gender=F [T1 Member]", "T1 Company < "], await gateway.CompanyAsync());
    }

    [Fact]
    public async Task Everything_wrong_with_the_files_is_said_at_once_with_file_line_and_column()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        var errors = await gateway.PutFilesAsync(
            ("users", "id,email,firstName\nE1,a@x.example,A\n\nE1,b@x.example,B\n,c@x.example,C\nE4,d@x.example,D \"x\" D\nE5,e@x.example\nE6,f@x.example,\"F\"f\nE7,\"g\n@x.example\",G\nE8,h@x.example,H\n"),
            ("groups", "id,name\nT1,\nT2,Two\nT2,Two\n"),
            ("mappings", "groupId,userId,subGroupId,isMember,isManager\nT2,E1,T1,TRUE,FALSE\nT2,,,TRUE,FALSE\nT2,E1,,yes,FALSE\nT2,E1,,,\nT2,E9,,TRUE,\nT2,,T9,,\nT2,,T1,,\nT1,,T1,,\n,E1,,TRUE,\n")).ErrorsAsync();

        Assert.Equal(
            [
                "groups.csv line 2, column name", "groups.csv line 4, column id", "mappings.csv line 10, column groupId", "mappings.csv line 2", "mappings.csv line 3", "mappings.csv line 4, column isMember",
                "mappings.csv line 5", "mappings.csv line 6, column userId", "mappings.csv line 7, column subGroupId", "mappings.csv line 9, column subGroupId", "users.csv line 4, column id",
                "users.csv line 5, column id", "users.csv line 6, column firstName", "users.csv line 7", "users.csv line 8, column firstName", "users.csv line 9, column email",
            ],
            errors.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("stands at users.csv line 2 already", errors["users.csv line 4, column id"]);
        Assert.Contains("has 2 fields, the first line has 3", errors["users.csv line 7"]);
        Assert.Contains("A quote stands inside", errors["users.csv line 6, column firstName"]);
        Assert.Contains("Text follows a closing quote", errors["users.csv line 8, column firstName"]);
        Assert.Contains("Control characters", errors["users.csv line 9, column email"]);
        Assert.Contains("TRUE or FALSE", errors["mappings.csv line 4, column isMember"]);
        Assert.Contains("two rows", errors["mappings.csv line 2"]);
        Assert.Contains("neither a user nor a sub-group", errors["mappings.csv line 3"]);
        Assert.All(errors.Values, message => Assert.DoesNotContain("x.example", message));
        Assert.Equal(0, await gateway.EventsAsync());
    }

    [Theory]
    [InlineData("users", "email,firstName\na@x.example,A\n", "users.csv line 1", "id or externalMemberId is missing")]
    [InlineData("groups", "id\nT1\n", "groups.csv line 1", "name or teamName is missing")]
    [InlineData("mappings", "groupId,userId,isMember,isManager\n", "mappings.csv line 1", "subGroupId or externalSubteamId is missing")]
    [InlineData("groups", "id,name,color\nT1,A,red\n", "groups.csv line 1, column 3", "not known here")]
    [InlineData("users", "id,ID\nE1,E1\n", "users.csv line 1, column 2", "stands twice")]
    [InlineData("users", "", "users.csv line 1", "empty")]
    [InlineData("users", "id,email\nE1,\"a@x.example\n", "users.csv line 2, column email", "never closed")]
    [InlineData("users", "id,email,(for spreadsheets only)\nE1,a@x.example,\n", "users.csv line 1, column 3", "exported for spreadsheets")]
    [InlineData("users", "id,email,\nE1,a@x.example,x\n", "users.csv line 2", "no name in the first line")]
    public async Task A_file_that_cannot_be_read_says_where_and_what_to_do(string part, string content, string place, string message)
    {
        await using var gateway = await BaselineGateway.StartAsync();
        var errors = await gateway.PutFilesAsync((part, content)).ErrorsAsync();
        Assert.Contains(message, errors[place]);
        Assert.Equal(0, await gateway.EventsAsync());
    }

    [Fact]
    public async Task A_workbook_and_utf_16_are_told_what_to_save_as()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        Assert.Contains("UTF-16", (await gateway.PutFilesAsync("", ("users", "u.csv", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("id\nE1\n")).ToArray())).ErrorsAsync())["u.csv"]);
        Assert.Contains("workbook", (await gateway.PutFilesAsync("", ("users", "u ñ.xlsx", "PK\u0003\u0004"u8.ToArray())).ErrorsAsync())["users"]);
    }

    [Theory]
    [InlineData("[]", "$")]
    [InlineData("{}", "$")]
    [InlineData("""{"user":[]}""", "$")]
    [InlineData("""{"users":null}""", "users")]
    [InlineData("""{"users":[{"email":"a@x.example"}]}""", "users[0].id")]
    [InlineData("""{"users":[{"id":"E1"},{"id":"E1"}]}""", "users[1].id")]
    [InlineData("""{"users":[{"id":7}]}""", "users[0].id")]
    [InlineData("""{"users":[{"id":"E1","Email":"a","email":"b"}]}""", "users[0].email")]
    [InlineData("""{"users":[{"id":"E1","x":"\ud800"}]}""", "users[0].x")]
    [InlineData("""{"users":[{"id":"E1","x":{"y":1}}]}""", "users[0].x")]
    [InlineData("""{"groups":[{"id":"T1","name":"A","parent":"T2"}]}""", "groups[0]")]
    [InlineData("""{"mappings":[{"groupId":"T1","userId":"E1","isMember":"TRUE"}]}""", "mappings[0].isMember")]
    [InlineData("""{"mappings":[{"groupId":"T1"}]}""", "mappings[0]")]
    public async Task Json_that_is_not_a_baseline_says_where(string json, string place)
    {
        await using var gateway = await BaselineGateway.StartAsync();
        Assert.Contains(place, (await gateway.PutJsonAsync(json).ErrorsAsync()).Keys);
    }

    [Theory]
    [InlineData("{\"users\":[", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("id\nE1\n", "text/csv", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("nonsense", "multipart/form-data; boundary=x", HttpStatusCode.BadRequest)]
    public async Task A_body_that_is_none_of_it_is_refused(string body, string type, HttpStatusCode status)
    {
        await using var gateway = await BaselineGateway.StartAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await gateway.Http.PutAsync(new Uri("/v1/sources/hris/baseline", UriKind.Relative), content);
        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task A_part_of_another_name_or_without_a_file_is_refused()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        Assert.Contains("part other than", (await gateway.PutFilesAsync(("people", "id\nE1\n")).ErrorsAsync())["$"]);
    }

    [Fact]
    public async Task Errors_are_many_but_not_endless()
    {
        await using var gateway = await BaselineGateway.StartAsync();
        var errors = await gateway.PutFilesAsync(("users", "id,email\n" + string.Concat(Enumerable.Repeat(",x\n", 5_000)))).ErrorsAsync();
        Assert.Equal(101, errors.Count);
        Assert.Contains("4900 more", errors["$"]);
    }
}
