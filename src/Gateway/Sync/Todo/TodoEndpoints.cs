using System.Text.Json;
using Gateway.Edge;
using Gateway.EventLog;
using Gateway.EventLog.Ledger;
using Gateway.Officevibe;
using Gateway.Sync.Views;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Sync.Todo;

/// <summary>What no sync can do and a person has to do in the app, over HTTP.</summary>
internal static class TodoEndpoints
{
    public static void MapTodo(this IEndpointRouteBuilder app)
    {
        var todo = app.MapGroup("/v1/todo").WithTags("Account");
        todo.MapGet("", ListAsync).RequireAuthorization(Scopes.Read).WithName("listTodo")
            .WithSummary("What no sync can do and a person has to do in the app: invitations, administrators who left, erasures.").ProducesProblem(400);
        todo.MapPost("", AddAsync).RequireAuthorization(Scopes.Operate).WithName("addTodo")
            .WithSummary("Notes that somebody is to be erased in the app.").ProducesProblem(400);
        todo.MapPost("/done", (SayTodo word, HttpContext context, TodoDesk desk, CancellationToken cancellationToken) => SayAsync(word, done: true, context, desk, cancellationToken))
            .RequireAuthorization(Scopes.Operate).WithName("doneTodo").WithSummary("Ticks off what was done in the app.").ProducesProblem(400);
        todo.MapPost("/reopen", (SayTodo word, HttpContext context, TodoDesk desk, CancellationToken cancellationToken) => SayAsync(word, done: false, context, desk, cancellationToken))
            .RequireAuthorization(Scopes.Operate).WithName("reopenTodo").WithSummary("Takes a tick back.").ProducesProblem(400);
    }

    private static async Task<Results<Ok<Page<TodoView>>, Problem>> ListAsync(
        string? kind, string? state, int? limit, string? after, IDbContextFactory<GatewayDb> contexts, IOptions<OfficevibeOptions> wire, CancellationToken cancellationToken)
    {
        var (page, refusal) = PageRequest.Read(limit, after);
        if (page is null) return refusal!;
        if (state is not (null or "open" or "done" or "all")) return Problem.Invalid("state", "open (which is meant without it), done or all.");
        if (kind is not null && ParseKind(kind) is null) return Problem.Invalid("kind", "invite, administrator or erase.");
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var items = db.Set<TodoItem>().AsNoTracking();
        if (kind is not null && ParseKind(kind) is { } wanted) items = items.Where(t => t.Kind == wanted);
        if (state is null or "open") items = items.Where(t => t.EndedAt == null);
        if (state == "done") items = items.Where(t => t.EndedAt != null);
        if (page.After is { } place)
        {
            if (place.Split('/', 2) is not [var kindBefore, var subject] || !Enum.TryParse<TodoKind>(kindBefore, out var before)) return PageRequest.BadCursor();
            var later = Enum.GetValues<TodoKind>().Where(k => string.CompareOrdinal(k.ToString(), before.ToString()) > 0).ToList();
            items = items.Where(t => (t.Kind == before && string.Compare(t.Subject, subject) > 0) || later.Contains(t.Kind));
        }

        var rows = await items.OrderBy(t => t.Kind).ThenBy(t => t.Subject).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<TodoView>(
            [.. rows.Take(page.Limit).Select(t => TodoView.Of(t, wire.Value.Dialect))],
            rows.Count > page.Limit ? Cursor.Of($"{rows[page.Limit - 1].Kind}/{rows[page.Limit - 1].Subject}") : null));
    }

    private static async Task<Results<Ok<TodoChanged>, Problem>> AddAsync(AddTodo request, HttpContext context, TodoDesk desk, CancellationToken cancellationToken) =>
        request.Check() is { } invalid ? invalid : Answer(await desk.EraseAsync(request, Actor(context), cancellationToken));

    private static async Task<Results<Ok<TodoChanged>, Problem>> SayAsync(SayTodo word, bool done, HttpContext context, TodoDesk desk, CancellationToken cancellationToken) =>
        word.Check() is { } invalid ? invalid : Answer(await desk.SayAsync(word, done, Actor(context), cancellationToken));

    private static Results<Ok<TodoChanged>, Problem> Answer(TodoAnswer answer) => answer switch
    {
        TodoAnswer.Said said => TypedResults.Ok(new TodoChanged(said.Changed)),
        TodoAnswer.Invalid invalid => Problem.Invalid(invalid.Errors),
        _ => new Problem(ProblemKind.Unavailable),
    };

    private static TodoKind? ParseKind(string name) =>
        Enum.GetValues<TodoKind>().Where(k => JsonNamingPolicy.CamelCase.ConvertName(k.ToString()) == name).Select(k => (TodoKind?)k).FirstOrDefault();

    private static string Actor(HttpContext context) => context.User.Actor ?? "unknown";
}

