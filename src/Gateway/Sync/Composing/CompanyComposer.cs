using System.Diagnostics;
using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Adoption;
using Gateway.Membership.Events;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Officevibe;
using Gateway.Rules;
using Gateway.Sync.Adoption;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Composing;

/// <summary>Which company to compose. Nothing given: as it is now.</summary>
/// <param name="At">The instant; null: now.</param>
/// <param name="Known">The position of the log; null: its end.</param>
/// <param name="Accepted">The snapshot accepted last before, which keeps ids and e-mails steady; null: none.</param>
public sealed record CompanyQuestion(DateTimeOffset? At, long? Known, Snapshot? Accepted)
{
    /// <summary>Only what is decided by is wanted, no warnings person by person; and in passing.</summary>
    public bool ForARun { get; init; }

    /// <summary>The members are gone through once: a large company is not held for it.</summary>
    public bool InPassing { get; init; }
}

/// <summary>The company from one consistent cut: as the sources have it, and as Officevibe is to see it.</summary>
public sealed record ComposedCompany
{
    /// <summary>Members and teams across sources.</summary>
    public required Company Company { get; init; }

    public required Snapshot Snapshot { get; init; }

    public required IReadOnlyList<Issue> Issues { get; init; }

    /// <summary>The instant of the cut.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What the next run changes: names and addresses that are sent as the account has them, until it knows the ids.</summary>
    public IReadOnlyList<Change> Later { get; init; } = [];

    /// <summary>The position of the log it goes up to.</summary>
    public required long Head { get; init; }

    /// <summary>When a facet changes next without an event; null: never.</summary>
    public DateTimeOffset? NextDue { get; init; }
}

/// <summary>Composes the company: a consistent cut, resolved and assembled.</summary>
public sealed class CompanyComposer(CompanyReader reader, IDbContextFactory<GatewayDb> contexts, RulesInForce rules, LanguageIssues languages)
{
    /// <exception cref="CutFailedException">A facet cannot be folded, so there is no whole company.</exception>
    public async Task<ComposedCompany> ComposeAsync(CompanyQuestion question, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var composed = await ComposeAsync(await reader.ReadAsync(question.At, question.Known, packed: question.ForARun || question.InPassing, cancellationToken), question.Accepted, cancellationToken, question.ForARun);
        Telemetry.SnapshotDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        return composed;
    }

    /// <summary>The company as it is at an instant (null: now), and as it would be if these events had come too: both from one cut. Nothing is stored.</summary>
    /// <exception cref="CutFailedException">A facet cannot be folded, so there is no whole company.</exception>
    public async Task<(ComposedCompany Now, ComposedCompany Supposed)> SupposeAsync(IReadOnlyList<MembershipEvent> events, Snapshot? accepted, CancellationToken cancellationToken, DateTimeOffset? at = null)
    {
        var cut = await reader.ReadAsync(at, known: null, packed: false, cancellationToken);
        return (await ComposeAsync(cut, accepted, cancellationToken), await ComposeAsync(reader.Suppose(cut, events), accepted, cancellationToken));
    }

    private async Task<ComposedCompany> ComposeAsync(Cut cut, Snapshot? accepted, CancellationToken cancellationToken, bool forARun = false)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var exclusions = await db.Exclusions.AsNoTracking().Where(e => e.From <= cut.At).ToListAsync(cancellationToken);

        if (cut.Members.IsPacked) await LargeCompany.TidyAsync(cut.Members.Count);
        var company = Resolver.Resolve(cut.Members, cut.Teams, rules.Rules, accepted);
        var assembly = Assembler.Assemble(company, rules.Rules, [.. exclusions.Select(Exclusion)], accepted, cut.At, cut.LogIssues, warnings: !forARun);
        var known = await KnownEarlierAsync(db, assembly, accepted, cancellationToken);
        var aliases = await db.Set<TeamAliasRow>().AsNoTracking().ToDictionaryAsync(a => a.TeamId, a => a.SameAs, cancellationToken);
        var step = FirstStep.Of(TeamAliases.Apply(assembly.Snapshot, aliases), accepted, await db.AdoptionDecisionsAsync(cancellationToken));
        return new ComposedCompany
        {
            Company = company,
            Snapshot = step.Snapshot,
            Later = step.Later,
            Issues = forARun ? [.. assembly.Issues, .. known]
                : [.. assembly.Issues, .. known, .. await PropertyBook.IssuesAsync(db, step.Snapshot, rules.Rules.Properties.Keys, cancellationToken), .. languages.Find(step.Snapshot)],
            At = cut.At,
            Head = cut.Head,
            NextDue = cut.NextDue,
        };
    }

    /// <summary>The source that each member's employment, and each team, is due to.</summary>
    public static IReadOnlyDictionary<(SubjectKind Kind, string Subject), string> SourcesOf(Company company)
    {
        var sources = new Dictionary<(SubjectKind, string), string>(company.Members.Count + company.Teams.Count);
        foreach (var member in company.Members)
            if (member.EmployedFrom is { } facet) sources[(SubjectKind.Member, member.Id)] = facet.Source;
        foreach (var team in company.Teams) sources[(SubjectKind.Team, team.Id)] = team.Facets[0].Source;
        return sources;
    }

    /// <summary>One that was taken back held until then.</summary>
    private static Exclusion Exclusion(ExclusionRow row) =>
        new(row.MemberId, row.From, row.TakenBackAt is { } back && !(row.Until < back) ? back : row.Until);

    private static async Task<IReadOnlyList<Issue>> KnownEarlierAsync(GatewayDb db, Assembly assembly, Snapshot? accepted, CancellationToken cancellationToken)
    {
        if (accepted is null) return [];
        var difference = SnapshotDiff.Between(accepted, assembly.Snapshot);
        var known = new List<KnownEmail>();
        foreach (var emails in KnownEmails.Coming(difference).Select(c => AcceptedEmail.KeyOf(c.Email)).Distinct(StringComparer.Ordinal).Chunk(500))
            known.AddRange(await db.Set<AcceptedEmail>().AsNoTracking().Where(e => emails.Contains(e.Email)).Select(e => new KnownEmail(e.Email, e.MemberId)).ToListAsync(cancellationToken));
        return KnownEmails.Find(assembly.Snapshot, difference, known, assembly.Issues);
    }
}
