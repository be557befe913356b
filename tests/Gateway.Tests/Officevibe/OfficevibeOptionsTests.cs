using Gateway.Membership.Resolve;
using Gateway.Officevibe;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace Gateway.Tests.Officevibe;

public sealed class OfficevibeOptionsTests
{
    [Fact]
    public void A_full_set_of_settings_is_taken()
    {
        var options = Read(
            ("Dialect", "officevibe"), ("AdminKeyName", "syncAdmin"), ("AdminValue", "7d0c"), ("InviteNewUsers", "true"), ("SendUndeclaredProperties", "true"), ("CombineRoles", "true"),
            ("Properties:0:Name", "Business Unit"), ("Properties:0:Type", "Choice"), ("Properties:0:Options:0", "North"), ("Properties:0:Options:1", "South"),
            ("Properties:1:Name", "Hiring Date"), ("Properties:1:Type", "Date"), ("Properties:1:DateFormat", "yyyy-MM-dd"));
        Assert.True(options.InviteNewUsers && options.SendUndeclaredProperties && options.CombineRoles);
        var declared = options.DeclaredProperties();
        Assert.Equal((PropertyType.Choice, 2), (declared["Business Unit"].Type, declared["Business Unit"].Options!.Count));
        Assert.Equal("yyyy-MM-dd", declared["Hiring Date"].DateFormat);
        Assert.Null(declared["Hiring Date"].Options);
    }

    [Theory]
    [InlineData("BaseUrl", null, "Gateway:Officevibe:BaseUrl is missing")]
    [InlineData("BaseUrl", "app.officevibe.com", "Gateway:Officevibe:BaseUrl must be an absolute https address")]
    [InlineData("BaseUrl", "ftp://app.officevibe.com", "Gateway:Officevibe:BaseUrl must be an absolute https address")]
    [InlineData("BaseUrl", "https://me:pw@app.officevibe.com", "Gateway:Officevibe:BaseUrl must have no user")]
    [InlineData("BaseUrl", "http://app.officevibe.com/api/v2", "Gateway:Officevibe:AllowHttp")]
    [InlineData("Workleap:GoodVibesUrl", "http://api.workleap.com/officevibe/goodvibes", "Gateway:Officevibe:Workleap:GoodVibesUrl uses http to another machine")]
    [InlineData("Workleap:GoodVibesUrl", "goodvibes", "Gateway:Officevibe:Workleap:GoodVibesUrl must be an absolute https address")]
    [InlineData("ApiKey", null, "Gateway:Officevibe:ApiKey is missing")]
    [InlineData("ApiKey", "sec ret", "Gateway:Officevibe:ApiKey holds a blank")]
    [InlineData("Dialect", "7", "Gateway:Officevibe:Dialect is not a dialect")]
    [InlineData("AdminKeyName", "admin", "Gateway:Officevibe:AdminKeyName must be")]
    [InlineData("AdminValue", "the boss", "Gateway:Officevibe:AdminValue must be the e-mail address")]
    [InlineData("Timeout", "00:00:00", "Gateway:Officevibe:Timeout must be between")]
    [InlineData("ReadTimeout", "2.00:00:00", "Gateway:Officevibe:ReadTimeout must be between")]
    [InlineData("Properties:0:Type", "Text", "Gateway:Officevibe:Properties:0:Name is missing")]
    [InlineData("Properties:0:Name", "EMAIL", "Gateway:Officevibe:Properties:0:Name is the name of a standard field")]
    public void A_bad_value_stops_the_start_and_names_the_key(string key, string? value, string expected)
    {
        var error = Assert.Throws<OptionsValidationException>(() => Read((key, value)));
        Assert.Contains(expected, error.Message);
        Assert.DoesNotContain("sec ret", error.Message);
        Assert.DoesNotContain("s3cr3t", error.Message);
    }

