using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Simulator;

/// <summary>A sync body, put together in a few words.</summary>
internal sealed class Payload
{
    private readonly List<Dictionary<string, object?>> _users = [];
    private readonly List<(string? Id, string? Name)> _groups = [];
    private readonly List<(string? Group, string? User, string? Sub, bool Member, bool Manager)> _mappings = [];
    private bool _invite;

    /// <summary>Ana, member of R&amp;D, which is part of Company, and Bo, who leads it.</summary>
    public static Payload Small() => new Payload()
        .User("U1", "ana@x.example").User("U2", "bo@x.example")
        .Group("G1", "Company").Group("G2", "R&D")
        .SubGroup("G1", "G2").Manager("G2", "U2").Member("G2", "U1");

    public Payload Inviting()
    {
        _invite = true;
        return this;
    }

    public Payload User(string? id, string? email, params (string Name, object? Value)[] fields)
    {
        var user = new Dictionary<string, object?>
        {
            ["id"] = id, ["email"] = email, ["firstName"] = "", ["lastName"] = "", ["jobTitle"] = "", ["imageUrl"] = "", ["language"] = "",
        };
        foreach (var (name, value) in fields)
        {
            user[name] = value;
        }

        _users.Add(user);
        return this;
    }

    public Payload Group(string? id, string? name)
    {
        _groups.Add((id, name));
        return this;
    }

    public Payload SubGroup(string groupId, string subGroupId) => Mapping(groupId, "", subGroupId, false, false);

    public Payload Manager(string groupId, string userId) => Mapping(groupId, userId, "", false, true);

    public Payload Member(string groupId, string userId) => Mapping(groupId, userId, "", true, false);

    public Payload Mapping(string? groupId, string? userId, string? subGroupId, bool isMember, bool isManager)
    {
        _mappings.Add((groupId, userId, subGroupId, isMember, isManager));
        return this;
    }

    /// <summary>Under the successor's names.</summary>
    public object Workleap() => new
    {
        members = _users.ConvertAll(u => u.ToDictionary(f => f.Key switch { "id" => "externalMemberId", "language" => "languagePreferences", _ => f.Key }, f => f.Value)),
        teams = _groups.ConvertAll(g => new { externalTeamId = g.Id, teamName = g.Name }),
        teamMappings = _mappings.ConvertAll(m => new { externalTeamId = m.Group, externalMemberId = m.User, externalSubteamId = m.Sub, isMember = m.Member, isManager = m.Manager }),
    };

    public JsonObject WithoutSettings()
    {
        var body = JsonSerializer.SerializeToNode(Build())!.AsObject();
        body.Remove("settings");
        return body;
    }

    public object Build() => new
    {
        settings = new { syncManagerEmail = "admin@x.example", inviteNewUsers = _invite }, users = _users, groups = _groups.ConvertAll(g => new { id = g.Id, name = g.Name }),
        mappings = _mappings.ConvertAll(m => new { groupId = m.Group, userId = m.User, subGroupId = m.Sub, isMember = m.Member, isManager = m.Manager }),
    };
}
