using Gateway.OfficevibeSimulator.Account;
using Xunit;

namespace Gateway.Tests.Simulator;

/// <summary>Behaviours 5 and 6, and what is assumed about identity.</summary>
public sealed class Members
{
    [Fact]
    public async Task A_new_member_is_invited_once_when_invitations_are_on()
    {
        await using var officevibe = await SimulatorServer.StartAsync();

        await officevibe.SyncAsync(Payload.Small().Inviting().Build());
        await officevibe.SyncAsync(Payload.Small().Inviting().Build());

        await IsAsync(officevibe, "ana@x.example", "invited", 1);
    }

    [Fact]
    public async Task A_new_member_is_only_created_when_invitations_are_off_and_a_later_sync_does_not_invite_them()
    {
        await using var officevibe = await SimulatorServer.StartAsync();

        await officevibe.SyncAsync(Payload.Small().Build());
        await IsAsync(officevibe, "ana@x.example", "created", 0);
        await officevibe.SyncAsync(Payload.Small().Inviting().Build());

        await IsAsync(officevibe, "ana@x.example", "created", 0);
    }

    [Fact]
    public async Task An_absent_member_is_deactivated_and_kept_with_profile_and_id()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.SyncAsync(Payload.Small().Build());

        await officevibe.SyncAsync(WithoutAna().Build());

