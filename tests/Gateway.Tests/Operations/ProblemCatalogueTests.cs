using System.Reflection;
using Gateway.Edge;

namespace Gateway.Tests.Operations;

public sealed class ProblemCatalogueTests
{
    [Fact]
    public void Every_kind_of_problem_is_listed_and_documented_with_its_status_and_nothing_else_is()
    {
        // Rows such as: | `malformed` | 400 | ...
        var documented = File.ReadLines(Path.Combine(Repository.Root, "docs", "problems.md")).Where(l => l.StartsWith("| `", StringComparison.Ordinal))
            .Select(l => l.Split('|')).Select(c => (c[1].Trim(' ', '`'), int.Parse(c[2])));
        var declared = typeof(ProblemKind).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.FieldType == typeof(ProblemKind)).Select(f => (ProblemKind)f.GetValue(null)!).ToList();

        Assert.NotEmpty(declared);
        Assert.Equal(declared.Select(k => k.Code).Order(), ProblemKind.All.Select(k => k.Code).Order());
        Assert.Equal(declared.Select(k => (k.Code, k.Status)).Order(), documented.Order());
    }
}
