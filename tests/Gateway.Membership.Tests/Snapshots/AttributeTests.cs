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

    [Theory]
    [InlineData("Departement", "attribute.undeclared")]
    [InlineData("Département", "attribute.near_miss")]
    [InlineData(" DEPART-MENT", "attribute.near_miss")]
    [InlineData("State/Province", "attribute.near_miss")]
    [InlineData("birth date", "attribute.near_miss")]
    [InlineData("Direct Manager", "attribute.near_miss")]
    public void Accents_spaces_and_the_vendors_own_renamings_are_near_misses(string name, string code)
    {
        var declared = new[] { "Department", "Région", "Region", "Date of birth", "Direct manager" };
        if (name == "Département") declared = ["Departement"];
        var rules = Rules with { Properties = declared.Select(n => new DeclaredProperty { Name = n }).ToDictionary(p => p.Name) };
        Assert.Equal(("", $"{code}:{name}"), Assemble(rules, (name, "secret")));
    }

    [Fact]
    public void A_value_that_is_gone_is_sent_empty_only_where_that_is_declared_and_only_if_it_was_ever_there()
    {
        var rules = Rules with { Properties = new DeclaredProperty[] { new() { Name = "Department", Clear = true }, new() { Name = "Site" }, new() { Name = "Zone", Clear = true } }.ToDictionary(p => p.Name) };
        Assert.Equal(("Department=", ""), Assemble(rules, ("Department", null), ("Site", null)));
        Assert.Equal(("Department=R&D", ""), Assemble(rules, ("Department", "R&D")));

        // Nobody speaks of it any more, as when the event that gave it is taken back: what was accepted last tells.
        var hire = new From().Hire("h", "2026-01-01", member: new ProfilePatch { Email = "a@x.test" });
        SnapshotUser accepted = new() { Id = "E1", Email = "a@x.test", Attributes = [new("Site", "Paris"), new("Zone", "EU")] };
        var (snapshot, _) = Pipeline.Assemble([hire], rules, Given.At("2026-06-01"), lastAccepted: Snapshot.Empty with { Users = [accepted] });
        Assert.Equal([new SnapshotAttribute("Zone", "")], Assert.Single(snapshot.Users).Attributes);
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
