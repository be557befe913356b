using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Gateway.Aggregation;

/// <summary>The projection in the log's own PostgreSQL database. Text is compared by code points, as in a SQLite file.</summary>
public sealed class PostgresProjectionDb(DbContextOptions<PostgresProjectionDb> options) : ProjectionDb(options)
{
    internal static void Configure(NpgsqlDbContextOptionsBuilder options) => options.MigrationsHistoryTable("migrations_projection");

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<string>().UseCollation("C");
    }
}

/// <summary>For <c>dotnet ef migrations add</c>: the schema needs no running server.</summary>
internal sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresProjectionDb>
{
    public PostgresProjectionDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresProjectionDb>().UseNpgsql("Host=design", PostgresProjectionDb.Configure).Options);
}
