using Gateway.Membership.Adoption;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gateway.EventLog.Ledger;

/// <summary>What an account held when it was read for its adoption. The newest one counts.</summary>
public sealed class AccountReadingRow
{
    public long Id { get; set; }

    public required DateTimeOffset At { get; set; }

    /// <summary>Who asked; <c>system</c> for the gateway itself.</summary>
    public required string Actor { get; set; }

    public int People { get; set; }

    public int Teams { get; set; }

    /// <summary>An <see cref="AccountContent"/>, JSON, gzip. Null once a newer one took its place.</summary>
    public byte[]? Content { get; set; }
}

/// <summary>A person's word on one team or one person of the account; the last one counts.</summary>
public sealed class AdoptionDecisionRow
{
    public AdoptionKind Kind { get; set; }

    /// <summary>The team's name there, or the person's e-mail.</summary>
    public required string There { get; set; }

    public AdoptionAction Action { get; set; }

    /// <summary>The id here; null where it is let go.</summary>
    public string? Here { get; set; }

    public required DateTimeOffset At { get; set; }

    public required string Actor { get; set; }

    public string? Reason { get; set; }
}

/// <summary>A source gave a team another id, and this is the one that Officevibe knows. Stands until it is taken back.</summary>
public sealed class TeamAliasRow
{
    /// <summary>The team's id of today.</summary>
    public required string TeamId { get; set; }

    public required string SameAs { get; set; }

    public required DateTimeOffset At { get; set; }

    public required string Actor { get; set; }

    public string? Reason { get; set; }
}

internal sealed class AdoptionConfiguration : IEntityTypeConfiguration<AccountReadingRow>, IEntityTypeConfiguration<AdoptionDecisionRow>, IEntityTypeConfiguration<TeamAliasRow>
{
    public void Configure(EntityTypeBuilder<TeamAliasRow> builder) => builder.ToTable("team_aliases").HasKey(a => a.TeamId);

    public void Configure(EntityTypeBuilder<AccountReadingRow> builder)
    {
        builder.ToTable("account_readings").HasKey(r => r.Id);
        builder.Property(r => r.Id).ValueGeneratedOnAdd();
    }

    public void Configure(EntityTypeBuilder<AdoptionDecisionRow> builder)
    {
        builder.ToTable("adoption_decisions").HasKey(d => new { d.Kind, d.There });
        builder.Property(d => d.Kind).HasConversion<string>();
        builder.Property(d => d.Action).HasConversion<string>();
    }
}
