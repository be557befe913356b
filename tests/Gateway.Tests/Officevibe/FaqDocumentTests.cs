using System.Reflection;
using System.Text.RegularExpressions;

namespace Gateway.Tests.Officevibe;

/// <summary>docs/officevibe-faq.md answers every question, and what it says shows something is there.</summary>
public sealed partial class FaqDocumentTests
{
    private static readonly string[] Questions =
    [
        "What does InviteNewUsers do when it is on?", "What does it do when it is off?", "Can people be invited later?", "What becomes of administrators?", "Are special characters a problem?",
        "May a section be empty?", "We sent something wrong: can the structure be restored?", "How is a team renamed without losing its history?",
        "The account has people and teams already: what happens to them?", "Can teams be kept outside the integration?", "How are properties sent?", "Is there a test account?",
        "Error: Attribute not found", "Error: Skipped User Attribute Option Not Found", "Error: Skipped user-to-group relation, or sub-group-to-group relation, not found",
        "Error: Could not establish a connection to the API", "Error: You must activate API synchronization", "Error: Main: An error occurred while syncing",
        "How does somebody move between teams?", "How often should it run, and who starts it?", "What are the three ids?", "What are the three kinds of mapping?",
    ];

    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "officevibe-faq.md"));

    [Fact]
    public void Every_question_has_a_section_with_what_officevibe_says_what_the_gateway_does_and_what_shows_it()
    {
        var sections = Document.Split("\n## ")[1..];
        Assert.Equal(Questions, sections.Select(s => s.Split('\n')[0]));
        Assert.All(sections, s =>
        {
            foreach (var part in new[] { "**Officevibe:** ", "**The gateway:** ", "**Shown by** `" }) Assert.Contains(part, s, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_test_that_the_document_names_is_there()
    {
        var named = Document.Split('\n').Where(l => l.StartsWith("**Shown by**", StringComparison.Ordinal) || l.StartsWith('`')).SelectMany(l => Named().Matches(l)).ToList();
        Assert.True(named.Count > Questions.Length, $"{named.Count} tests are named.");
        var missing = named.Where(m => !typeof(FaqDocumentTests).Assembly.GetTypes().Any(t => t.Name == m.Groups["class"].Value && t.GetMethod(m.Groups["method"].Value)?.GetCustomAttributes<FactAttribute>().Any() == true))
            .Select(m => m.Value);
        Assert.Empty(missing);
    }

    [GeneratedRegex("`(?<class>[A-Za-z]+)\\.(?<method>\\w+)`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();
}