    [Theory]
    [InlineData("BaseUrl", "https://app.officevibe.com/api/v2/", "Gateway:Officevibe:BaseUrl is an address of the legacy API")]
    [InlineData("Workleap:UsersThreshold", "-1", "Gateway:Officevibe:Workleap:UsersThreshold must be 0 or more")]
    [InlineData("Workleap:DeletionDelay", "31.00:00:00", "Gateway:Officevibe:Workleap:DeletionDelay must be between")]
    [InlineData("Workleap:ProductAssignations:0", " ", "Gateway:Officevibe:Workleap:ProductAssignations has an empty name")]
    [InlineData("Workleap:ProcessingFor", "00:00:10", "Gateway:Officevibe:Workleap:ProcessingFor must be between")]
    [InlineData("Languages:French", "", "Gateway:Officevibe:Languages has an empty name")]
    public void A_bad_value_for_workleap_stops_the_start_and_names_the_key(string key, string? value, string expected)
    {
        var error = Assert.Throws<OptionsValidationException>(() => Read([("BaseUrl", "https://api.workleap.com/public"), ("Dialect", "workleap"), (key, value)]));
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Leaving_the_absent_out_is_refused_for_workleap_unless_it_is_confirmed()
    {
        Dictionary<string, string?> settings = new()
        {
            ["Gateway:Officevibe:Dialect"] = "workleap", ["Gateway:Officevibe:BaseUrl"] = "https://api.workleap.com/public", ["Gateway:Officevibe:ApiKey"] = "s3cr3t",
            ["Gateway:OnAbsence"] = "leave-out",
        };
        using (var services = TestServices.Officevibe(settings, Environments.Production))
            Assert.Contains("Gateway:OnAbsence is leave-out", Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<OfficevibeOptions>>().Value).Message);
        settings["Gateway:Officevibe:Workleap:AllowLeaveOut"] = "true";
        using var confirmed = TestServices.Officevibe(settings, Environments.Production);
        Assert.True(confirmed.GetRequiredService<IOptions<OfficevibeOptions>>().Value.Workleap.AllowLeaveOut);
    }

    [Fact]
    public void A_catalogue_is_checked_entry_by_entry_and_all_at_once()
    {
        var error = Assert.Throws<OptionsValidationException>(() => Read(
            ("Properties:0:Name", "A"), ("Properties:1:Name", "A"), ("Properties:2:Name", "B"), ("Properties:2:Options:0", "x"),
            ("Properties:3:Name", "C"), ("Properties:3:Type", "Date"), ("Properties:3:DateFormat", "yyyy"), ("Properties:4:Name", "D"), ("Properties:4:DateFormat", "yyyy-MM-dd")));
        Assert.Equal(4, error.Failures.Count());
        Assert.Contains(error.Failures, f => f.Contains("Properties:1:Name is declared twice"));
        Assert.Contains(error.Failures, f => f.Contains("Properties:2:Options are for"));
        Assert.Contains(error.Failures, f => f.Contains("Properties:3:DateFormat is not a date format"));
        Assert.Contains(error.Failures, f => f.Contains("Properties:4:DateFormat is for"));
    }

    [Fact]
    public async Task Observing_needs_no_account()
    {
        await using var services = TestServices.Officevibe(new Dictionary<string, string?> { ["Gateway:Sync:Mode"] = "observe" }, Environments.Production);
        Assert.False(services.GetRequiredService<IOptions<OfficevibeOptions>>().Value.HasAccount);
        Assert.IsType<PingOutcome.Refused>(await services.GetRequiredService<OfficevibeClient>().PingAsync(CancellationToken.None));
        Assert.IsType<AccountReading.Refused>(await services.GetRequiredService<OfficevibeClient>().ReadAccountAsync(CancellationToken.None));
    }

    [Fact]
    public void The_simulator_stands_in_only_in_development()
    {
        using var development = TestServices.Officevibe(new Dictionary<string, string?>(), Environments.Development);
        Assert.Equal(8090, development.GetRequiredService<IOptions<OfficevibeOptions>>().Value.BaseUrl!.Port);
        using var production = TestServices.Officevibe(new Dictionary<string, string?>(), Environments.Production);
        Assert.Throws<OptionsValidationException>(() => production.GetRequiredService<IOptions<OfficevibeOptions>>().Value);
    }

    private static OfficevibeOptions Read(params (string Key, string? Value)[] settings)
    {
        var values = new Dictionary<string, string?> { ["Gateway:Officevibe:BaseUrl"] = "https://officevibe.example/api/v2", ["Gateway:Officevibe:ApiKey"] = "s3cr3t" };
        foreach (var (key, value) in settings) values[$"Gateway:Officevibe:{key}"] = value;
        using var services = TestServices.Officevibe(values, Environments.Production);
        return services.GetRequiredService<IOptions<OfficevibeOptions>>().Value;
    }
}
