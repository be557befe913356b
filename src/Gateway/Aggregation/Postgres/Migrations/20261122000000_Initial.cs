using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Gateway.Aggregation.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "changes",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    type = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    source = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    data = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    announcement = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_changes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "facets",
                columns: table => new
                {
                    kind = table.Column<int>(type: "integer", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    epoch = table.Column<int>(type: "integer", nullable: false),
                    folded_events = table.Column<long>(type: "bigint", nullable: false),
                    folded_through = table.Column<long>(type: "bigint", nullable: false),
                    folded_at = table.Column<long>(type: "bigint", nullable: false),
                    next_due = table.Column<long>(type: "bigint", nullable: true),
                    body = table.Column<byte[]>(type: "bytea", nullable: true),
                    error = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    retry_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_facets", x => new { x.kind, x.source, x.subject });
                });

            migrationBuilder.CreateTable(
                name: "outcomes",
                columns: table => new
                {
                    source = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    event_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    state = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_outcomes", x => new { x.source, x.event_id });
                });

            migrationBuilder.CreateTable(
                name: "position",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    log_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    folded_through = table.Column<long>(type: "bigint", nullable: false),
                    generation = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    quiet_through = table.Column<long>(type: "bigint", nullable: false),
                    pruned_through = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_position", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_changes_announcement",
                table: "changes",
                column: "announcement",
                unique: true,
                filter: "announcement IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_facets_failed",
                table: "facets",
                column: "retry_at",
                filter: "error IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_facets_next_due",
                table: "facets",
                column: "next_due",
                filter: "next_due IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_outcomes_facet",
                table: "outcomes",
                columns: new[] { "source", "kind", "subject" });

            migrationBuilder.CreateIndex(
                name: "ix_outcomes_state",
                table: "outcomes",
                column: "state");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "changes");

            migrationBuilder.DropTable(
                name: "facets");

            migrationBuilder.DropTable(
                name: "outcomes");

            migrationBuilder.DropTable(
                name: "position");
        }
    }
}
