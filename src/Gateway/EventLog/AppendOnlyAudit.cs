using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Gateway.EventLog;

/// <summary>The store itself refuses to change what stands in the audit. Written by hand: the model knows no triggers.</summary>
[DbContext(typeof(GatewayDb))]
[Migration("20261122000001_AuditIsAppendOnly")]
public sealed class AppendOnlyAudit : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var verb in (string[])["UPDATE", "DELETE"])
            migrationBuilder.Sql($"CREATE TRIGGER audit_no_{verb.ToLowerInvariant()} BEFORE {verb} ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;");
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete;");
}

/// <summary>Likewise on PostgreSQL, where a table can be emptied besides.</summary>
[DbContext(typeof(PostgresGatewayDb))]
[Migration("20261122000001_AuditIsAppendOnly")]
public sealed class AppendOnlyAuditOnPostgres : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$;
        CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TRIGGER audit_no_change ON audit; DROP FUNCTION audit_append_only();");
}
