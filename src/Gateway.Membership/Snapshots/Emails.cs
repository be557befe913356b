using Gateway.Membership.Events;
using Gateway.Membership.Resolve;

namespace Gateway.Membership.Snapshots;

/// <summary>Who is sent with which e-mail. One e-mail is one user; A to Z are compared case-insensitively.</summary>
internal static class Emails
{
    private const int MaxLength = 254;

    /// <summary>Whether it matches <c>^[^@\s]+@[^@\s]+\.[^@\s]+$</c> and has at most 254 characters.</summary>
    public static bool IsValid(string email)
    {
        var sign = email.IndexOf('@', StringComparison.Ordinal);
        if (email.Length > MaxLength || sign < 1 || email.LastIndexOf('@') != sign) return false;
        foreach (var c in email)
            if (char.IsWhiteSpace(c)) return false;
        return email.LastIndexOf('.', email.Length - 2) > sign + 1;
    }

    /// <param name="candidates">Everyone in scope, by id. Gives each the e-mail to send, or none.</param>
    /// <param name="lastAccepted">Null: nothing was ever accepted.</param>
    /// <param name="issues">Where the trouble goes.</param>
    public static void Settle(List<Candidate> candidates, Snapshot? lastAccepted, IssueList issues)
    {
        var holders = new Dictionary<string, Candidate>(candidates.Count, AsciiCaseInsensitive.Comparer);
        foreach (var candidate in candidates)
        {
            if (candidate.Email is not { } email || !IsValid(email)) continue;
            if (!holders.TryGetValue(email, out var holder) || GoesBefore(candidate, holder)) holders[email] = candidate;
        }

        foreach (var candidate in candidates)
        {
            var email = candidate.Email;
            var holder = email is null ? null : holders.GetValueOrDefault(email);
            if (holder == candidate) candidate.Address = email;
            else FallBack(candidate, holder, holders, issues);
        }

        if (lastAccepted is not null) CompareWithLast(candidates, lastAccepted, issues);
    }

    /// <summary>Who had it in the last accepted snapshot, else whose first hire is effective first, else the smaller id.</summary>
    private static bool GoesBefore(Candidate challenger, Candidate holder)
    {
        if (challenger.KeepsAddress != holder.KeepsAddress) return challenger.KeepsAddress;
        var byHire = challenger.FirstHiredAt.CompareTo(holder.FirstHiredAt);
        return byHire != 0 ? byHire < 0 : Ordinal.Compare(challenger.Id, holder.Id) < 0;
    }

    /// <summary>The e-mail of the last accepted snapshot, if they had one there and nobody else here has it.</summary>
    private static void FallBack(Candidate candidate, Candidate? holder, Dictionary<string, Candidate> holders, IssueList issues)
    {
        if (candidate.Before?.Email is { } before && holders.TryAdd(before, candidate)) candidate.Address = before;

        var (code, matter) = (candidate.Email, holder) switch
        {
            (null, _) => (IssueCodes.MemberEmailMissing, "No source gives an e-mail."),
            (_, null) => (IssueCodes.MemberEmailInvalid, "The e-mail is not valid."),
            (_, { Id: var id }) => (IssueCodes.MemberEmailDuplicate, $"{id} has the same e-mail, and keeps it."),
        };
        var effect = candidate.Address is null ? "Left out until it is corrected." : "Sent with the e-mail that Officevibe has, until it is corrected.";
        issues.Add(new Issue(code, SubjectKind.Member, candidate.Id, LeftOut: candidate.Address is null, $"{matter} {effect}")
        {
            Source = candidate.EmailSource,
            EventId = candidate.EmailEventId,
        });
    }

    private static void CompareWithLast(List<Candidate> candidates, Snapshot lastAccepted, IssueList issues)
    {
        var gone = new Dictionary<string, string>(AsciiCaseInsensitive.Comparer);
        var next = 0;
        foreach (var user in lastAccepted.Users)
        {
            while (next < candidates.Count && Ordinal.Compare(candidates[next].Id, user.Id) < 0) next++;
            if (next == candidates.Count || candidates[next].Id != user.Id || candidates[next].Address is null) gone[user.Email] = user.Id;
        }

        foreach (var candidate in candidates)
        {
            if (candidate.Address is not { } address) continue;
            if (gone.TryGetValue(address, out var other))
            {
                issues.Add(new Issue(IssueCodes.MemberEmailKnownByOtherId, SubjectKind.Member, candidate.Id, LeftOut: false,
                    $"Officevibe has this e-mail under the id {other}, who is not here any more. If it is the same person, send an alias; else approve.")
                {
                    Source = candidate.EmailSource,
                    EventId = candidate.EmailEventId,
                });
            }

            if (candidate.Before is { } before && !AsciiCaseInsensitive.Same(before.Email, address))
            {
                issues.Add(new Issue(IssueCodes.MemberEmailChanged, SubjectKind.Member, candidate.Id, LeftOut: false,
                    "The e-mail differs from the one that Officevibe has. Check that it is the same person.")
                {
                    Source = candidate.EmailSource,
                    EventId = candidate.EmailEventId,
                });
            }
        }
    }
}
