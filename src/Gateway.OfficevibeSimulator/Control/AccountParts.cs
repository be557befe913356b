using System.Globalization;
using System.Text;
using Gateway.OfficevibeSimulator.Account;

namespace Gateway.OfficevibeSimulator.Control;

/// <summary>An account as it stands, or stood after a sync: its numbers, teams, members, and what is gone.</summary>
internal static class AccountParts
{
    private const int ShownMembers = 1_000;
    private const int ShownGone = 100;

    public static void Render(StringBuilder html, StateView state)
    {
        Facts(html, state);
        html.Append("<h2>Teams</h2>");
        Tree(html, state.Teams.ToLookup(t => t.Parent), null, state.Members.ToDictionary(m => m.Email, m => $"{m.FirstName} {m.LastName}"));
        Members(html, state);
        Gone(html, state);
    }

    private static void Facts(StringBuilder html, StateView state)
    {
        var c = state.Counts;
        html.Append("<div class=facts>");
        foreach (var (name, value) in ((string, long)[])
            [
                ("members", c.Members), ("created", c.Created), ("invited", c.Invited), ("active", c.Active), ("deactivated", c.Deactivated), ("deleted", c.DeletedMembers),
                ("administrators", c.Administrators), ("teams", c.Teams), ("removed teams", c.RemovedTeams), ("relations", c.Relations),
                ("invitations", c.Invitations),
            ])
        {
            html.Append(CultureInfo.InvariantCulture, $"<span><b>{value}</b> {name}</span>");
        }

        html.Append("</div>");
    }

    private static void Tree(StringBuilder html, ILookup<string?, TeamView> children, string? parent, Dictionary<string, string> names)
    {
        html.Append("<ul>");
        foreach (var team in children[parent].OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            html.Append("<li><b>").Append(Html.Text(team.Name)).Append("</b> <span class=note>").Append(Html.Text(team.ExternalId ?? "no id"))
                .Append(CultureInfo.InvariantCulture, $" · {team.Members.Count} members · history {team.History}")
                .Append(team.Rule is null ? "" : " · rule-based");
            if (team.Managers.Count > 0)
            {
                html.Append(" · led by ").AppendJoin(", ", team.Managers.Select(email => Html.Text(names[email])));
            }

            html.Append("</span>");
            if (children[team.InternalId].Any())
            {
                Tree(html, children, team.InternalId, names);
            }

            html.Append("</li>");
        }

        html.Append("</ul>");
    }

    private static void Members(StringBuilder html, StateView state)
    {
        var shown = state.Members.OrderBy(m => m.LastName, StringComparer.OrdinalIgnoreCase).ThenBy(m => m.FirstName, StringComparer.OrdinalIgnoreCase);
        Html.Table(html, "Members", state.Members.Count, ShownMembers, ["Name", "E-mail", "Id", "Status", "Role", "Job", "Properties", "Member of", "Manages"]);
        foreach (var m in shown.Take(ShownMembers))
        {
            Html.Row(
                html, m.Status == MemberStatus.Deactivated, $"{m.LastName}, {m.FirstName}", m.Email, m.ExternalId ?? "-", m.Status.ToString(),
                m.Role.ToString(), m.JobTitle, string.Join(", ", m.Properties.Select(p => $"{p.Key}: {p.Value}")), string.Join(", ", m.MemberOf.Select(t => t.Name)),
                string.Join(", ", m.Manages.Select(t => t.Name)));
        }

        Html.EndTable(html);
    }

    private static void Gone(StringBuilder html, StateView state)
    {
        if (state.RemovedTeams.Count > 0)
        {
            Html.Table(html, "Removed teams", state.RemovedTeams.Count, ShownGone, ["Team", "Id", "History that is lost", "By sync"]);
            foreach (var t in state.RemovedTeams.Reverse().Take(ShownGone))
            {
                Html.Row(html, false, t.Name, t.ExternalId ?? "-", Html.Number(t.History), Html.Number(t.RemovedBySync));
            }

            Html.EndTable(html);
        }

        if (state.DeletedMembers.Count > 0)
        {
            Html.Table(html, "Deleted members", state.DeletedMembers.Count, ShownGone, ["E-mail", "Id", "Was", "By sync"]);
            foreach (var m in state.DeletedMembers.Reverse().Take(ShownGone))
            {
                Html.Row(html, false, m.Email, m.ExternalId ?? "-", m.Status.ToString(), Html.Number(m.DeletedBySync));
            }

            Html.EndTable(html);
        }
    }
}