/// <summary>How many entries are otherwise than before.</summary>
public sealed record TodoChanged(int Changed);

/// <summary>An entry of the list.</summary>
public sealed record TodoWord(TodoKind? Kind, string? Subject);

/// <summary>What was done, or was not after all: either entries by name, or all of one kind that a run made necessary.</summary>
/// <param name="Items">1 to 1,000.</param>
/// <param name="Kind">With <c>run</c>.</param>
/// <param name="Run">Id of the run.</param>
/// <param name="Reason">1 to 500 characters; kept in the audit.</param>
public sealed record SayTodo(IReadOnlyList<TodoWord>? Items, TodoKind? Kind, string? Run, string? Reason)
{
    internal Problem? Check()
    {
        if (string.IsNullOrWhiteSpace(Reason) || Reason.Length > 500) return Problem.Invalid("reason", "1 to 500 characters.");
        if (Run is not null)
        {
            if (Items is not null) return Problem.Invalid("items", "Either items, or a run.");
            if (Kind is null) return Problem.Invalid("kind", "invite, administrator or erase.");
            return RunView.ParseId(Run) is null ? Problem.Invalid("run", "The id of a run.") : null;
        }

        if (Items is not { Count: > 0 and <= 1000 }) return Problem.Invalid("items", "Between 1 and 1,000.");
        for (var i = 0; i < Items.Count; i++)
        {
            if (Items[i]?.Kind is null) return Problem.Invalid($"items[{i}].kind", "invite, administrator or erase.");
            if (string.IsNullOrWhiteSpace(Items[i].Subject)) return Problem.Invalid($"items[{i}].subject", "The member's id.");
        }

        return null;
    }
}

/// <summary>Somebody who is to be erased in the app.</summary>
/// <param name="Kind"><c>erase</c>; the others come by themselves.</param>
/// <param name="Subject">The member's id in snapshots.</param>
/// <param name="Reason">1 to 500 characters; kept in the audit.</param>
public sealed record AddTodo(TodoKind? Kind, string? Subject, string? Reason)
{
    internal Problem? Check() =>
        Kind != TodoKind.Erase ? Problem.Invalid("kind", "erase: the others come by themselves.")
        : string.IsNullOrWhiteSpace(Subject) || Subject.Length > 200 ? Problem.Invalid("subject", "The member's id.")
        : string.IsNullOrWhiteSpace(Reason) || Reason.Length > 500 ? Problem.Invalid("reason", "1 to 500 characters.") : null;
}

/// <summary>How an entry ended.</summary>
/// <param name="As"><c>done</c>: somebody says so; <c>left</c>: the person left the company; <c>over</c>: the account or the company shows that it is not so any more.</param>
public sealed record TodoEndView(DateTimeOffset At, TodoEnd As, string? By, string? Reason);

/// <summary>Something that a person has to do in the app.</summary>
/// <param name="Kind"><c>invite</c>, <c>administrator</c> or <c>erase</c>.</param>
/// <param name="Subject">The member's id in snapshots.</param>
/// <param name="Email">As it was sent last.</param>
/// <param name="Run">The run that made it necessary.</param>
/// <param name="Certain">False: it may have been done already, and nobody can tell.</param>
/// <param name="Done">Null: it is open.</param>
public sealed record TodoView(TodoKind Kind, string Subject, string? Email, DateTimeOffset Since, string? Run, bool Certain, string WhatToDo, TodoEndView? Done)
{
    internal static TodoView Of(TodoItem item, OfficevibeDialect dialect) => new(
        item.Kind, item.Subject, item.Email, item.Since, item.RunId is { } run ? RunView.IdOf(run) : null, item.Certain, What(item.Kind, dialect),
        item is { EndedAt: { } at, End: { } end } ? new(at, end, item.EndedBy, item.Reason) : null);

    private static string What(TodoKind kind, OfficevibeDialect dialect) => (kind, dialect) switch
    {
        (TodoKind.Invite, OfficevibeDialect.Workleap) =>
            "Created while Automatic Invite was off, as far as the settings say (Gateway:Officevibe:InviteNewUsers). Turning it on invites nobody who is there already: invite them in the app.",
        (TodoKind.Invite, _) => "Created without an invitation. Sending again with invitations on invites nobody who is there already: invite them in the app.",
        (TodoKind.Administrator, _) => "Left the company, and is an administrator of the account, whom no sync deactivates: take the role and the access away in the app.",
        (_, OfficevibeDialect.Workleap) => "Erase them in the app. A sync deactivates whoever is absent, and deletes them when they are absent again.",
        _ => "Erase them in the app: a sync only deactivates, and keeps what they said.",
    };
}
