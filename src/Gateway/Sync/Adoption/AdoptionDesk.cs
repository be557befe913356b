using System.Security.Cryptography;
using System.Text;
using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership;
using Gateway.Membership.Adoption;
using Gateway.Membership.Events;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;
using Gateway.Officevibe;
using Gateway.Rules;
using Gateway.Sync.Composing;
using Gateway.Sync.Storing;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync.Adoption;

/// <summary>What a question about the adoption came to.</summary>
public abstract record AdoptionAnswer
{
    private AdoptionAnswer() { }

    public sealed record Shown(AdoptionView View) : AdoptionAnswer;

    /// <summary>Nobody has read the account.</summary>
    public sealed record NotRead : AdoptionAnswer;

    public sealed record Unreadable(string Reason) : AdoptionAnswer;

    /// <summary>Today's company cannot be read.</summary>
    public sealed record NoCompany : AdoptionAnswer;

    public sealed record Invalid(IReadOnlyDictionary<string, string[]> Errors) : AdoptionAnswer;

    /// <summary>There is no source <c>manual</c> whose people would be members.</summary>
    public sealed record NoSource : AdoptionAnswer;
}

/// <summary>Adopts an account that has data: who there is who here, before a sync takes the account over.</summary>
public sealed class AdoptionDesk(
    IDbContextFactory<GatewayDb> contexts, LedgerWriter ledger, CompanyComposer company, OfficevibeClient officevibe, RulesInForce rules, SyncSignal signal, TimeProvider time)
{
    /// <summary>Whose word imported teams and people are.</summary>
    public const string Manual = "manual";

    /// <summary>Reads the account, keeps what it holds, and compares.</summary>
    public async Task<AdoptionAnswer> ReadAsync(string actor, CancellationToken cancellationToken)
    {
        var reading = await officevibe.ReadAccountAsync(cancellationToken);
        if (reading is not AccountReading.Read account) return new AdoptionAnswer.Unreadable(AdoptionBook.Problem(reading));
        var content = AdoptionBook.Content(account);

        await using (var write = await ledger.BeginAsync(cancellationToken))
        {
            await write.Db.Set<AccountReadingRow>().Where(r => r.Content != null).ExecuteUpdateAsync(r => r.SetProperty(x => x.Content, (byte[]?)null), cancellationToken);
            var now = time.GetUtcNow();
            write.Db.Add(new AccountReadingRow { At = now, Actor = actor, People = content.People.Count, Teams = content.Teams.Count, Content = StoredContent.Pack(content) });
            write.Db.Audit.Add(new AuditEntry { At = now, Actor = actor, Action = "adoption.read", Detail = StoredContent.Text(new { people = content.People.Count, teams = content.Teams.Count }) });
            await write.CommitAsync(cancellationToken);
        }

        return await ShowAsync(cancellationToken);
    }

    /// <summary>The account as it was read last beside the company as it is now.</summary>
    public async Task<AdoptionAnswer> ShowAsync(CancellationToken cancellationToken) =>
        await LoadAsync(cancellationToken) switch
        {
            (null, { } none) => none,
            var (loaded, _) => Shown(loaded!),
        };

    /// <summary>Keeps decisions about what the account holds, all or none.</summary>
    public async Task<AdoptionAnswer> DecideAsync(DecideAdoption request, string actor, CancellationToken cancellationToken)
    {
        var (loaded, none) = await LoadAsync(cancellationToken);
        if (loaded is null) return none!;

        // Decide: every word is about something that is there, and here.
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        for (var i = 0; i < request.Decisions!.Count; i++)
            if (WrongWith(request.Decisions[i], loaded) is { } wrong) errors[$"decisions[{i}].{wrong.Field}"] = [wrong.Message];
        if (errors.Count > 0) return new AdoptionAnswer.Invalid(errors);

        // Record
        await using (var write = await ledger.BeginAsync(cancellationToken))
        {
            var now = time.GetUtcNow();
            foreach (var word in request.Decisions)
            {
                var (kind, there) = (word.Kind!.Value, KeyOf(word));
                await write.Db.Set<AdoptionDecisionRow>().Where(d => d.Kind == kind && d.There == there).ExecuteDeleteAsync(cancellationToken);
                write.Db.Add(new AdoptionDecisionRow { Kind = kind, There = there, Action = word.Action!.Value, Here = word.Here?.Trim(), At = now, Actor = actor, Reason = request.Reason?.Trim() });
                write.Db.Audit.Add(new AuditEntry
                {
                    At = now, Actor = actor, Action = "adoption.decide", Subject = word.Here?.Trim() ?? there, Reason = request.Reason?.Trim(),
                    Detail = StoredContent.Text(new { kind, there, action = word.Action }),
                });
                await write.Db.SaveChangesAsync(cancellationToken);
            }

            await write.CommitAsync(cancellationToken);
        }

        signal.Wake();
        return await ShowAsync(cancellationToken);
    }

    /// <summary>Makes events of the source <see cref="Manual"/> of what is only there, all or none.</summary>
    public async Task<AdoptionAnswer> ImportAsync(ImportAdoption request, string actor, CancellationToken cancellationToken)
    {
        if (!rules.Rules.Sources.TryGetValue(Manual, out var source) || (rules.Rules.Sources.Count > 1 && source.Unmatched != UnmatchedPeople.OwnMember)) return new AdoptionAnswer.NoSource();
        var (loaded, none) = await LoadAsync(cancellationToken);
        if (loaded is null) return none!;

        // Decide
        var teams = loaded.Report.TeamsOnlyThere.Select(t => t.Name).Distinct(StringComparer.Ordinal).ToDictionary(n => n, TeamIdOf);
        var people = loaded.Report.PeopleOnlyThere.ToDictionary(p => p.Email, AsciiCaseInsensitive.Comparer);
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        for (var i = 0; i < request.Teams?.Count; i++)
            if (request.Teams[i] is null || !teams.ContainsKey(request.Teams[i])) errors[$"teams[{i}]"] = ["No team of this name is only there."];
        for (var i = 0; i < request.People?.Count; i++)
            if (request.People[i] is null || !people.ContainsKey(request.People[i])) errors[$"people[{i}]"] = ["Nobody of this e-mail is only there."];
        if (errors.Count > 0) return new AdoptionAnswer.Invalid(errors);

        // Record
        var now = Micros.Cut(time.GetUtcNow());
        var known = loaded.Company.Groups.ToLookup(g => g.Name.Trim(), g => g.Id, StringComparer.Ordinal);
        var imported = (request.Teams ?? []).Distinct(StringComparer.Ordinal).ToDictionary(n => n, n => teams[n]);
        // Each time anew: what was taken over, closed and is wanted again is said again.
        var unit = $"adoption:{Guid.CreateVersion7(now):N}";
        List<MembershipEvent> events =
        [
            .. imported.Select(t => new TeamDefined { Source = Manual, Id = $"{unit}:{t.Value}", OccurredAt = now, TeamId = t.Value, Name = t.Key }),
            .. (request.People ?? []).Select(e => people[e]).DistinctBy(p => p.Email).Select(p => Hired(p, TeamsOf(p), unit, now)),
        ];
        await using (var write = await ledger.BeginAsync(cancellationToken))
        {
            if (write.Append([.. events.Select(e => NewEvent.From(e, occurredAtSupplied: false, now))]).Any(a => a.Outcome != AppendOutcome.Appended))
                throw new InvalidOperationException("An event of an import is in the log already; its ids are new.");
            write.Db.Audit.Add(new AuditEntry { At = now, Actor = actor, Action = "adoption.import", Detail = StoredContent.Text(new { teams = imported.Count, people = events.Count - imported.Count }) });
            await write.CommitAsync(cancellationToken);
        }

        return await ShowAsync(cancellationToken);

        List<Assignment> TeamsOf(AccountPerson person) =>
        [
            .. person.Manages.SelectMany(Ids).Select(id => new Assignment(id, AssignmentRole.Manager)),
            .. person.Teams.SelectMany(Ids).Select(id => new Assignment(id, AssignmentRole.Member)),
        ];

        // A name that several teams have says nothing.
        IEnumerable<string> Ids(string name) => imported.TryGetValue(name, out var id) ? [id] : known[name].Count() == 1 ? known[name] : [];
    }

    private sealed record Loaded(AccountReadingRow Reading, AccountContent Account, Snapshot Company, AdoptionReport Report, string State);

    private async Task<(Loaded? Loaded, AdoptionAnswer? None)> LoadAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<AccountReadingRow>().AsNoTracking().Where(r => r.Content != null).OrderByDescending(r => r.Id).FirstOrDefaultAsync(cancellationToken) is not { } reading)
            return (null, new AdoptionAnswer.NotRead());
        ComposedCompany today;
        try
        {
            today = await company.ComposeAsync(new(null, null, null), cancellationToken);
        }
        catch (CutFailedException)
        {
            return (null, new AdoptionAnswer.NoCompany());
        }

        var content = StoredContent.Unpack<AccountContent>(reading.Content!);
        var report = AdoptionReport.Of(today.Snapshot, content, await db.AdoptionDecisionsAsync(cancellationToken));
        var state = await SyncHistory.LastAcceptedAsync(db, cancellationToken) is not null ? "over"
            : report.Open.Count == 0 ? "complete"
            : await db.Set<SyncState>().AnyAsync(s => s.AdoptionWaivedAt != null, cancellationToken) ? "waived" : "open";
        return (new Loaded(reading, content, today.Snapshot, report, state), null);
    }

    private static AdoptionAnswer.Shown Shown(Loaded loaded) => new(AdoptionView.Of(loaded.Report, loaded.Reading.At, loaded.State));

    private static (string Field, string Message)? WrongWith(AdoptionWord word, Loaded loaded)
    {
        var there = word.There!.Trim();
        return word.Kind switch
        {
            AdoptionKind.Team when loaded.Account.Teams.All(t => t.Name != there || t.RuleBased) => ("there", "The account has no such team, or it is driven by a rule."),
            AdoptionKind.Person when loaded.Account.People.All(p => !AsciiCaseInsensitive.Same(p.Email, there)) => ("there", "The account has nobody of this e-mail."),
            AdoptionKind.Team when word.Here is { } here && loaded.Company.Groups.All(g => g.Id != here.Trim()) => ("here", "No team of this id would be sent."),
            AdoptionKind.Person when word.Here is { } here && loaded.Company.Users.All(u => u.Id != here.Trim()) => ("here", "Nobody of this id would be sent."),
            _ => null,
        };
    }

    private static string KeyOf(AdoptionWord word) => word.Kind == AdoptionKind.Person ? AcceptedEmail.KeyOf(word.There!.Trim()) : word.There!.Trim();

    /// <summary>Not the name: whoever is renamed later would lose its history.</summary>
    private static string TeamIdOf(string name) => $"manual-{Hash(name)}";

    private static Hire Hired(AccountPerson person, IReadOnlyList<Assignment> teams, string unit, DateTimeOffset now)
    {
        var number = $"manual-{Hash(AcceptedEmail.KeyOf(person.Email))}";
        return new Hire
        {
            Source = Manual, Id = $"{unit}:{number}", OccurredAt = now, EmployeeId = number,
            Member = new ProfilePatch { Email = person.Email, FirstName = person.FirstName, LastName = person.LastName, JobTitle = person.JobTitle },
            Teams = teams,
        };
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
}
