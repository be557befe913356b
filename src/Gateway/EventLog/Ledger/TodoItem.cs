using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gateway.EventLog.Ledger;

/// <summary>What no sync can do. Stored by name: never rename one.</summary>
public enum TodoKind
{
    /// <summary>A run created somebody without an invitation, and no later run can send one.</summary>
    Invite = 0,

    /// <summary>An administrator left, and no sync takes their access away.</summary>
    Administrator = 1,

    /// <summary>Somebody is to be erased, and a sync only deactivates.</summary>
    Erase = 2,
}

/// <summary>Why nothing is left to do. Stored by name.</summary>
public enum TodoEnd
{
    /// <summary>A person says so.</summary>
    Done = 0,

    /// <summary>The person left the company; should they come back, it is to be done again.</summary>
    Left = 1,

    /// <summary>The account, or the company, shows that it is not so any more.</summary>
    Over = 2,
}

/// <summary>Something that a person has to do in the app. One for a kind and a person; it outlives the runs and the addresses it is about.</summary>
public sealed class TodoItem
{
    public TodoKind Kind { get; set; }

    /// <summary>The member's id in snapshots.</summary>
    public required string Subject { get; set; }

    /// <summary>As it was sent last, A to Z folded.</summary>
    public string? Email { get; set; }

    public required DateTimeOffset Since { get; set; }

    /// <summary>The run that made it necessary. Null: none did.</summary>
    public long? RunId { get; set; }

    /// <summary>False: it may have been done already, and nobody can tell.</summary>
    public bool Certain { get; set; } = true;

    /// <summary>Null: it is open.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    public TodoEnd? End { get; set; }

    /// <summary>Who said so; <c>system</c> for the gateway itself.</summary>
    public string? EndedBy { get; set; }

    public string? Reason { get; set; }
}

internal sealed class TodoItemConfiguration : IEntityTypeConfiguration<TodoItem>
{
    public void Configure(EntityTypeBuilder<TodoItem> builder)
    {
        builder.ToTable("todo_items").HasKey(t => new { t.Kind, t.Subject });
        builder.Property(t => t.Kind).HasColumnName("kind").HasConversion<string>();
        builder.Property(t => t.Subject).HasColumnName("subject");
        builder.Property(t => t.Email).HasColumnName("email");
        builder.Property(t => t.Since).HasColumnName("since");
        builder.Property(t => t.RunId).HasColumnName("run_id");
        builder.Property(t => t.Certain).HasColumnName("certain");
        builder.Property(t => t.EndedAt).HasColumnName("ended_at");
        builder.Property(t => t.End).HasColumnName("ended").HasConversion<string>();
        builder.Property(t => t.EndedBy).HasColumnName("ended_by");
        builder.Property(t => t.Reason).HasColumnName("reason");
        builder.HasIndex(t => t.Email);
    }
}
