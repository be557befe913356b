using System.Data.Common;
using Gateway.EventLog.Copying;
using Gateway.Membership.Resolve;
using Gateway.Membership.Snapshots;
using Gateway.Sync;
using Gateway.Sync.Composing;

namespace Gateway.Operations.CommandLine;

/// <summary>What <c>gateway doctor</c> finds of properties: what Officevibe answered that it does not find, of what is still sent.</summary>
internal static class DoctorOnProperties
{
    /// <summary>Reads the store, beside a gateway that may serve on it.</summary>
    public static async Task<IEnumerable<DoctorCommand.Finding>> LookAsync(IConfiguration configuration, MembershipRules rules, CancellationToken cancellationToken)
    {
        try
        {
            var (cut, store) = StoreHost.OpenBeside(configuration);
            using (store)
            using (cut)
            {
                var (properties, options) = await PropertyBook.RefusedAsync(cut.Db, cancellationToken);
                var known = await PropertyBook.KnownNamesAsync(cut.Db, rules.Properties.Keys, cancellationToken);
                return Findings(rules, properties, options, known);
            }
        }
        catch (Exception e) when (e is StoreCopyException or DbException or InvalidOperationException)
        {
            return [Look("properties", $"What Officevibe answered of them cannot be read: {e.Message}")];
        }
    }

    private static List<DoctorCommand.Finding> Findings(
        MembershipRules rules, IReadOnlyList<RefusedProperty> properties, IReadOnlyList<RefusedOption> options, IReadOnlyCollection<string> known)
    {
        var sent = properties.Where(p => IsSent(p.Name)).ToList();
        var missing = sent.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        List<DoctorCommand.Finding> findings =
        [
            .. sent.Select(p => Look("property " + p.Name, RefusedProperties.Message(p, known))),
            .. options.Where(o => IsSent(o.Property) && !missing.Contains(o.Property))
                .Select(o => Look("property " + o.Property, RefusedProperties.Message(o, o.Value.Length == 0 ? "an option that its answer does not name" : $"the option `{o.Value}`"))),
        ];
        return findings.Count > 0 ? findings : [new("properties", "ok", "Officevibe has complained of none that is sent.")];

        bool IsSent(string name) => rules.SendUndeclaredProperties || rules.Properties.ContainsKey(name);
    }

    private static DoctorCommand.Finding Look(string subject, string message) => new(subject, "look", message);
}
