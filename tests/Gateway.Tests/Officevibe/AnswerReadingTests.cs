using System.Net;
using System.Text;
using Gateway.Officevibe;
using Xunit;

namespace Gateway.Tests.Officevibe;

/// <summary>The table of answers, row by row, without a wire.</summary>
public sealed class AnswerReadingTests
{
    private const string Json = "application/json";
    private const string Html = "text/html";
    private const string Good = """{"isSuccess":true,"errors":[]}""";
    private const string Bad = """{"isSuccess":false,"errors":["The users section is empty"]}""";
    private const string LoginPage = "<!DOCTYPE html><html><title>Log in</title></html>";

    [Theory]
    // No verdict after the body was sent.
    [InlineData(true, AnswerPhase.NoAnswer, 0, null, "", "Unknown")]
    [InlineData(true, AnswerPhase.EndedEarly, 200, Json, "{\"isSucc", "Unknown")]
    [InlineData(true, AnswerPhase.Complete, 200, Json, "{\"isSucc", "Unknown")]
    [InlineData(true, AnswerPhase.Complete, 200, "text/plain", "{\"isSucc", "Unknown")]
    [InlineData(true, AnswerPhase.Complete, 500, Json, "{\"isSucc", "Unknown")]
    [InlineData(true, AnswerPhase.Complete, 200, Json, "", "Unknown")]
    [InlineData(true, AnswerPhase.Complete, 204, null, "", "Unknown")]
    [InlineData(true, AnswerPhase.Complete, 408, Json, "{}", "Unknown")]
    [InlineData(true, AnswerPhase.Complete, 502, Html, LoginPage, "Unknown")]
    [InlineData(true, AnswerPhase.Complete, 504, Json, Good, "Unknown")]
    // The same before a byte of it was sent.
    [InlineData(false, AnswerPhase.NoAnswer, 0, null, "", "Failed")]
    [InlineData(false, AnswerPhase.EndedEarly, 200, Json, "{", "Failed")]
    [InlineData(false, AnswerPhase.Complete, 200, Json, "{", "Failed")]
    [InlineData(false, AnswerPhase.Complete, 408, Json, "{}", "Failed")]
    [InlineData(false, AnswerPhase.Complete, 502, Html, LoginPage, "Failed")]
    // Come back later, whatever the body.
    [InlineData(true, AnswerPhase.Complete, 429, Html, LoginPage, "Failed")]
    [InlineData(true, AnswerPhase.Complete, 429, null, "", "Failed")]
    [InlineData(true, AnswerPhase.Complete, 500, Json, Good, "Failed")]
    [InlineData(true, AnswerPhase.Complete, 503, Html, LoginPage, "Failed")]
    [InlineData(true, AnswerPhase.Complete, 507, "text/plain", "full", "Failed")]
    // The key or the address.
    [InlineData(true, AnswerPhase.Complete, 302, Json, """{"message":"please log in"}""", "Refused")]
    [InlineData(true, AnswerPhase.Complete, 308, null, "", "Refused")]
    [InlineData(true, AnswerPhase.Complete, 401, Json, Good, "Refused")]
    [InlineData(true, AnswerPhase.Complete, 403, null, "", "Refused")]
    [InlineData(true, AnswerPhase.Complete, 404, Json, "{}", "Refused")]
    [InlineData(true, AnswerPhase.Complete, 410, null, "", "Refused")]
    [InlineData(true, AnswerPhase.Complete, 200, Html, LoginPage, "Refused")]
    [InlineData(true, AnswerPhase.Complete, 200, Html, Good, "Refused")]
    [InlineData(true, AnswerPhase.Complete, 200, Json, LoginPage, "Refused")]
    [InlineData(true, AnswerPhase.Complete, 200, "text/plain", "Unauthorized", "Refused")]
    // The body.
    [InlineData(true, AnswerPhase.Complete, 400, Json, Bad, "Refused")]
    [InlineData(true, AnswerPhase.Complete, 413, null, "", "Refused")]
    [InlineData(true, AnswerPhase.Complete, 422, "text/plain", "users[3].email", "Refused")]
    // A verdict.
    [InlineData(true, AnswerPhase.Complete, 200, Json, Bad, "Failed")]
    [InlineData(true, AnswerPhase.Complete, 409, Json, Bad, "Failed")]
    [InlineData(true, AnswerPhase.Complete, 200, Json, """{"isSuccess":false}""", "Failed")]
    [InlineData(true, AnswerPhase.Complete, 200, Json, """{"isSuccess":false,"errors":["You must activate API synchronization via the admin dashboard on officevibe.com."]}""", "Refused")]
    [InlineData(true, AnswerPhase.Complete, 200, Json, """{"isSuccess":false,"errorMessage":"Make sure the submitted API key is correct."}""", "Refused")]
    [InlineData(true, AnswerPhase.Complete, 200, Json, """{"isSuccess":true,"errors":["Attribute not found: Gender"]}""", "AcceptedWithIssues")]
    [InlineData(true, AnswerPhase.Complete, 200, Json, """{"isSuccess":true,"errors":[{"code":"x","externalId":"G9"}]}""", "AcceptedWithIssues")]
    [InlineData(true, AnswerPhase.Complete, 200, Json, """{"isSuccess":true,"errors":"one text"}""", "AcceptedWithIssues")]
    [InlineData(true, AnswerPhase.Complete, 200, Json, Good, "Accepted")]
    [InlineData(true, AnswerPhase.Complete, 201, "application/vnd.x+json", Good, "Accepted")]
    [InlineData(true, AnswerPhase.Complete, 200, null, "\uFEFF \n{\"IsSuccess\":true,\"Errors\":null}", "Accepted")]
    // Anything else.
    [InlineData(true, AnswerPhase.Complete, 200, Json, "{}", "Failed")]
    [InlineData(true, AnswerPhase.Complete, 200, Json, "[]", "Failed")]
    [InlineData(true, AnswerPhase.Complete, 200, Json, "\"ok\"", "Failed")]
    [InlineData(true, AnswerPhase.Complete, 200, Json, """{"isSuccess":"true"}""", "Failed")]
    [InlineData(true, AnswerPhase.Complete, 405, null, "", "Failed")]
    [InlineData(true, AnswerPhase.Complete, 409, Json, Good, "Failed")]
    [InlineData(true, AnswerPhase.Complete, 451, Json, "{}", "Failed")]
    public void The_first_row_that_matches_decides(bool bodySent, AnswerPhase phase, int status, string? contentType, string body, string expected)
    {
        var outcome = Read(new() { BodySent = bodySent, Phase = phase, Status = (HttpStatusCode)status, ContentType = contentType, Body = new(Encoding.UTF8.GetBytes(body)) });
        Assert.Equal(expected, outcome.GetType().Name);
    }

