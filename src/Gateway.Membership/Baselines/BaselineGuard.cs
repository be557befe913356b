using Gateway.Membership.Sync;

namespace Gateway.Membership.Baselines;

/// <summary>A rule that a baseline goes against: how many, how many may, and whom it is about (ids).</summary>
public sealed record BaselineReason(string Rule, int Number, int Limit, IReadOnlyList<string> Subjects);

/// <summary>
/// May this baseline be applied unasked? A file cut short, an export of one department, or columns that slipped make many people leave
/// or change their e-mail or name at once.
/// </summary>
public static class BaselineGuard
{
    public const string MembersRemoved = "membersRemoved";
    public const string EmailsChanged = "emailsChanged";
    public const string NamesChanged = "namesChanged";
    public const string TeamNamesChanged = "teamNamesChanged";
    public const string EmptySection = "emptySection";

    /// <summary>Every reason to ask; none: it may be applied. Shares are of what the source had before, limits those of the company and, where set, of the source.</summary>
    public static IReadOnlyList<BaselineReason> Judge(BaselineDifference difference, Baseline baseline, string source, GuardSettings settings)
    {
        var own = settings.Sources.GetValueOrDefault(source);
        var employed = difference.Employed.Count(id => !settings.Exempt.Contains(id));
        var reasons = new List<BaselineReason>();
        if (baseline.Users is { Count: 0 }) reasons.Add(new(EmptySection, 0, 1, ["users"]));
        if (baseline.Groups is { Count: 0 }) reasons.Add(new(EmptySection, 0, 1, ["groups"]));
        if (baseline.Mappings is { Count: 0 }) reasons.Add(new(EmptySection, 0, 1, ["mappings"]));
        People(MembersRemoved, difference.Left, settings.MembersRemoved, own?.MembersRemoved);
        People(EmailsChanged, difference.EmailsChanged, settings.EmailsChanged, own?.EmailsChanged);
        // Names have no limit of their own: like an e-mail, a name tells who a number is.
        People(NamesChanged, difference.NamesChanged, settings.EmailsChanged, own?.EmailsChanged);
        Against(TeamNamesChanged, difference.TeamsRenamed, difference.Teams, settings.EmailsChanged, own?.EmailsChanged);
        return reasons;

        void People(string rule, IReadOnlyList<string> who, Limit company, Limit? ofSource) =>
            Against(rule, [.. who.Where(id => !settings.Exempt.Contains(id))], employed, company, ofSource);

        void Against(string rule, IReadOnlyList<string> what, int before, Limit company, Limit? ofSource)
        {
            var limit = Math.Min(company.Of(before, before), ofSource?.Of(before, before) ?? int.MaxValue);
            if (what.Count > limit) reasons.Add(new(rule, what.Count, limit, what));
        }
    }
}
