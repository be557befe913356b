using Gateway.OfficevibeSimulator;
using Gateway.OfficevibeSimulator.Account;
using Xunit;

namespace Gateway.Tests.Simulator;

/// <summary>Behaviour 9: values are assigned to properties that exist, nothing else.</summary>
public sealed class Properties
{
    [Fact]
    public async Task A_property_with_the_exact_name_is_set_and_other_casings_and_unknown_names_are_skipped()
    {
        await using var officevibe = await SimulatorServer.StartAsync(Catalogue);

        var answer = await SyncAnaAsync(officevibe, ("Department", "R&D"), ("department", "x"), ("Pillar", "y"), ("jobTitle", "Dev"));

        Assert.Equal(
            ["Attribute not found (ExternalId: U1, attribute: department)", "Attribute not found (ExternalId: U1, attribute: Pillar)"], answer);
        var ana = await officevibe.MemberAsync("ana@x.example");
        Assert.Equal("""{"Department":"R\u0026D"}""", ana!["properties"]!.ToJsonString());
        Assert.Equal("Dev", (string?)ana["jobTitle"]);
    }

    [Fact]
    public async Task An_unknown_option_of_a_choice_is_skipped_and_the_rest_of_that_person_is_applied()
    {
        await using var officevibe = await SimulatorServer.StartAsync(Catalogue);

        var answer = await SyncAnaAsync(officevibe, ("Country", "Atlantis"), ("Department", "R&D"), ("lastName", "Nuñez"));

        Assert.Equal(["Skipped User Attribute Option Not Found (ExternalId: U1, attribute: Country)"], answer);
        var ana = await officevibe.MemberAsync("ana@x.example");
        Assert.Equal("""{"Department":"R\u0026D"}""", ana!["properties"]!.ToJsonString());
        Assert.Equal("Nuñez", (string?)ana["lastName"]);
    }

    [Theory]
    [InlineData("Country", "Chile", true)]
    [InlineData("Country", "chile", false)]
    [InlineData("Hiring Date", "2020-02-29", true)]
    [InlineData("Hiring Date", "31/12/2020", true)]
    [InlineData("Hiring Date", "2021-02-29", false)]
    [InlineData("Salary Band", "3.5", true)]
    [InlineData("Salary Band", "three", false)]
    public async Task A_value_is_taken_only_if_the_type_takes_it(string property, string value, bool taken)
    {
        await using var officevibe = await SimulatorServer.StartAsync(Catalogue);

        var answer = await SyncAnaAsync(officevibe, (property, value));

        Assert.Equal(taken ? 0 : 1, answer.Count);
        Assert.Equal(taken ? value : null, (string?)(await officevibe.MemberAsync("ana@x.example"))!["properties"]![property]);
    }

    [Fact]
    public async Task A_property_that_is_absent_keeps_its_value_and_a_blank_one_loses_it()
    {
        await using var officevibe = await SimulatorServer.StartAsync(Catalogue);
        await SyncAnaAsync(officevibe, ("Department", "R&D"), ("Country", "Chile"));

        await SyncAnaAsync(officevibe, ("Country", ""));

        Assert.Equal("""{"Department":"R\u0026D"}""", (await officevibe.MemberAsync("ana@x.example"))!["properties"]!.ToJsonString());
    }

    [Fact]
    public async Task An_option_that_is_added_in_the_app_is_taken_by_the_next_sync()
    {
        await using var officevibe = await SimulatorServer.StartAsync(Catalogue);
        await officevibe.ControlAsync("account", new
        {
            properties = (object[])[new { name = "Country", type = "choice", options = (string[])["Atlantis"] }],
        });

        Assert.Empty(await SyncAnaAsync(officevibe, ("Country", "Atlantis")));
    }

    private static void Catalogue(SimulatorOptions options) => options.Properties =
    [
        new() { Name = "Department" }, new() { Name = "Country", Type = PropertyType.Choice, Options = ["Chile", "Peru"] },
        new() { Name = "Hiring Date", Type = PropertyType.Date }, new() { Name = "Salary Band", Type = PropertyType.Number },
    ];

    private static async Task<List<string>> SyncAnaAsync(SimulatorServer officevibe, params (string Name, object? Value)[] fields)
    {
        var answer = await officevibe.SyncAsync(new Payload().User("U1", "ana@x.example", fields).Group("G1", "Company").Member("G1", "U1").Build());
        Assert.True((bool)answer["isSuccess"]!);
        return [.. answer["errors"]!.AsArray().Select(e => (string)e!)];
    }
}