    [Theory]
    [InlineData(202, Json, """{"jobId":"7","status":"Pending"}""", "Processing")]
    [InlineData(200, Json, "{}", "Processing")]
    [InlineData(202, null, "", "Processing")]
    [InlineData(204, null, "", "Processing")]
    [InlineData(202, Json, Good, "Processing")]
    [InlineData(200, Json, Good, "Accepted")]
    [InlineData(200, Json, """{"status":"Completed"}""", "Accepted")]
    [InlineData(202, Json, """{"status":"Paused"}""", "AwaitingApproval")]
    [InlineData(202, Json, """{"isSuccess":true,"errors":[],"status":"Paused"}""", "AwaitingApproval")]
    [InlineData(200, Json, """{"message":"The sync awaits approval: the risk threshold is exceeded."}""", "AwaitingApproval")]
    [InlineData(200, Json, """{"status":"Failed"}""", "Failed")]
    [InlineData(202, Json, """{"isSuccess":true,"errors":["Attribute not found: Gender"]}""", "AcceptedWithIssues")]
    [InlineData(202, Json, """{"isSucc""", "Unknown")]
    [InlineData(202, "text/html", LoginPage, "Refused")]
    [InlineData(401, Json, """{"error":{"code":"ERR_UNAUTHORIZED"}}""", "Refused")]
    [InlineData(403, Json, """{"error":{"code":"ERR_FORBIDDEN"}}""", "Refused")]
    [InlineData(400, Json, """{"error":{"code":"ERR_VALIDATION"}}""", "Refused")]
    [InlineData(200, Json, """{"error":{"code":"ERR_SOMETHING"}}""", "Failed")]
    [InlineData(200, Json, Bad, "Failed")]
    [InlineData(200, Json, """{"error":{"code":"ERR_X","message":"API provisioning must be activated."}}""", "Refused")]
    [InlineData(429, Json, """{"error":{"code":"ERR_RATE"}}""", "Failed")]
    public void An_answer_of_workleap_is_read_by_the_same_table_and_its_two_rows(int status, string? contentType, string body, string expected)
    {
        var answer = new RawAnswer { BodySent = true, Phase = AnswerPhase.Complete, Status = (HttpStatusCode)status, ContentType = contentType, Body = new(Encoding.UTF8.GetBytes(body)) };
        Assert.Equal(expected, AnswerReading.Read(answer, KeptAnswer.None(0), OfficevibeDialect.Workleap).GetType().Name);
    }

    [Fact]
    public void An_error_of_workleap_is_kept_with_its_code_and_says_what_to_do_there()
    {
        var answer = Complete("""{"error":{"code":"ERR_PROVISIONING_NOT_ACTIVATED","message":"API provisioning must be activated."}}""") with { Status = HttpStatusCode.BadRequest };
        var refused = Assert.IsType<SendOutcome.Refused>(AnswerReading.Read(answer, KeptAnswer.None(0), OfficevibeDialect.Workleap));
        Assert.Equal(["ERR_PROVISIONING_NOT_ACTIVATED: API provisioning must be activated."], refused.Texts);
        Assert.Contains("Settings, Provisioning", refused.WhatToDo);
    }

    [Fact]
    public void Every_text_of_a_report_is_kept_whatever_its_shape()
    {
        var outcome = Read(Complete("""{"isSuccess":true,"errors":["one",{"externalId":"G9"},["two",3],null,""],"errorMessage":"four"}"""));
        Assert.Equal(["one", """{"externalId":"G9"}""", "two", "3", "four"], Assert.IsType<SendOutcome.AcceptedWithIssues>(outcome).Texts);
    }

    [Fact]
    public void A_refusal_says_what_to_do()
    {
        var notActivated = Assert.IsType<SendOutcome.Refused>(Read(Complete(
            """{"isSuccess":false,"errors":["Row 3 was odd","Vous devez activer la synchronisation API dans le tableau de bord."]}""")));
        Assert.Contains("switch the Custom Integration (API) on", notActivated.WhatToDo);
        Assert.Equal(2, notActivated.Texts.Count);

        var key = Assert.IsType<SendOutcome.Refused>(Read(Complete(LoginPage)));
        Assert.Contains("Gateway:Officevibe:ApiKey", key.WhatToDo);
    }

    private static RawAnswer Complete(string body) => new()
    {
        BodySent = true, Phase = AnswerPhase.Complete, Status = HttpStatusCode.OK, ContentType = Json, Body = new(Encoding.UTF8.GetBytes(body)),
    };

    private static SendOutcome Read(RawAnswer answer) => AnswerReading.Read(answer, KeptAnswer.None(0));
}
