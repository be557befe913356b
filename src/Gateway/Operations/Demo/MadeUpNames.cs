namespace Gateway.Operations.Demo;

/// <summary>Names from many places for people who do not exist. The second form is the one for e-mail addresses.</summary>
internal static class MadeUpNames
{
    private static readonly (string Name, string Ascii)[] First =
    [
        ("Ana", "ana"), ("Zoë", "zoe"), ("Kwame", "kwame"), ("Ingrid", "ingrid"), ("Søren", "soren"), ("Mei", "mei"), ("Tomás", "tomas"),
        ("Amélie", "amelie"), ("Yuki", "yuki"), ("Oluwaseun", "oluwaseun"), ("Björn", "bjorn"), ("Priya", "priya"), ("Łukasz", "lukasz"),
        ("Fatima", "fatima"), ("Iñigo", "inigo"), ("Hana", "hana"), ("Dmitri", "dmitri"), ("Aoife", "aoife"), ("Thandiwe", "thandiwe"),
        ("Rafael", "rafael"), ("Noor", "noor"), ("Jürgen", "jurgen"), ("Chiara", "chiara"), ("Emre", "emre"), ("Leilani", "leilani"),
        ("Mateusz", "mateusz"), ("Siobhán", "siobhan"), ("Arjun", "arjun"), ("Eszter", "eszter"), ("Minh", "minh"), ("Camille", "camille"),
        ("Tariq", "tariq"), ("Ewa", "ewa"), ("Hiroshi", "hiroshi"), ("Žofia", "zofia"), ("Diego", "diego"), ("Astrid", "astrid"),
    ];

    private static readonly (string Name, string Ascii)[] Last =
    [
        ("Núñez", "nunez"), ("Okafor", "okafor"), ("Lindqvist", "lindqvist"), ("Tanaka", "tanaka"), ("O'Brien", "obrien"),
        ("Müller", "muller"), ("García", "garcia"), ("Nguyễn", "nguyen"), ("Kowalczyk", "kowalczyk"), ("Dubois", "dubois"),
        ("Ibrahim", "ibrahim"), ("Sørensen", "sorensen"), ("Rossi", "rossi"), ("Patel", "patel"), ("Mbeki", "mbeki"), ("Novák", "novak"),
        ("Silva", "silva"), ("Yılmaz", "yilmaz"), ("Cohen", "cohen"), ("Kapoor", "kapoor"), ("Hernández", "hernandez"), ("Virtanen", "virtanen"),
        ("Popescu", "popescu"), ("Chen", "chen"), ("Van den Berg", "vandenberg"), ("Andersson", "andersson"), ("Haddad", "haddad"),
        ("Szabó", "szabo"), ("Murphy", "murphy"), ("Kim", "kim"), ("Lefèvre", "lefevre"),
    ];

    /// <summary>The two lengths have no common divisor, so the first 1,147 people all have different names.</summary>
    public static (string First, string Last, string LocalPart) Of(int person)
    {
        var (first, last) = (First[person % First.Length], Last[person % Last.Length]);
        return (first.Name, last.Name, $"{first.Ascii}.{last.Ascii}");
    }
}
