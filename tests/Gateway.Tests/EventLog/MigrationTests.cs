using Gateway.EventLog;
using Gateway.Aggregation;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Tests.EventLogs;

/// <summary>No start asks whether the migrations are those of the model, so this does.</summary>
public sealed class MigrationTests
{
    public static TheoryData<string> Contexts => ["log on SQLite", "log on PostgreSQL", "projection on SQLite", "projection on PostgreSQL"];

    [Theory]
    [MemberData(nameof(Contexts))]
    public void The_migrations_are_those_of_the_model(string context)
    {
        using DbContext db = context switch
        {
            "log on SQLite" => new GatewayDb(new DbContextOptionsBuilder<GatewayDb>().UseSqlite("Data Source=none.db").Options),
            "log on PostgreSQL" => new PostgresGatewayDb(new DbContextOptionsBuilder<PostgresGatewayDb>().UseNpgsql("Host=none", PostgresGatewayDb.Configure).Options),
            "projection on SQLite" => new ProjectionDb(new DbContextOptionsBuilder<ProjectionDb>().UseSqlite("Data Source=none.db").Options),
            _ => new PostgresProjectionDb(new DbContextOptionsBuilder<PostgresProjectionDb>().UseNpgsql("Host=none", PostgresProjectionDb.Configure).Options),
        };
        Assert.NotEmpty(db.Database.GetMigrations());
        Assert.False(db.Database.HasPendingModelChanges(), "The model has changed: add a migration (CONTRIBUTING.md).");
    }
}
