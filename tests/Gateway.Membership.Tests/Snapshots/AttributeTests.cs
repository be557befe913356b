using Gateway.Membership.Events;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;
using Xunit;

namespace Gateway.Membership.Tests.Snapshots;

/// <summary>semantics.md, section 5: which attributes are sent.</summary>
public sealed class AttributeTests
{
    private static readonly MembershipRules Rules = Pipeline.Rules(Pipeline.Source("hris")) with
    {
        Properties = new DeclaredProperty[]
        {
            new() { Name = "Department" },
            new() { Name = "Site", Type = PropertyType.Choice, Options = new HashSet<string> { "Paris", "Lyon" } },
            new() { Name = "Any", Type = PropertyType.Choice },
            new() { Name = "Hired", Type = PropertyType.Date, DateFormat = "dd/MM/yyyy" },
            new() { Name = "Born", Type = PropertyType.Date },
        }.ToDictionary(p => p.Name),
    };

    private static (string Sent, string Issues) Assemble(MembershipRules rules, params (string Name, string? Value)[] attributes)
    {
        var hire = new From().Hire("h", "2026-01-01", member: new ProfilePatch { Email = "a@x.test", Attributes = attributes.ToDictionary(a => a.Name, a => a.Value) });
        var (snapshot, issues) = Pipeline.Assemble([hire], rules, Given.At("2026-06-01"));
        var found = issues.Where(i => i.Attribute is not null).ToList();
        Assert.All(found, i => Assert.Equal(("E1", "hris", "h", false), (i.Subject, i.Source, i.EventId, i.LeftOut)));
        Assert.All(found, i => Assert.DoesNotContain("secret", i.Message));
        return (string.Join(" ", Assert.Single(snapshot.Users).Attributes.Select(a => $"{a.Name}={a.Value}")), string.Join(" ", found.Select(i => $"{i.Code}:{i.Attribute}")));
    }

    [Fact]
    public void Only_what_the_catalogue_declares_is_sent_by_name_in_ordinal_order_and_only_with_a_value() =>
        Assert.Equal(("Any=x Department=R&D", "attribute.undeclared:Salary"), Assemble(Rules, ("Department", "R&D"), ("Any", "x"), ("Salary", "secret"), ("Born", null)));

    [Fact]
    public void Undeclared_ones_are_sent_where_that_is_on_without_an_issue() =>
        Assert.Equal(("Grade=7", ""), Assemble(Rules with { SendUndeclaredProperties = true }, ("Grade", "7")));

    [Fact]
    public void The_name_in_another_case_is_a_near_miss_and_never_sent()
    {
        Assert.Equal(("", "attribute.near_miss:department"), Assemble(Rules, ("department", "secret")));
        Assert.Equal(("", "attribute.near_miss:DEPARTMENT"), Assemble(Rules with { SendUndeclaredProperties = true }, ("DEPARTMENT", "secret")));
    }

    [Fact]
    public void An_option_must_be_declared_exactly()
    {
        Assert.Equal(("Site=Paris", ""), Assemble(Rules, ("Site", "Paris")));
        Assert.Equal(("", "attribute.option_unknown:Site"), Assemble(Rules, ("Site", "paris")));
    }

    [Fact]
    public void A_date_is_sent_in_the_declared_format_and_never_guessed()
    {
        Assert.Equal(("Born=12/01/2020 Hired=02/03/2026", ""), Assemble(Rules, ("Hired", "2026-03-02"), ("Born", "12/01/2020")));
        Assert.Equal(("Hired=02/03/2026", ""), Assemble(Rules, ("Hired", "2026-03-02T23:30:00-05:00")));
        Assert.Equal(("", "attribute.option_unknown:Hired"), Assemble(Rules, ("Hired", "02/03/2026")));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("EMAIL")]
    [InlineData("firstname")]
    [InlineData("jobTitle")]
    [InlineData("languagePreferences")]
    public void The_name_of_a_standard_field_is_reserved_even_when_declared(string name)
    {
        var declared = new Dictionary<string, DeclaredProperty> { [name] = new() { Name = name } };
        Assert.Equal(("", $"attribute.reserved:{name}"), Assemble(Rules with { Properties = declared, SendUndeclaredProperties = true }, (name, "secret")));
    }
}
