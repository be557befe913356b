using System.Text.Json.Nodes;

namespace Gateway.Operations.Demo;

/// <summary>The simulated account against the company as it ought to be: people, teams and relations, not just how many.</summary>
internal static class AccountComparison
{
    private const int Shown = 5;

    /// <summary>What differs, a few lines of it; empty: they are the same.</summary>
    public static List<string> Differences(MadeUpCompany company, JsonNode state)
    {
        var expected = Lines(company).ToHashSet(StringComparer.Ordinal);
        var actual = Lines(state).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. expected.Except(actual).Order(StringComparer.Ordinal).Take(Shown).Select(line => $"missing: {line}"),
            .. actual.Except(expected).Order(StringComparer.Ordinal).Take(Shown).Select(line => $"too much: {line}"),
        ];
    }

    private static IEnumerable<string> Lines(MadeUpCompany company)
    {
        foreach (var p in company.People.Values)
        {
            yield return $"{p.Email}: {p.FirstName} {p.LastName}, {p.JobTitle}, {p.Country}, {CompanyJson.Date(p.HiredOn)}";
            if (p.Team is not null)
            {
                yield return $"{p.Email} is a member of {company.Teams[p.Team].Name}";
            }
        }

        foreach (var t in company.Teams.Values)
        {
            yield return $"{t.Name} is in {(t.Parent is null ? "nothing" : company.Teams[t.Parent].Name)}";
            if (t.Manager is not null)
            {
                yield return $"{company.People[t.Manager].Email} manages {t.Name}";
            }
        }
    }

    private static IEnumerable<string> Lines(JsonNode state)
    {
        var teams = state["teams"]!.AsArray().Where(t => t!["rule"] is null).ToDictionary(t => (string)t!["internalId"]!, t => t!, StringComparer.Ordinal);
        foreach (var m in state["members"]!.AsArray().Where(m => (string?)m!["status"] != "deactivated"))
        {
            yield return $"{m!["email"]}: {m["firstName"]} {m["lastName"]}, {m["jobTitle"]}, {m["properties"]!["Country"]}, {m["properties"]!["Hiring Date"]}";
        }

        foreach (var t in teams.Values)
        {
            yield return $"{t["name"]} is in {(t["parent"] is { } parent ? teams[(string)parent!]["name"] : "nothing")}";
            foreach (var email in t["members"]!.AsArray())
            {
                yield return $"{email} is a member of {t["name"]}";
            }

            foreach (var email in t["managers"]!.AsArray())
            {
                yield return $"{email} manages {t["name"]}";
            }
        }
    }
}
