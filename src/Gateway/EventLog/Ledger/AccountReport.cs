using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gateway.EventLog.Ledger;

/// <summary>Why an account was read. Stored by name.</summary>
public enum ReadingOccasion
{
    Request = 0,

    /// <summary>A run was about to take somebody away.</summary>
    BeforeRun = 1,

    /// <summary>A while after a run was accepted.</summary>
    AfterRun = 2,
}

/// <summary>An account as it was read, beside the company that it accepted last. One that could not be read says so, and nothing else.</summary>
public sealed class AccountReport
{
    public long Id { get; set; }

    public required DateTimeOffset At { get; set; }

    public ReadingOccasion Occasion { get; set; }

    /// <summary>Who asked; <c>system</c> for the gateway itself.</summary>
    public required string Actor { get; set; }

    /// <summary>The accepted run it was compared with.</summary>
    public long RunId { get; set; }

    /// <summary>Why it could not be read, naming nobody. Null: it was.</summary>
    public string? Problem { get; set; }

    /// <summary>For one that failed: when it is read again.</summary>
    public DateTimeOffset? RetryAt { get; set; }

    /// <summary>How many readings in a row have failed, this one included.</summary>
    public int Attempt { get; set; }

    /// <summary>How many people and teams the account lists.</summary>
    public int People { get; set; }

    public int Teams { get; set; }

    /// <summary>A hash of what differs; empty: nothing does. The same again is no news.</summary>
    public string? DriftKey { get; set; }

    /// <summary>JSON: how many of each kind differ.</summary>
    public string? Counts { get; set; }

    /// <summary>An <c>AccountDrift</c>, JSON, gzip. Null for one that failed, and once a newer one took its place.</summary>
    public byte[]? Drift { get; set; }
}

/// <summary>Somebody whom an account had and no company ever did, and whom an accepted run took away: should the account go on listing them, they are deactivated.</summary>
public sealed class LetGoEmail
{
    /// <summary>A to Z folded.</summary>
    public required string Email { get; set; }

    public required long RunId { get; set; }
}

internal sealed class AccountReportConfiguration : IEntityTypeConfiguration<AccountReport>, IEntityTypeConfiguration<LetGoEmail>
{
    public void Configure(EntityTypeBuilder<AccountReport> builder)
    {
        builder.ToTable("account_reports").HasKey(r => r.Id);
        builder.Property(r => r.Id).ValueGeneratedOnAdd();
        builder.Property(r => r.Occasion).HasConversion<string>();
    }

    public void Configure(EntityTypeBuilder<LetGoEmail> builder) => builder.ToTable("let_go_emails").HasKey(e => e.Email);
}
