using Gateway.Membership.Snapshots;
using Gateway.Officevibe;
using Microsoft.Extensions.Options;

namespace Gateway.Tests.Officevibe;

/// <summary>What an answer teaches of the account's properties, and what it does not.</summary>
public sealed class PropertyLessonsTests
{
    private static readonly Snapshot Sent = Snapshot.Empty with
    {
        Users =
        [
            new() { Id = "E1", Email = "a@x.test", Language = "fr-CA", Attributes = [new("Country", "Chile"), new("Site", "Lyon")] },
            new() { Id = "E2", Email = "b@x.test", Language = "French", Attributes = [new("Country", "Peru"), new("Site", "Paris")] },
        ],
    };

    private static PropertyLessons Learn(params string[] texts)
    {
        var reader = new ReportReader(Sent);
        return PropertyLessons.Of(Sent, [.. texts.Select(reader.Read)]);
    }

    [Theory]
    [InlineData("Country Site", "", "")]
    [InlineData("Site", "Country", "", "Attribute not found (ExternalId: E1, attribute: Country)")]
    [InlineData("Site", "Country", "", "Attribut Non Trouvé : Country")]
    [InlineData("Country Site", "", "Site=Lyon", "Skipped User Attribute Option Not Found (ExternalId: E1, attribute: Site)")]
    [InlineData("Country Site", "", "Site=", "Skipped User Attribute Option Not Found: Site")]
    [InlineData("", "", "", "Attribute not found")]
    [InlineData("", "", "", "Something that nobody knows")]
    [InlineData("Site", "", "", "Something that nobody knows about Country")]
    [InlineData("Country Site", "", "", "Skipped user-to-group relation – group not found (ExternalId: T9)")]
    public void What_is_not_said_for_certain_is_not_learnt(string taken, string refused, string options, params string[] texts)
    {
        var lessons = Learn(texts);
        Assert.Equal(
            (taken, refused, options),
            (string.Join(' ', lessons.Taken.Order(StringComparer.Ordinal)), string.Join(' ', lessons.Refused), string.Join(' ', lessons.OptionsRefused.Select(o => $"{o.Property}={o.Value}"))));
    }

    [Fact]
    public void An_option_is_taken_again_only_when_it_was_sent_and_no_text_may_mean_it()
    {
        Assert.True(Learn().OptionsTaken("Site", "Lyon"));
        Assert.False(Learn().OptionsTaken("Site", "Nice"));
        Assert.True(Learn("Skipped User Attribute Option Not Found (ExternalId: E1, attribute: Site)").OptionsTaken("Site", "Paris"));
        Assert.False(Learn("Skipped User Attribute Option Not Found").OptionsTaken("Site", "Paris"));
    }

    [Fact]
    public void A_language_that_is_no_code_and_is_not_mapped_is_an_issue()
    {
        string[] Found(OfficevibeOptions options) => [.. new LanguageIssues(Options.Create(options)).Find(Sent).Select(i => $"{i.Code} {i.Subject}")];
        Assert.Equal(["member.language_unmapped E2"], Found(new()));
        Assert.Empty(Found(new() { Languages = { ["french"] = "fr" } }));
    }

    [Fact]
    public void A_property_that_is_not_found_is_named_with_the_one_that_is_probably_meant()
    {
        Assert.StartsWith("`Country` is probably `country` there (capitals count).", new ReportReader(Sent, ["country"]).Read("Attribute not found: Country").WhatToDo, StringComparison.Ordinal);
        Assert.Contains("`Region` may be `State/Province` there, a default property of Officevibe (it was renamed over time).", RefusedProperties.Hint("Region", []), StringComparison.Ordinal);
    }
}