        var ana = await officevibe.MemberAsync("ana@x.example");
        Assert.Equal(("deactivated", "U1"), ((string?)ana!["status"], (string?)ana["externalId"]));
        Assert.Empty(ana["memberOf"]!.AsArray());
        var counts = (await officevibe.StateAsync())["counts"]!;
        Assert.Equal((1, 1), ((int)counts["members"]!, (int)counts["deactivated"]!));
    }

    [Fact]
    public async Task Absent_administrators_and_executives_are_left_untouched()
    {
        await using var officevibe = await SimulatorServer.StartAsync(o =>
        {
            o.Members.Add(new SeedMember { Email = "admin@x.example", Role = MemberRole.Administrator });
            o.Members.Add(new SeedMember { Email = "chief@x.example", Role = MemberRole.Executive });
            o.Members.Add(new SeedMember { Email = "other@x.example" });
            o.Teams.Add(new SeedTeam { Name = "R&D", Managers = ["chief@x.example"] });
        });

        await officevibe.SyncAsync(Payload.Small().Build());

        await IsAsync(officevibe, "admin@x.example", "active", 1);
        await IsAsync(officevibe, "chief@x.example", "active", 1);
        await IsAsync(officevibe, "other@x.example", "deactivated", 1);
        Assert.Contains("chief@x.example", (await officevibe.TeamAsync("R&D")).Emails("managers"));
    }

    [Fact]
    public async Task A_payload_never_changes_a_role_or_the_status_of_an_administrator()
    {
        await using var officevibe = await SimulatorServer.StartAsync(o => o.Members.Add(
            new SeedMember { Email = "ana@x.example", Role = MemberRole.Administrator, Status = MemberStatus.Created }));

        await officevibe.SyncAsync(Payload.Small().Inviting().Build());

        var ana = await officevibe.MemberAsync("ana@x.example");
        Assert.Equal(("administrator", "created", "U1"), ((string?)ana!["role"], (string?)ana["status"], (string?)ana["externalId"]));
    }

    [Theory]
    [InlineData(false, "invited")]
    [InlineData(true, "active")]
    public async Task Who_comes_back_after_a_deactivation_is_what_they_were_and_is_not_invited_again(bool tookUp, string status)
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.SyncAsync(Payload.Small().Inviting().Build());
        if (tookUp)
        {
            await officevibe.ControlAsync("account", new { activate = (string[])["ana@x.example"] });
        }

        await officevibe.SyncAsync(WithoutAna().Inviting().Build());
        await IsAsync(officevibe, "ana@x.example", "deactivated", 1);
        await officevibe.SyncAsync(Payload.Small().Inviting().Build());

        await IsAsync(officevibe, "ana@x.example", status, 1);
    }

    [Fact]
    public async Task Somebody_who_was_added_by_hand_is_found_by_email_without_regard_to_case_and_gets_the_id()
    {
        await using var officevibe = await SimulatorServer.StartAsync(o => o.Members.Add(new SeedMember { Email = "Ana@X.example" }));
        var before = await officevibe.MemberAsync("Ana@X.example");

        await officevibe.SyncAsync(Payload.Small().Build());

        var after = await officevibe.MemberAsync("ana@x.example");
        Assert.Equal((string?)before!["internalId"], (string?)after!["internalId"]);
        Assert.Equal(("U1", "active"), ((string?)after["externalId"], (string?)after["status"]));
    }

    [Fact]
    public async Task The_id_carries_a_member_through_a_change_of_email()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.SyncAsync(Payload.Small().Build());
        var before = await officevibe.MemberAsync("ana@x.example");

        await officevibe.SyncAsync(WithoutAna().User("U1", "ana.new@x.example").Build());

        Assert.Null(await officevibe.MemberAsync("ana@x.example"));
        Assert.Equal((string?)before!["internalId"], (string?)(await officevibe.MemberAsync("ana.new@x.example"))!["internalId"]);
    }

    [Fact]
    public async Task Two_members_can_exchange_their_email_addresses_in_one_sync()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.SyncAsync(Payload.Small().Build());

        var answer = await officevibe.SyncAsync(new Payload()
            .User("U1", "bo@x.example").User("U2", "ana@x.example").Group("G2", "R&D").Member("G2", "U1").Build());

        Assert.Empty(answer["errors"]!.AsArray());
        Assert.Equal("U1", (string?)(await officevibe.MemberAsync("bo@x.example"))!["externalId"]);
        Assert.Equal("U2", (string?)(await officevibe.MemberAsync("ana@x.example"))!["externalId"]);
    }

    [Fact]
    public async Task An_email_of_somebody_who_is_not_in_the_payload_cannot_be_taken_over_and_the_rest_is_applied()
    {
        await using var officevibe = await SimulatorServer.StartAsync();
        await officevibe.SyncAsync(Payload.Small().User("U3", "cy@x.example").Build());

        // U1 wants the address of U3, who is gone; so U1 keeps their own, which U2 wanted; so U2 keeps theirs.
        var answer = await officevibe.SyncAsync(new Payload()
            .User("U1", "cy@x.example", ("jobTitle", "Lead")).User("U2", "ana@x.example").Group("G2", "R&D").Member("G2", "U1").Build());

        Assert.Equal(2, answer["errors"]!.AsArray().Count);
        var ana = await officevibe.MemberAsync("ana@x.example");
        Assert.Equal(("U1", "Lead"), ((string?)ana!["externalId"], (string?)ana["jobTitle"]));
        Assert.Equal("U2", (string?)(await officevibe.MemberAsync("bo@x.example"))!["externalId"]);
    }

    [Fact]
    public async Task Rows_with_an_id_or_an_email_that_an_earlier_row_has_and_incomplete_rows_are_skipped_and_reported()
    {
        await using var officevibe = await SimulatorServer.StartAsync();

        var answer = await officevibe.SyncAsync(Payload.Small()
            .User("U1", "twin@x.example").User("U4", "ANA@x.example").User("", "noid@x.example").User("U5", null).Build());

        Assert.True((bool)answer["isSuccess"]!);
        Assert.Equal(
            [
                "Skipped user – duplicate id (ExternalId: U1)", "Skipped user – duplicate email (ExternalId: U4)",
                "Skipped user – id or email is missing (ExternalId: )", "Skipped user – id or email is missing (ExternalId: U5)",
            ],
            answer["errors"]!.AsArray().Select(e => (string)e!));
        Assert.Equal(2, (int)(await officevibe.StateAsync())["counts"]!["members"]!);
    }

    private static Payload WithoutAna() =>
        new Payload().User("U2", "bo@x.example").Group("G1", "Company").Group("G2", "R&D").SubGroup("G1", "G2").Manager("G2", "U2");

    private static async Task IsAsync(SimulatorServer officevibe, string email, string status, int invitations)
    {
        var member = await officevibe.MemberAsync(email);
        Assert.Equal((status, invitations), ((string?)member!["status"], (int)member["invitations"]!));
    }
}
