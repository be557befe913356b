using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Gateway.Aggregation;

/// <summary>For <c>dotnet ef migrations add</c>: the schema needs no running gateway.</summary>
internal sealed class DesignTime : IDesignTimeDbContextFactory<ProjectionDb>
{
    public ProjectionDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<ProjectionDb>().UseSqlite("Data Source=design.db").Options);
}
