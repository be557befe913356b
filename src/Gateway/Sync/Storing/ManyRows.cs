using System.Data.Common;
using Gateway.EventLog;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Gateway.Sync.Storing;

/// <summary>Rows for everybody, as a first sync has them: by the hundred, in a statement that is made once.</summary>
internal static class ManyRows
{
    private const int AtOnce = 400;

    /// <param name="db">In a transaction.</param>
    /// <param name="into">The table and its columns: those of <paramref name="same"/>, then those of each row. No text from outside.</param>
    /// <param name="same">What all rows have.</param>
    /// <param name="rows">What they have besides; all of one length.</param>
    /// <param name="conflict">What becomes of a row that is there already. No text from outside.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    public static async Task InsertAsync(GatewayDb db, string into, object[] same, IEnumerable<string[]> rows, string conflict, CancellationToken cancellationToken)
    {
        DbCommand? command = null;
        try
        {
            foreach (var some in rows.Chunk(AtOnce))
            {
                var width = some[0].Length;
                // At first, and when the last ones are fewer.
                if (command?.Parameters.Count != same.Length + (width * some.Length))
                {
                    command?.Dispose();
                    command = Statement(db, into, same, some.Length, width, conflict);
                }

                for (var i = 0; i < width * some.Length; i++) command.Parameters[same.Length + i].Value = some[i / width][i % width];
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
        }
        finally
        {
            command?.Dispose();
        }
    }

    private static DbCommand Statement(GatewayDb db, string into, object[] same, int rows, int width, string conflict)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        foreach (var value in same.Concat(Enumerable.Repeat("", rows * width)))
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ($"@p{command.Parameters.Count}", value);
            command.Parameters.Add(parameter);
        }

        var first = string.Concat(Enumerable.Range(0, same.Length).Select(i => $"@p{i},"));
        var values = Enumerable.Range(0, rows).Select(row => $"({first}{string.Join(',', Enumerable.Range(same.Length + (row * width), width).Select(i => $"@p{i}"))})");
#pragma warning disable CA2100 // Names of columns and of parameters.
        command.CommandText = $"INSERT INTO {into} VALUES {string.Join(',', values)} {conflict}";
#pragma warning restore CA2100
        return command;
    }
}
