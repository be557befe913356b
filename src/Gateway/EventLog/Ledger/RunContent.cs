using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gateway.EventLog.Ledger;

/// <summary>What of a run's content is kept.</summary>
public enum RunPart
{
    /// <summary>The exact bytes sent, gzip.</summary>
    Body = 0,

    /// <summary>The snapshot free of dialect, JSON, gzip.</summary>
    Sections = 1,

    /// <summary>The difference from the base, JSON, gzip.</summary>
    Difference = 2,

    /// <summary>The guard's verdict, JSON, gzip.</summary>
    Verdict = 3,

    /// <summary>The part of the difference that a person had approved, JSON, gzip.</summary>
    Approved = 4,

    /// <summary>What the next run changes, since Officevibe did not know these ids yet, JSON, gzip.</summary>
    Later = 5,

    /// <summary>Whom it would delete for good, JSON, gzip; not there: nobody.</summary>
    Deletions = 6,

    /// <summary>The part of <see cref="Approved"/> that a plan let through, JSON, gzip; not there: nothing.</summary>
    Planned = 20,

    /// <summary>Who was kept as accepted last, or waits, in a run that sends everybody else, JSON, gzip.</summary>
    Rest = 21,

    /// <summary>What mattered of the account when it was looked at before the run, JSON, gzip; not there: nothing did.</summary>
    Account = 22,
}

/// <summary>A compressed part of a run's content. Apart from the run, so that lists of runs stay light.</summary>
public sealed class RunContent
{
    public long RunId { get; set; }

    public RunPart Part { get; set; }

    public required byte[] Data { get; set; }
}

/// <summary>A person or a team that a run touched.</summary>
public sealed class RunSubject
{
    public long RunId { get; set; }

    public required string Subject { get; set; }
}

internal sealed class RunContentConfiguration : IEntityTypeConfiguration<RunContent>, IEntityTypeConfiguration<RunSubject>
{
    public void Configure(EntityTypeBuilder<RunContent> builder)
    {
        builder.ToTable("run_contents");
        builder.HasKey(c => new { c.RunId, c.Part });
        builder.HasOne<RunRow>().WithMany().HasForeignKey(c => c.RunId);
    }

    public void Configure(EntityTypeBuilder<RunSubject> builder)
    {
        builder.ToTable("run_subjects");
        builder.HasKey(s => new { s.Subject, s.RunId });
        builder.HasOne<RunRow>().WithMany().HasForeignKey(s => s.RunId);
    }
}
