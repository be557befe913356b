using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Membership.Snapshots;
using Gateway.Membership.Sync;
using Gateway.Officevibe;
using Gateway.Sync.Adoption;
using Gateway.Sync.Approvals;
using Gateway.Sync.Readings;
using Gateway.Sync.Storing;
using Gateway.Sync.Views;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Sync;

/// <summary>What a run keeps of what was made.</summary>
public sealed partial class SyncRunner
{
    private void Describe(RunRow run, Made m)
    {
        run.At = m.Company.At;
        run.Head = m.Company.Head;
        run.NextDue = m.Company.NextDue;
        run.Rules = rules.Fingerprint;
        run.Dialect = wire.Value.Dialect.ToString().ToLowerInvariant();
        run.Version = Version;
        run.BaseRunId = m.History.LastAccepted?.Id;
        run.BaseHash = m.History.LastAccepted?.ContentHash;
        run.ContentHash = m.Body.Hash;
        run.BodyLength = m.Body.Length;
        run.Users = m.Company.Snapshot.Users.Count;
        run.Groups = m.Company.Snapshot.Groups.Count;
        run.Mappings = m.Company.Snapshot.Mappings.Count;
        run.Invites = wire.Value.InviteNewUsers;
        run.Later = m.Company.Later.Count;
        run.DifferenceCounts = StoredContent.Text(DiffCounts.Of(m.Input.Difference));
    }

    /// <summary>As they are stored.</summary>
    private sealed record Packed(byte[] Difference, byte[] Verdict);

    private static Packed Pack(Made m) => new(StoredContent.Pack(m.Input.Difference), StoredContent.Pack(StoredVerdict.Of(m.Input.Verdict)));

    /// <summary>Bytes are kept of what was or may be sent, and of what is observed; of the rest the difference.</summary>
    private void Keep(GatewayDb db, RunRow run, Made m, Packed packed, Decision decision)
    {
        Add(RunPart.Difference, packed.Difference);
        Add(RunPart.Verdict, packed.Verdict);
        if (m.Deletions.Count > 0) Add(RunPart.Deletions, StoredContent.Pack(m.Deletions));
        if (run.State is RunState.Assembling or RunState.Held or RunState.Rejected or RunState.Observed)
        {
            Add(RunPart.Body, m.Body.Gzip);
            Add(RunPart.Sections, StoredContent.Pack(m.Company.Snapshot));
        }

        if (Seen(m) is { } seen && !seen.IsNothing()) Add(RunPart.Account, StoredContent.Pack(seen));
        if (m.Company.Later.Count > 0) Add(RunPart.Later, StoredContent.Pack(m.Company.Later));
        if (m.Rest is { } rest) Add(RunPart.Rest, StoredContent.Pack(RestView.Of(rest)));
        if (run.PlanId is not null) Add(RunPart.Planned, StoredContent.Pack(Change.Only(m.Input.Difference, m.Input.Planned)));
        if (decision is Decision.Send send && !send.Approved.IsEmpty()) Add(RunPart.Approved, StoredContent.Pack(send.Approved));

        run.TouchesAll = run.BaseRunId is null;
        if (!run.TouchesAll)
            foreach (var subject in Change.AllOf(m.Input.Difference).SelectMany(Subjects).Distinct(StringComparer.Ordinal))
                db.Add(new RunSubject { RunId = run.Id, Subject = subject });

        void Add(RunPart part, byte[] data) => db.Add(new RunContent { RunId = run.Id, Part = part, Data = data });
    }

    /// <summary>After a restore from a backup nobody knows whether it was a sync that created whom the account has.</summary>
    private SeenAccount Seen(Made m)
    {
        var content = (m.Account ?? m.Sight.Reading) is AccountReading.Read read ? AdoptionBook.Content(read) : null;
        return SeenAccount.Of(m.Company.Snapshot, m.Input.Difference, m.Input.OnlyThere, content, first: m.History is { LastAccepted: null, Restored: false }, guard.Exempt);
    }

    /// <summary>Nobody is asked, because somebody was beforehand: that stands on the run's page, and in the audit.</summary>
    private static void UsePlan(GatewayDb db, RunRow run, PlannedUse use, DateTimeOffset now)
    {
        run.PlanId = PlannedChangeBook.ParseId(use.PlanId);
        if (run.State == RunState.Assembling)
            db.Audit.Add(new AuditEntry { At = now, Actor = "system", Action = "plan.use", Subject = use.PlanId, Detail = StoredContent.Text(new { run = RunView.IdOf(run.Id), use.Rules, run.ContentHash }) });
    }

    private static IEnumerable<string> Subjects(Change change) =>
        change.Kind is ChangeKind.SubGroup or ChangeKind.Manager or ChangeKind.Membership ? [change.Subject, change.Part!] : [change.Subject];

    /// <summary>Rules, their numbers and whom they are about: the same again is no news.</summary>
    private static string KeyOf(GuardVerdict.Hold hold)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var reason in hold.Reasons)
        {
            Append(string.Create(CultureInfo.InvariantCulture, $"{reason.Rule}|{reason.Source}|{reason.Number}|"));
            // One by one: a first sync is about everybody.
            var first = true;
            foreach (var subject in reason.Subjects)
            {
                if (!first) Append(",");
                Append(subject);
                first = false;
            }

            Append("\n");
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];

        void Append(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Unless something was accepted since: then it is a new story, in the same words.</summary>
    private static Task<bool> ToldAsync(GatewayDb db, RunRow run, CancellationToken cancellationToken) =>
        db.Set<RunRow>().Where(r => r.HeldAt != null && r.Id != run.Id).OrderByDescending(r => r.Id)
            .Select(r => r.ReasonsKey == run.ReasonsKey && !db.Set<RunRow>().Any(a => a.AcceptedAt >= r.HeldAt))
            .FirstOrDefaultAsync(cancellationToken);
}
