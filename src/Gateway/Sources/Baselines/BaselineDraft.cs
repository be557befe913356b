using Gateway.Membership.Baselines;
using Gateway.Membership.Events;
using Gateway.Membership.Snapshots;

namespace Gateway.Sources.Baselines;

/// <summary>A baseline while it is read, from whichever format: judges what rows say together.</summary>
internal sealed class BaselineDraft(BaselineErrors errors)
{
    private readonly Dictionary<string, Place> userPlaces = [];
    private readonly Dictionary<string, Place> groupPlaces = [];
    private readonly Dictionary<SnapshotMapping, Place> rows = [];
    private readonly Dictionary<string, Place> parentPlaces = [];
    private readonly List<BaselineUser> users = [];
    private readonly List<BaselineGroup> groups = [];

    /// <summary>Sections that are there, empty ones too.</summary>
    public HashSet<string> Sections { get; } = [];

    public void User(Place at, string? id, ProfilePatch profile)
    {
        if (id is null) errors.Add(at.Of(BaselineFields.Id), "A person needs an id: the source's employee number.");
        else if (!userPlaces.TryAdd(id, at)) errors.Add(at.Of(BaselineFields.Id), $"This id stands at {userPlaces[id].Of()} already. Keep one of the two.");
        else users.Add(new BaselineUser(id, profile));
    }

    public void Group(Place at, string? id, string? name)
    {
        if (name is null) errors.Add(at.Of("name"), "A team needs a name.");
        if (id is null) errors.Add(at.Of(BaselineFields.Id), "A team needs an id.");
        else if (!groupPlaces.TryAdd(id, at)) errors.Add(at.Of(BaselineFields.Id), $"This id stands at {groupPlaces[id].Of()} already. Keep one of the two.");
        else if (name is not null) groups.Add(new BaselineGroup(id, name));
    }

    public void Mapping(Place at, string? groupId, string? userId, string? subGroupId, bool isMember, bool isManager)
    {
        if (groupId is null) errors.Add(at.Of("groupId"), "A row needs a groupId: the team that it is about.");
        switch (userId, subGroupId)
        {
            case (not null, not null):
                errors.Add(at.Of(), "The row has a user and a sub-group: make two rows of it.");
                break;
            case (null, null):
                errors.Add(at.Of(), "The row has neither a user nor a sub-group: give one of the two, or remove the row.");
                break;
            case (not null, null) when !isMember && !isManager:
                errors.Add(at.Of(), "The user is neither a member nor a manager of the team: set isMember or isManager to true, or remove the row.");
                break;
            case (not null, null) when groupId is not null:
                if (isManager) rows.TryAdd(new SnapshotMapping(MappingKind.Manager, groupId, userId), at);
                if (isMember) rows.TryAdd(new SnapshotMapping(MappingKind.Member, groupId, userId), at);
                break;
            case (null, not null) when groupId is not null:
                if (!rows.TryAdd(new SnapshotMapping(MappingKind.SubGroup, groupId, subGroupId), at)) break;
                if (!parentPlaces.TryAdd(subGroupId, at))
                    errors.Add(at.Of("subGroupId"), $"The sub-group has another parent at {parentPlaces[subGroupId].Of()}. A team has one parent: remove one of the two rows.");
                break;
        }
    }

    /// <summary>Null: there are errors.</summary>
    public Baseline? Build()
    {
        foreach (var (row, at) in rows)
        {
            if (row.Kind == MappingKind.SubGroup && Sections.Contains("groups") && !groupPlaces.ContainsKey(row.OtherId))
                errors.Add(at.Of("subGroupId"), "No team of groups has this id: add the team, or remove the row.");
            if (row.Kind != MappingKind.SubGroup && Sections.Contains("users") && !userPlaces.ContainsKey(row.OtherId))
                errors.Add(at.Of("userId"), "No person of users has this id: add the person, or remove the row.");
        }

        return errors.Any ? null : new Baseline
        {
            Users = Sections.Contains("users") ? users : null,
            Groups = Sections.Contains("groups") ? groups : null,
            Mappings = Sections.Contains("mappings") ? [.. rows.Keys] : null,
        };
    }
}
