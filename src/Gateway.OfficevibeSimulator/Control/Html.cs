using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Gateway.OfficevibeSimulator.Control;

/// <summary>What every page is made of. No script, nothing from elsewhere, and every text is encoded.</summary>
internal static class Html
{
    private const string Style = """
        :root{color-scheme:light dark}
        body{font:14px/1.4 system-ui,sans-serif;margin:1.5rem auto;max-width:90rem;padding:0 1rem}
        h1{font-size:1.3rem;margin:0}h2{font-size:1.05rem;margin:1.5rem 0 .4rem}
        .note{opacity:.7}.facts{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;margin:.6rem 0}.facts b{font-variant-numeric:tabular-nums}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.15rem .6rem .15rem 0;border-bottom:1px solid #8883;vertical-align:top}
        th{font-weight:600;opacity:.7}
        ul{margin:0;padding-left:1.2rem;list-style:square}.off{opacity:.55}.bad{color:#c22}code{font-size:.9em}
        @media (prefers-color-scheme:dark){.bad{color:#f77}}
        """;

    /// <summary>The one style is allowed by its hash, and nothing else is.</summary>
    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static StringBuilder Page(string title) => new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">")
        .Append("<title>").Append(Text(title)).Append("</title><style>").Append(Style).Append("</style></head><body><h1>").Append(Text(title)).Append("</h1>");

    public static IResult Answer(HttpContext context, string page)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        return TypedResults.Content(page, "text/html; charset=utf-8");
    }

    /// <summary>The head of a table; end it with <see cref="EndTable"/>.</summary>
    public static void Table(StringBuilder html, string title, int count, int most, string[] columns)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>{title} <span class=note>{count}{(count > most ? $", {most} shown" : "")}</span></h2>")
            .Append("<div class=scroll><table><tr>");
        foreach (var column in columns)
        {
            html.Append("<th>").Append(column).Append("</th>");
        }

        html.Append("</tr>");
    }

    public static void EndTable(StringBuilder html) => html.Append("</table></div>");

    /// <param name="html">The page.</param>
    /// <param name="dim">Of what is there no more.</param>
    /// <param name="cells">Texts, encoded here.</param>
    public static void Row(StringBuilder html, bool dim, params ReadOnlySpan<string> cells) => Row(html, dim, link: null, cells);

    /// <param name="html">The page.</param>
    /// <param name="dim">Of what is there no more.</param>
    /// <param name="link">Where the first cell leads; null: nowhere.</param>
    /// <param name="cells">Texts, encoded here.</param>
    public static void Row(StringBuilder html, bool dim, string? link, ReadOnlySpan<string> cells)
    {
        html.Append(dim ? "<tr class=off>" : "<tr>");
        foreach (var cell in cells)
        {
            html.Append("<td>");
            if (link is null)
            {
                html.Append(Text(cell));
            }
            else
            {
                html.Append("<a href=\"").Append(Text(link)).Append("\">").Append(Text(cell)).Append("</a>");
                link = null;
            }

            html.Append("</td>");
        }

        html.Append("</tr>");
    }

    public static string Text(string text) => Encoder.Encode(text);

    public static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Instant(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
