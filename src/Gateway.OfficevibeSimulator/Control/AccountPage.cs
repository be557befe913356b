using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Gateway.OfficevibeSimulator.Faults;
using Gateway.OfficevibeSimulator.Requests;
using Gateway.OfficevibeSimulator.Sync;

namespace Gateway.OfficevibeSimulator.Control;

/// <summary>The account on one page, for a person. No script; every text is encoded.</summary>
internal static class AccountPage
{
    private const int ShownMembers = 1_000;
    private const int ShownRequests = 50;

    private const string Head = """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>Simulated Officevibe account</title>
        <style>
        :root{color-scheme:light dark}
        body{font:14px/1.4 system-ui,sans-serif;margin:1.5rem auto;max-width:90rem;padding:0 1rem}
        h1{font-size:1.3rem;margin:0}h2{font-size:1.05rem;margin:1.5rem 0 .4rem}
        .note{opacity:.7}.facts{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;margin:.6rem 0}.facts b{font-variant-numeric:tabular-nums}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.15rem .6rem .15rem 0;border-bottom:1px solid #8883;vertical-align:top}
        th{font-weight:600;opacity:.7}td.n{text-align:right;font-variant-numeric:tabular-nums}
        ul{margin:0;padding-left:1.2rem;list-style:square}.off{opacity:.55}.bad{color:#c22}code{font-size:.9em}
        </style></head><body>
        """;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static string Render(StateView state, IReadOnlyList<LoggedRequest> requests, IReadOnlyList<ArmedFault> faults)
    {
        var html = new StringBuilder(Head);
        html.Append("<h1>Simulated Officevibe account</h1><p class=note>Nothing here leaves this machine. State: <code>/_simulator/state</code></p>");
        Facts(html, state);
        if (faults.Count > 0)
        {
            html.Append("<p class=bad>Armed faults: ").AppendJoin(", ", faults.Select(f => Text(f.Fault.Kind.ToString()))).Append("</p>");
        }

        html.Append("<h2>Teams</h2>");
        Tree(html, state.Teams.ToLookup(t => t.Parent), null, state.Members.ToDictionary(m => m.Email, m => $"{m.FirstName} {m.LastName}"));
        Members(html, state);
        Syncs(html, state);
        Requests(html, requests);
        return html.Append("</body></html>").ToString();
    }

    private static void Facts(StringBuilder html, StateView state)
    {
        var c = state.Counts;
        html.Append("<div class=facts>");
        foreach (var (name, value) in ((string, long)[])
            [
                ("members", c.Members), ("created", c.Created), ("invited", c.Invited), ("active", c.Active), ("deactivated", c.Deactivated), ("deleted", c.DeletedMembers),
                ("administrators", c.Administrators), ("teams", c.Teams), ("removed teams", c.RemovedTeams), ("relations", c.Relations),
                ("invitations", c.Invitations), ("syncs applied", c.SyncsApplied), ("syncs refused", c.SyncsRefused),
            ])
        {
            html.Append(CultureInfo.InvariantCulture, $"<span><b>{value}</b> {name}</span>");
        }

        html.Append(state.Integration is { Active: true, PlanIncludesApi: true }
            ? "<span>integration active</span>" : "<span class=bad>integration inactive</span>").Append("</div>");
    }

    private static void Tree(StringBuilder html, ILookup<string?, TeamView> children, string? parent, Dictionary<string, string> names)
    {
        html.Append("<ul>");
        foreach (var team in children[parent].OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            html.Append("<li><b>").Append(Text(team.Name)).Append("</b> <span class=note>").Append(Text(team.ExternalId ?? "no id"))
                .Append(CultureInfo.InvariantCulture, $" · {team.Members.Count} members · history {team.History}")
                .Append(team.Rule is null ? "" : " · rule-based");
            if (team.Managers.Count > 0)
            {
                html.Append(" · led by ").AppendJoin(", ", team.Managers.Select(email => Text(names[email])));
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
        Table(html, "Members", state.Members.Count, ShownMembers, ["Name", "E-mail", "Id", "Status", "Role", "Job", "Member of", "Manages"]);
        foreach (var m in shown.Take(ShownMembers))
        {
            Row(
                html, m.Status == Account.MemberStatus.Deactivated, $"{m.LastName}, {m.FirstName}", m.Email, m.ExternalId ?? "-", m.Status.ToString(),
                m.Role.ToString(), m.JobTitle, string.Join(", ", m.MemberOf.Select(t => t.Name)), string.Join(", ", m.Manages.Select(t => t.Name)));
        }

        html.Append("</table></div>");
    }

    private static void Syncs(StringBuilder html, StateView state)
    {
        Table(html, "Syncs", state.Syncs.Count, ShownRequests, ["Number", "At", "API", "Result", "What it did to the account", "Skipped rows", "Errors"]);
        foreach (var s in state.Syncs.Reverse().Take(ShownRequests))
        {
            Row(
                html, s.Status == SyncStatus.Rejected, Number(s.Number), Instant(s.At), s.Api, s.Status.ToString(), EffectText.Of(s), Number(s.Skipped),
                string.Join(' ', s.Errors));
        }

        html.Append("</table></div>");
    }

    private static void Requests(StringBuilder html, IReadOnlyList<LoggedRequest> requests)
    {
        Table(html, "Requests", requests.Count, ShownRequests, ["Number", "At", "Call", "State", "Status", "Bytes", "SHA-256", "Fault"]);
        foreach (var r in requests.Reverse().Take(ShownRequests))
        {
            Row(
                html, false, Number(r.Number), Instant(r.At), $"{r.Method} {r.Path}", r.State, r.Status is { } status ? Number(status) : "-",
                Number(r.BodyBytes), r.BodySha256?[..12] ?? "-", r.Fault ?? "");
        }

        html.Append("</table></div>");
    }

    private static void Table(StringBuilder html, string title, int count, int most, string[] columns)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>{title} <span class=note>{count}{(count > most ? $", {most} shown" : "")}</span></h2>")
            .Append("<div class=scroll><table><tr>");
        foreach (var column in columns)
        {
            html.Append("<th>").Append(column).Append("</th>");
        }

        html.Append("</tr>");
    }

    private static void Row(StringBuilder html, bool dim, params ReadOnlySpan<string> cells)
    {
        html.Append(dim ? "<tr class=off>" : "<tr>");
        foreach (var cell in cells)
        {
            html.Append("<td>").Append(Text(cell)).Append("</td>");
        }

        html.Append("</tr>");
    }

    private static string Text(string text) => Encoder.Encode(text);

    private static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Instant(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
