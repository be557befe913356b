namespace Gateway.Membership.Adoption;

/// <summary>Latin letters without their accents. By a table: the process has no tables of its own to take letters apart (invariant globalization).</summary>
internal static class Accents
{
    /// <summary>Each begins with the plain letter.</summary>
    private static readonly string[] Letters =
    [
        "aàáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ",
        "bḃḅḇ",
        "cçćĉċčḉ",
        "dďḋḍḏḑḓđ",
        "eèéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ",
        "fḟ",
        "gĝğġģǧǵḡ",
        "hĥȟḣḥḧḩḫẖħ",
        "iìíîïĩīĭįǐȉȋḭḯỉịı",
        "jĵǰ",
        "kķǩḱḳḵ",
        "lĺļľḷḹḻḽł",
        "mḿṁṃ",
        "nñńņňǹṅṇṉṋ",
        "oòóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợø",
        "pṕṗ",
        "rŕŗřȑȓṙṛṝṟ",
        "sśŝşšșṡṣṥṧṩ",
        "tţťțṫṭṯṱẗŧ",
        "uùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự",
        "vṽṿ",
        "wŵẁẃẅẇẉẘ",
        "xẋẍ",
        "yýÿŷȳẏẙỳỵỷỹ",
        "zźżžẑẓẕ",
    ];

    private static readonly Dictionary<char, char> Plain = Letters.SelectMany(l => l.Skip(1).Select(c => (Accented: c, Plain: l[0]))).ToDictionary(p => p.Accented, p => p.Plain);

    /// <summary>The letter without its accent, in lower case; <c>ß</c>, <c>æ</c> and <c>œ</c> stay. Null: an accent that comes as a character of its own.</summary>
    public static char? Without(char c) => c is >= '\u0300' and <= '\u036F' ? null : Plain.GetValueOrDefault(char.ToLowerInvariant(c), char.ToLowerInvariant(c));
}
