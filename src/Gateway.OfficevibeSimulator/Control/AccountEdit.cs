using Gateway.OfficevibeSimulator.Account;

namespace Gateway.OfficevibeSimulator.Control;

/// <summary>What an administrator changes by hand in the app about people and teams that are there; no sync knows of it. Where an integration is active the real app may not allow all of it.</summary>
internal sealed class AccountEdit
{
    public List<PersonEdit> People { get; set; } = [];

    public List<TeamEdit> Teams { get; set; } = [];

    public List<PlaceEdit> Places { get; set; } = [];

    /// <summary>What stands in the way, one sentence each.</summary>
    public IEnumerable<string> Problems(AccountState state)
    {
        var wanted = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < People.Count; i++)
        {
            if (!state.MembersByEmail.ContainsKey(People[i].Email))
            {
                yield return $"edit.people[{i}].email names nobody in the account.";
            }

            if (People[i].NewEmail is { } email && (email.Length == 0 || state.MembersByEmail.ContainsKey(email) || !wanted.Add(email)))
            {
                yield return $"edit.people[{i}].newEmail is empty or already in the account.";
            }
        }

        for (var i = 0; i < Teams.Count; i++)
        {
            if (!state.Teams.Exists(t => t.Name == Teams[i].Name))
            {
                yield return $"edit.teams[{i}].name names no team.";
            }
        }

        for (var i = 0; i < Places.Count; i++)
        {
            if (!state.Teams.Exists(t => t.Name == Places[i].Team) || !state.MembersByEmail.ContainsKey(Places[i].Email))
            {
                yield return $"edit.places[{i}] names a team or somebody that is not in the account.";
            }
        }
    }

    /// <summary>Places first: people by the addresses that they have before it.</summary>
    public void Apply(AccountState state)
    {
        foreach (var edit in Places)
        {
            var (team, member) = (state.Teams.First(t => t.Name == edit.Team), state.MembersByEmail[edit.Email]);
            var people = edit.Manager ? team.Managers : team.Members;
            _ = edit.Gone ? people.Remove(member) : people.Add(member);
        }

        foreach (var edit in People)
        {
            var member = state.MembersByEmail[edit.Email];
            member.Role = edit.Role ?? member.Role;
            member.JobTitle = edit.JobTitle ?? member.JobTitle;
            if (edit.Status is { } status)
            {
                member.StatusBeforeDeactivation = status == MemberStatus.Deactivated ? member.Status : status;
                member.Status = status;
            }

            if (edit.NewEmail is { } email)
            {
                member.Email = email;
                state.Reindex();
            }
        }

        foreach (var edit in Teams)
        {
            var team = state.Teams.First(t => t.Name == edit.Name);
            team.Name = edit.NewName ?? team.Name;
            if (edit.Remove)
            {
                state.Teams.Remove(team);
                state.Teams.ForEach(t => t.Parent = t.Parent == team ? null : t.Parent);
            }
        }
    }
}

/// <summary>Somebody who is there; what is absent stays as it is.</summary>
internal sealed class PersonEdit
{
    public string Email { get; set; } = "";

    public string? NewEmail { get; set; }

    public string? JobTitle { get; set; }

    public MemberRole? Role { get; set; }

    public MemberStatus? Status { get; set; }
}

/// <summary>A team that is there.</summary>
internal sealed class TeamEdit
{
    public string Name { get; set; } = "";

    public string? NewName { get; set; }

    /// <summary>Its history goes with it.</summary>
    public bool Remove { get; set; }
}

/// <summary>Somebody is put into a team, or taken out of it.</summary>
internal sealed class PlaceEdit
{
    public string Team { get; set; } = "";

    public string Email { get; set; } = "";

    /// <summary>As its manager; else as a member.</summary>
    public bool Manager { get; set; }

    public bool Gone { get; set; }
}
