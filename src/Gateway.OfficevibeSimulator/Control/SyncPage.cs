using System.Globalization;
using System.Text;
using Gateway.OfficevibeSimulator.Account;
using Gateway.OfficevibeSimulator.Sync;

namespace Gateway.OfficevibeSimulator.Control;

/// <summary>One sync for a person: what it did, or would do, and the account as it was, or would be, after it.</summary>
internal static class SyncPage
{
    /// <param name="now">The account today, with all its syncs.</param>
    /// <param name="after">The account after this one; null: not kept.</param>
    /// <param name="number">The sync.</param>
    /// <returns>Null: there is no such sync.</returns>
    public static string? Render(StateView now, StateView? after, int number)
    {
        if (now.Syncs.FirstOrDefault(s => s.Number == number) is not { } sync)
        {
            return null;
        }

        var html = Html.Page($"Sync {number.ToString(CultureInfo.InvariantCulture)}: {sync.Status}");
        html.Append("<p class=note>").Append(Html.Text(Html.Instant(sync.At))).Append(" · ").Append(Html.Text(sync.Api)).Append(" · ");
        Link(html, now, number - 1, "before");
        Link(html, now, number + 1, "after");
        html.Append("<a href=\"/\">the account today</a> · <a href=\"/_simulator/report/").Append(CultureInfo.InvariantCulture, $"{number}\">report</a>")
            .Append(CultureInfo.InvariantCulture, $" ({sync.Skipped} skipped rows)</p>");
        foreach (var error in sync.Errors)
        {
            html.Append("<p class=bad>").Append(Html.Text(error)).Append("</p>");
        }

        Effect(html, sync);
        html.Append("<h2>").Append(sync.Status == SyncStatus.Paused ? "The account as it would be" : "The account after it").Append("</h2>");
        if (after is null)
        {
            html.Append("<p class=note>").Append(sync.Status is SyncStatus.Refused or SyncStatus.Rejected or SyncStatus.Pending ? "As before: nothing was changed."
                : "Not kept: that of the last 20 syncs is, of accounts with up to 2,000 people.").Append("</p>");
        }
        else
        {
            AccountParts.Render(html, after);
        }

        return html.Append("</body></html>").ToString();
    }

    private static void Link(StringBuilder html, StateView now, int number, string name)
    {
        if (now.Syncs.Any(s => s.Number == number))
        {
            html.Append(CultureInfo.InvariantCulture, $"<a href=\"/syncs/{number}\">the one {name}</a> · ");
        }
    }

    private static void Effect(StringBuilder html, SyncView sync)
    {
        html.Append("<h2>").Append(sync.Status == SyncStatus.Paused ? "What it would do" : "What it did").Append("</h2>");
        var lines = EffectText.Parts(sync.Effect).Where(p => p.What.Count > 0).ToList();
        if (lines.Count == 0 || sync.Status is SyncStatus.Refused or SyncStatus.Rejected or SyncStatus.Pending)
        {
            html.Append("<p>Nothing that shows.</p>");
            return;
        }

        html.Append("<ul>");
        foreach (var (verb, what, loses) in lines)
        {
            html.Append(loses ? "<li class=bad>" : "<li>").Append("<b>").Append(CultureInfo.InvariantCulture, $"{what.Count}").Append("</b> ").Append(Html.Text(verb)).Append(": ")
                .Append(Html.Text(string.Join(", ", what.First))).Append(what.Count > what.First.Count ? ", …" : "").Append("</li>");
        }

        html.Append("</ul>");
    }
}
