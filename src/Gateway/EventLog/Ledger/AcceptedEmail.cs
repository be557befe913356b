using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gateway.EventLog.Ledger;

/// <summary>An e-mail that Officevibe accepted, and the id it was accepted under last: so that somebody who comes back under another id is noticed.</summary>
public sealed class AcceptedEmail
{
    /// <summary>A to Z folded.</summary>
    public required string Email { get; set; }

    public required string MemberId { get; set; }

    public static string KeyOf(string email) => string.Create(email.Length, email, static (key, from) =>
    {
        for (var i = 0; i < from.Length; i++) key[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
    });
}

internal sealed class AcceptedEmailConfiguration : IEntityTypeConfiguration<AcceptedEmail>
{
    public void Configure(EntityTypeBuilder<AcceptedEmail> builder)
    {
        builder.ToTable("accepted_emails");
        builder.HasKey(e => e.Email);
        builder.Property(e => e.Email).HasColumnName("email");
        builder.Property(e => e.MemberId).HasColumnName("member_id");
    }
}
