using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Gateway.EventLog.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "accepted_emails",
                columns: table => new
                {
                    email = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    member_id = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_accepted_emails", x => x.email);
                });

            migrationBuilder.CreateTable(
                name: "account_readings",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Actor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    People = table.Column<int>(type: "integer", nullable: false),
                    Teams = table.Column<int>(type: "integer", nullable: false),
                    Content = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account_readings", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "account_reports",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Occasion = table.Column<string>(type: "text", nullable: false),
                    Actor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    RunId = table.Column<long>(type: "bigint", nullable: false),
                    Problem = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    RetryAt = table.Column<long>(type: "bigint", nullable: true),
                    Attempt = table.Column<int>(type: "integer", nullable: false),
                    People = table.Column<int>(type: "integer", nullable: false),
                    Teams = table.Column<int>(type: "integer", nullable: false),
                    DriftKey = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Counts = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Drift = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account_reports", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "adoption_decisions",
                columns: table => new
                {
                    Kind = table.Column<string>(type: "text", nullable: false),
                    There = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Action = table.Column<string>(type: "text", nullable: false),
                    Here = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Actor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Reason = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_adoption_decisions", x => new { x.Kind, x.There });
                });

            migrationBuilder.CreateTable(
                name: "announcements",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Type = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Data = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_announcements", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "audit",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Actor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Action = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Subject = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Reason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Detail = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "baselines",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Id = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Source = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    AsOf = table.Column<long>(type: "bigint", nullable: false),
                    AppliedAt = table.Column<long>(type: "bigint", nullable: false),
                    AppliedBy = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    RecordedThrough = table.Column<long>(type: "bigint", nullable: false),
                    Events = table.Column<int>(type: "integer", nullable: false),
                    Counts = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Hash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Confirmed = table.Column<bool>(type: "boolean", nullable: false),
                    RevertedAt = table.Column<long>(type: "bigint", nullable: true),
                    RevertedBy = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_baselines", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "deliveries",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    key = table.Column<byte[]>(type: "bytea", nullable: true),
                    source = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    vendor_id = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    state = table.Column<int>(type: "integer", nullable: false),
                    received_at = table.Column<long>(type: "bigint", nullable: false),
                    content_type = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    headers = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    body = table.Column<byte[]>(type: "bytea", nullable: true),
                    bytes = table.Column<int>(type: "integer", nullable: false),
                    trusted = table.Column<bool>(type: "boolean", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    reason_text = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    errors = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    tried_since = table.Column<long>(type: "bigint", nullable: false),
                    next_at = table.Column<long>(type: "bigint", nullable: true),
                    decided_at = table.Column<long>(type: "bigint", nullable: true),
                    answers = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    revision = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_deliveries", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "events",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    key = table.Column<byte[]>(type: "bytea", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    id = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    type = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    kind = table.Column<int>(type: "integer", nullable: true),
                    subject = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    facet = table.Column<long>(type: "bigint", nullable: false),
                    target = table.Column<byte[]>(type: "bytea", nullable: true),
                    replaces = table.Column<byte[]>(type: "bytea", nullable: true),
                    occurred_at = table.Column<long>(type: "bigint", nullable: false),
                    received_at = table.Column<long>(type: "bigint", nullable: false),
                    payload = table.Column<byte[]>(type: "bytea", nullable: true),
                    tx = table.Column<long>(type: "bigint", nullable: false, defaultValueSql: "(pg_current_xact_id()::text::bigint)")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_events", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "exclusions",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    MemberId = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Reason = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    From = table.Column<long>(type: "bigint", nullable: false),
                    Until = table.Column<long>(type: "bigint", nullable: true),
                    Actor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    TakenBackAt = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_exclusions", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "let_go_emails",
                columns: table => new
                {
                    Email = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    RunId = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_let_go_emails", x => x.Email);
                });

            migrationBuilder.CreateTable(
                name: "log_identity",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    LogId = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_log_identity", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "notice_stories",
                columns: table => new
                {
                    Story = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Type = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Every = table.Column<int>(type: "integer", nullable: false),
                    Waiting = table.Column<long>(type: "bigint", nullable: false),
                    Since = table.Column<long>(type: "bigint", nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Data = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ToldAt = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notice_stories", x => x.Story);
                });

            migrationBuilder.CreateTable(
                name: "notices",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Type = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Story = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Every = table.Column<int>(type: "integer", nullable: false),
                    Count = table.Column<int>(type: "integer", nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Data = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notices", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "notifications",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    MessageId = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Endpoint = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Type = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Body = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    State = table.Column<string>(type: "text", nullable: false),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    NextAt = table.Column<long>(type: "bigint", nullable: true),
                    LastAt = table.Column<long>(type: "bigint", nullable: true),
                    LastStatus = table.Column<int>(type: "integer", nullable: true),
                    LastError = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notifications", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "planned_changes",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    From = table.Column<long>(type: "bigint", nullable: false),
                    Until = table.Column<long>(type: "bigint", nullable: false),
                    ContentHash = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Limits = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Also = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Reason = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    MadeAt = table.Column<long>(type: "bigint", nullable: false),
                    MadeBy = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    MadeVoice = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ApprovedAt = table.Column<long>(type: "bigint", nullable: true),
                    ApprovedBy = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ApprovalReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CancelledAt = table.Column<long>(type: "bigint", nullable: true),
                    CancelledBy = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CancelReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    OpenedAt = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_planned_changes", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "properties",
                columns: table => new
                {
                    Name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    TakenSince = table.Column<long>(type: "bigint", nullable: true),
                    TakenSinceRunId = table.Column<long>(type: "bigint", nullable: true),
                    TakenAt = table.Column<long>(type: "bigint", nullable: true),
                    TakenRunId = table.Column<long>(type: "bigint", nullable: true),
                    RefusedSince = table.Column<long>(type: "bigint", nullable: true),
                    RefusedSinceRunId = table.Column<long>(type: "bigint", nullable: true),
                    RefusedAt = table.Column<long>(type: "bigint", nullable: true),
                    RefusedRunId = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_properties", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "published_changes",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Generation = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Through = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_published_changes", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "refused_options",
                columns: table => new
                {
                    Property = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Value = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Since = table.Column<long>(type: "bigint", nullable: false),
                    SinceRunId = table.Column<long>(type: "bigint", nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    RunId = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_refused_options", x => new { x.Property, x.Value });
                });

            migrationBuilder.CreateTable(
                name: "runs",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    State = table.Column<string>(type: "text", nullable: false),
                    Trigger = table.Column<string>(type: "text", nullable: false),
                    DryRun = table.Column<bool>(type: "boolean", nullable: false),
                    RequestedBy = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    FinishedAt = table.Column<long>(type: "bigint", nullable: true),
                    At = table.Column<long>(type: "bigint", nullable: true),
                    Head = table.Column<long>(type: "bigint", nullable: true),
                    NextDue = table.Column<long>(type: "bigint", nullable: true),
                    Rules = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Dialect = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Version = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    BaseRunId = table.Column<long>(type: "bigint", nullable: true),
                    BaseHash = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ContentHash = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    BodyLength = table.Column<long>(type: "bigint", nullable: true),
                    Users = table.Column<int>(type: "integer", nullable: false),
                    Groups = table.Column<int>(type: "integer", nullable: false),
                    Mappings = table.Column<int>(type: "integer", nullable: false),
                    DifferenceCounts = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    TouchesAll = table.Column<bool>(type: "boolean", nullable: false),
                    Reason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    WhatToDo = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    HeldAt = table.Column<long>(type: "bigint", nullable: true),
                    ReasonsKey = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ApprovedAt = table.Column<long>(type: "bigint", nullable: true),
                    RejectedAt = table.Column<long>(type: "bigint", nullable: true),
                    DecidedBy = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    DecisionReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    RejectedByRunId = table.Column<long>(type: "bigint", nullable: true),
                    SupersededByRunId = table.Column<long>(type: "bigint", nullable: true),
                    SendingAt = table.Column<long>(type: "bigint", nullable: true),
                    SendUntil = table.Column<long>(type: "bigint", nullable: true),
                    AcceptedAt = table.Column<long>(type: "bigint", nullable: true),
                    ReadBackAt = table.Column<long>(type: "bigint", nullable: true),
                    RetryAt = table.Column<long>(type: "bigint", nullable: true),
                    Attempt = table.Column<int>(type: "integer", nullable: false),
                    Answer = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    RestoreOfRunId = table.Column<long>(type: "bigint", nullable: true),
                    StructureOnly = table.Column<bool>(type: "boolean", nullable: false),
                    RestOfRunId = table.Column<long>(type: "bigint", nullable: true),
                    PlanId = table.Column<long>(type: "bigint", nullable: true),
                    Approvals = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ContentGoneAt = table.Column<long>(type: "bigint", nullable: true),
                    Later = table.Column<int>(type: "integer", nullable: false),
                    Invites = table.Column<bool>(type: "boolean", nullable: true),
                    Account = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_runs", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "source_epochs",
                columns: table => new
                {
                    Source = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Epoch = table.Column<int>(type: "integer", nullable: false),
                    FoldVersion = table.Column<int>(type: "integer", nullable: false),
                    TimeZone = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_source_epochs", x => x.Source);
                });

            migrationBuilder.CreateTable(
                name: "source_silences",
                columns: table => new
                {
                    Source = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    KnownSince = table.Column<long>(type: "bigint", nullable: false),
                    SilentSince = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_source_silences", x => x.Source);
                });

            migrationBuilder.CreateTable(
                name: "sync_state",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    PausedAt = table.Column<long>(type: "bigint", nullable: true),
                    PausedUntil = table.Column<long>(type: "bigint", nullable: true),
                    PauseReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    PausedBy = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    RestoreRunId = table.Column<long>(type: "bigint", nullable: true),
                    ScheduleHandledAt = table.Column<long>(type: "bigint", nullable: false),
                    RestoredAt = table.Column<long>(type: "bigint", nullable: true),
                    AdoptionWaivedAt = table.Column<long>(type: "bigint", nullable: true),
                    AdoptionWaivedBy = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    AdoptionWaivedReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    SenderNumber = table.Column<long>(type: "bigint", nullable: false),
                    Sender = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    SenderSince = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sync_state", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "team_aliases",
                columns: table => new
                {
                    TeamId = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    SameAs = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Actor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Reason = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_team_aliases", x => x.TeamId);
                });

            migrationBuilder.CreateTable(
                name: "todo_items",
                columns: table => new
                {
                    kind = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    email = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    since = table.Column<long>(type: "bigint", nullable: false),
                    run_id = table.Column<long>(type: "bigint", nullable: true),
                    certain = table.Column<bool>(type: "boolean", nullable: false),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    ended = table.Column<string>(type: "text", nullable: true),
                    ended_by = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    reason = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_todo_items", x => new { x.kind, x.subject });
                });

            migrationBuilder.CreateTable(
                name: "webhook_handshakes",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Source = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Token = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    At = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhook_handshakes", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "delivery_events",
                columns: table => new
                {
                    Delivery = table.Column<long>(type: "bigint", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    Source = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    EventId = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Undoes = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    RecordedAt = table.Column<long>(type: "bigint", nullable: true),
                    EffectiveAt = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_delivery_events", x => new { x.Delivery, x.Number });
                    table.ForeignKey(
                        name: "FK_delivery_events_deliveries_Delivery",
                        column: x => x.Delivery,
                        principalTable: "deliveries",
                        principalColumn: "sequence",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "run_contents",
                columns: table => new
                {
                    RunId = table.Column<long>(type: "bigint", nullable: false),
                    Part = table.Column<int>(type: "integer", nullable: false),
                    Data = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_run_contents", x => new { x.RunId, x.Part });
                    table.ForeignKey(
                        name: "FK_run_contents_runs_RunId",
                        column: x => x.RunId,
                        principalTable: "runs",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "run_subjects",
                columns: table => new
                {
                    RunId = table.Column<long>(type: "bigint", nullable: false),
                    Subject = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_run_subjects", x => new { x.Subject, x.RunId });
                    table.ForeignKey(
                        name: "FK_run_subjects_runs_RunId",
                        column: x => x.RunId,
                        principalTable: "runs",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_audit_At",
                table: "audit",
                column: "At");

            migrationBuilder.CreateIndex(
                name: "IX_audit_Subject_Id",
                table: "audit",
                columns: new[] { "Subject", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_baselines_Id",
                table: "baselines",
                column: "Id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_baselines_Source_Sequence",
                table: "baselines",
                columns: new[] { "Source", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_deliveries_state",
                table: "deliveries",
                columns: new[] { "source", "state", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ux_deliveries_key",
                table: "deliveries",
                column: "key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_delivery_events_Source_Name",
                table: "delivery_events",
                columns: new[] { "Source", "Name" });

            migrationBuilder.CreateIndex(
                name: "IX_delivery_events_Source_Undoes",
                table: "delivery_events",
                columns: new[] { "Source", "Undoes" },
                filter: "\"Undoes\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_events_clock_ahead",
                table: "events",
                columns: new[] { "occurred_at", "received_at" },
                filter: "occurred_at > received_at + 600000000");

            migrationBuilder.CreateIndex(
                name: "ix_events_facet",
                table: "events",
                columns: new[] { "facet", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_events_replaces",
                table: "events",
                column: "replaces",
                filter: "replaces IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_events_target",
                table: "events",
                column: "target",
                filter: "target IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_events_tx",
                table: "events",
                columns: new[] { "tx", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ux_events_key",
                table: "events",
                column: "key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_exclusions_MemberId",
                table: "exclusions",
                column: "MemberId");

            migrationBuilder.CreateIndex(
                name: "IX_notifications_Endpoint_NextAt",
                table: "notifications",
                columns: new[] { "Endpoint", "NextAt" },
                filter: "\"NextAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_notifications_State_Endpoint",
                table: "notifications",
                columns: new[] { "State", "Endpoint" });

            migrationBuilder.CreateIndex(
                name: "IX_planned_changes_Until",
                table: "planned_changes",
                column: "Until");

            migrationBuilder.CreateIndex(
                name: "IX_run_subjects_RunId",
                table: "run_subjects",
                column: "RunId");

            migrationBuilder.CreateIndex(
                name: "IX_runs_AcceptedAt",
                table: "runs",
                column: "AcceptedAt",
                filter: "\"AcceptedAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_runs_ApprovedAt",
                table: "runs",
                column: "ApprovedAt",
                filter: "\"ApprovedAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_runs_RejectedAt",
                table: "runs",
                column: "RejectedAt",
                filter: "\"RejectedAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_runs_State",
                table: "runs",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_todo_items_email",
                table: "todo_items",
                column: "email");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "accepted_emails");

            migrationBuilder.DropTable(
                name: "account_readings");

            migrationBuilder.DropTable(
                name: "account_reports");

            migrationBuilder.DropTable(
                name: "adoption_decisions");

            migrationBuilder.DropTable(
                name: "announcements");

            migrationBuilder.DropTable(
                name: "audit");

            migrationBuilder.DropTable(
                name: "baselines");

            migrationBuilder.DropTable(
                name: "delivery_events");

            migrationBuilder.DropTable(
                name: "events");

            migrationBuilder.DropTable(
                name: "exclusions");

            migrationBuilder.DropTable(
                name: "let_go_emails");

            migrationBuilder.DropTable(
                name: "log_identity");

            migrationBuilder.DropTable(
                name: "notice_stories");

            migrationBuilder.DropTable(
                name: "notices");

            migrationBuilder.DropTable(
                name: "notifications");

            migrationBuilder.DropTable(
                name: "planned_changes");

            migrationBuilder.DropTable(
                name: "properties");

            migrationBuilder.DropTable(
                name: "published_changes");

            migrationBuilder.DropTable(
                name: "refused_options");

            migrationBuilder.DropTable(
                name: "run_contents");

            migrationBuilder.DropTable(
                name: "run_subjects");

            migrationBuilder.DropTable(
                name: "source_epochs");

            migrationBuilder.DropTable(
                name: "source_silences");

            migrationBuilder.DropTable(
                name: "sync_state");

            migrationBuilder.DropTable(
                name: "team_aliases");

            migrationBuilder.DropTable(
                name: "todo_items");

            migrationBuilder.DropTable(
                name: "webhook_handshakes");

            migrationBuilder.DropTable(
                name: "deliveries");

            migrationBuilder.DropTable(
                name: "runs");
        }
    }
}
