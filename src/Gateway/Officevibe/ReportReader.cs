using System.Text;
using Gateway.Membership;
using Gateway.Membership.Snapshots;

namespace Gateway.Officevibe;

/// <summary>Reads the texts that Officevibe reports about one sent company. Pure; made once for an answer, however many texts it has.</summary>
/// <param name="sent">The company.</param>
/// <param name="known">Names of properties that Officevibe is known to have; null: none.</param>
public sealed class ReportReader(Snapshot sent, IReadOnlyCollection<string>? known = null)
{
    private static readonly string[] NotFound =
        ["not found", "notfound", "unknown", "does not exist", "non trouve", "introuvable", "inconnu", "n existe pas", "inexistant"];

    private static readonly (string Word, ReportedKind Kind)[] Nouns =
    [
        ("sub group", ReportedKind.SubGroupNotFound), ("subgroup", ReportedKind.SubGroupNotFound), ("sub team", ReportedKind.SubGroupNotFound),
        ("subteam", ReportedKind.SubGroupNotFound), ("sous groupe", ReportedKind.SubGroupNotFound), ("sous equipe", ReportedKind.SubGroupNotFound),
        ("group", ReportedKind.GroupNotFound), ("team", ReportedKind.GroupNotFound), ("equipe", ReportedKind.GroupNotFound),
        ("user", ReportedKind.UserNotFound), ("utilisateur", ReportedKind.UserNotFound), ("member", ReportedKind.UserNotFound), ("membre", ReportedKind.UserNotFound),
    ];

    private readonly ReportSubjects subjects = new(sent);
    private readonly Dictionary<string, string> hints = new(StringComparer.Ordinal);

    /// <summary>The text, what it is about, and what to do.</summary>
    public ReportedText Read(string text)
    {
        var kind = KindOf(text);
        var (members, teams, attributes) = subjects.NamedIn(text, kind);
        var whatToDo = kind == ReportedKind.AttributeNotFound && attributes is [{ } name] ? $"{HintOf(name)} {WhatToDo(kind)}" : WhatToDo(kind);
        return new ReportedText(text, kind, whatToDo) { Members = members, Teams = teams, Attributes = attributes };
    }

    /// <summary>The kind of a text, in English or French, whatever its case, accents and dashes.</summary>
    public static ReportedKind KindOf(string text)
    {
        var plain = Plain(text);
        var missing = NotFound.Select(phrase => plain.IndexOf(phrase, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
        if (missing >= 0)
        {
            var before = plain[..missing];
            if (Has(before, "option")) return ReportedKind.AttributeOptionNotFound;
            if (Has(before, "attribut", "propert", "propriet", "custom field")) return ReportedKind.AttributeNotFound;

            // "user-to-group relation: group not found": the noun nearest to the verdict counts. "sub group" ends where its "group" ends.
            var nearest = Nouns
                .Select(noun => (noun.Kind, At: before.LastIndexOf(noun.Word, StringComparison.Ordinal) is var at and >= 0 ? at + noun.Word.Length : -1))
                .Where(noun => noun.At >= 0)
                .OrderByDescending(noun => noun.At).ThenBy(noun => noun.Kind == ReportedKind.SubGroupNotFound ? 0 : 1)
                .Select(noun => noun.Kind).FirstOrDefault();
            if (nearest != ReportedKind.Unclassified) return nearest;
        }

        if (Has(plain, "activat", "activer ", "active la synchro", "upgrade your plan", " plan ", "forfait", "abonnement") && Has(plain, "api", "sync", "plan", "forfait", "abonnement"))
            return ReportedKind.NotActivated;
        return Has(plain, "api key", "cle api", "cle d api", "connection to the api", "unauthorized", "non autorise") ? ReportedKind.KeyNotTaken : ReportedKind.Unclassified;
    }

    /// <summary>True for a kind that says that nothing at all was applied, and a person must act.</summary>
    public static bool StopsEverything(ReportedKind kind) => kind is ReportedKind.KeyNotTaken or ReportedKind.NotActivated;

    public static string WhatToDo(ReportedKind kind) => kind switch
    {
        ReportedKind.AttributeNotFound => "The property does not exist in Officevibe under that exact name (capitals count). Create or rename it there, "
            + "or correct its name in Gateway:Officevibe:Properties.",
        ReportedKind.AttributeOptionNotFound => "The property exists, this option of it does not. Add the option in Officevibe, or correct the value in the source; "
            + "declare the options in Gateway:Officevibe:Properties to be told before a sync.",
        ReportedKind.GroupNotFound => "Officevibe did not find the team of this row and skipped it. See whether the team was sent in this run; if it was, ask Officevibe's support with its id.",
        ReportedKind.SubGroupNotFound => "Officevibe did not find the sub-team of this row and skipped it. See whether both teams were sent in this run; if they were, ask Officevibe's support with their ids.",
        ReportedKind.UserNotFound => "Officevibe did not find the person of this row and skipped it. See whether the person was sent in this run, with an e-mail that nobody else has there.",
        ReportedKind.KeyNotTaken => "Officevibe does not take the key. Generate a new one under Integrations, Custom Integration (API), and set Gateway:Officevibe:ApiKey.",
        ReportedKind.NotActivated => "An administrator of the Officevibe account must switch the Custom Integration (API) on, and the plan must include it.",
        _ => "Not a text that is known. Read it, and look at the person or team it names in Officevibe.",
    };

    /// <summary>Worked out once: a property that is not found is not found for thousands.</summary>
    private string HintOf(string name)
    {
        if (!hints.TryGetValue(name, out var hint)) hints.Add(name, hint = RefusedProperties.Hint(name, known ?? []));
        return hint;
    }

    private static bool Has(string plain, params ReadOnlySpan<string> phrases)
    {
        foreach (var phrase in phrases)
            if (plain.Contains(phrase, StringComparison.Ordinal)) return true;
        return false;
    }

    /// <summary>Lower case, no accents, one blank for whatever is no letter or digit; a blank at either end.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(" ", text.Length + 2);
        foreach (var c in text)
        {
            var letter = char.ToLowerInvariant(c) switch
            {
                'à' or 'â' or 'ä' => 'a',
                'é' or 'è' or 'ê' or 'ë' => 'e',
                'î' or 'ï' => 'i',
                'ô' or 'ö' => 'o',
                'ù' or 'û' or 'ü' => 'u',
                'ç' => 'c',
                var other => other,
            };
            // Accents that come as characters of their own.
            if (letter is >= '\u0300' and <= '\u036F') continue;
            if (char.IsLetterOrDigit(letter)) plain.Append(letter);
            else if (plain[^1] != ' ') plain.Append(' ');
        }

        if (plain[^1] != ' ') plain.Append(' ');
        return plain.ToString();
    }
}
