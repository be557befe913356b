using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Gateway.EventLog;

/// <summary>For <c>dotnet ef migrations add</c>: the schema needs no running gateway.</summary>
internal sealed class DesignTime : IDesignTimeDbContextFactory<GatewayDb>
{
    public GatewayDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<GatewayDb>().UseSqlite("Data Source=design.db").Options);
}
