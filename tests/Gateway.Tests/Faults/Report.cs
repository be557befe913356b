using System.Globalization;
using System.Text;

namespace Gateway.Tests.Faults;

/// <summary>A line of the report.</summary>
internal sealed record Line(string Fault, int Played, int Sent, int Accepted, int Refused, int Unanswered, int Lost, int Doubled, TimeSpan Longest, string? NotRun);

internal static class Report
{
    public static string Of(IReadOnlyList<Line> lines, string title)
    {
        var text = new StringBuilder().AppendLine(title).AppendLine().AppendLine("| fault | times | sent | accepted | refused | unanswered | longest answer | lost | doubled |").AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var l in lines)
        {
            text.AppendLine(l.NotRun is { } why
                ? $"| {l.Fault} | not run: {why} | | | | | | | |"
                : string.Create(CultureInfo.InvariantCulture, $"| {l.Fault} | {l.Played} | {l.Sent} | {l.Accepted} | {l.Refused} | {l.Unanswered} | {l.Longest.TotalSeconds:0.0} s | {l.Lost} | {l.Doubled} |"));
        }

        var run = lines.Where(l => l.NotRun is null).ToList();
        return text.AppendLine(string.Create(CultureInfo.InvariantCulture,
            $"| **all** | **{run.Where(l => l.Fault != Account.Calm).Sum(l => l.Played)}** | **{run.Sum(l => l.Sent)}** | **{run.Sum(l => l.Accepted)}** | **{run.Sum(l => l.Refused)}** | **{run.Sum(l => l.Unanswered)}** | | **{run.Sum(l => l.Lost)}** | **{run.Sum(l => l.Doubled)}** |"))
            .ToString();
    }
}
