using System.Globalization;
using System.Text;
using Gateway.OfficevibeSimulator.Faults;
using Gateway.OfficevibeSimulator.Requests;
using Gateway.OfficevibeSimulator.Sync;

namespace Gateway.OfficevibeSimulator.Control;

/// <summary>The account as it stands, with every sync and what it did, on one page for a person.</summary>
internal static class AccountPage
{
    private const int Shown = 50;

    public static string Render(StateView state, IReadOnlyList<LoggedRequest> requests, IReadOnlyList<ArmedFault> faults)
    {
        var html = Html.Page("Simulated Officevibe account");
        html.Append("<p class=note>Nothing here leaves this machine. State: <code>/_simulator/state</code></p>")
            .Append(state.Integration is { Active: true, PlanIncludesApi: true } ? "<p>Integration active. " : "<p class=bad>Integration inactive. ")
            .Append(CultureInfo.InvariantCulture, $"{state.Counts.SyncsApplied} syncs applied, {state.Counts.SyncsRefused} refused.</p>");
        if (faults.Count > 0)
        {
            html.Append("<p class=bad>Armed faults: ").AppendJoin(", ", faults.Select(f => Html.Text(f.Fault.Kind.ToString()))).Append("</p>");
        }

        Syncs(html, state);
        html.Append("<h2>The account as it stands</h2>");
        AccountParts.Render(html, state);
        Requests(html, requests);
        return html.Append("</body></html>").ToString();
    }

    private static void Syncs(StringBuilder html, StateView state)
    {
        Html.Table(html, "Syncs", state.Syncs.Count, Shown, ["Number", "At", "API", "Result", "What it did to the account", "Skipped rows", "Errors"]);
        foreach (var s in state.Syncs.Reverse().Take(Shown))
        {
            Html.Row(
                html, s.Status is SyncStatus.Rejected or SyncStatus.Refused, $"/syncs/{s.Number.ToString(CultureInfo.InvariantCulture)}",
                [$"Sync {s.Number.ToString(CultureInfo.InvariantCulture)}", Html.Instant(s.At), s.Api, s.Status.ToString(), EffectText.Of(s), Html.Number(s.Skipped), string.Join(' ', s.Errors)]);
        }

        Html.EndTable(html);
    }

    private static void Requests(StringBuilder html, IReadOnlyList<LoggedRequest> requests)
    {
        Html.Table(html, "Requests", requests.Count, Shown, ["Number", "At", "Call", "State", "Status", "Bytes", "SHA-256", "Fault"]);
        foreach (var r in requests.Reverse().Take(Shown))
        {
            Html.Row(
                html, false, Html.Number(r.Number), Html.Instant(r.At), $"{r.Method} {r.Path}", r.State, r.Status is { } status ? Html.Number(status) : "-",
                Html.Number(r.BodyBytes), r.BodySha256?[..12] ?? "-", r.Fault ?? "");
        }

        Html.EndTable(html);
    }
}
