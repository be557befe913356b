using Gateway.Aggregation;
using Gateway.EventLog;
using Gateway.Intake;
using Gateway.Operations;
using Gateway.Rules;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton(s => RulesReader.Read(s.GetRequiredService<IConfiguration>(), s.GetRequiredService<IHostEnvironment>()));
builder.AddOperations();
builder.AddEventLog();
builder.AddAggregation();

var app = builder.Build();
_ = app.Services.GetRequiredService<RulesInForce>();
await app.Services.MigrateEventLogAsync(CancellationToken.None);
await app.Services.MigrateAggregationAsync(CancellationToken.None);
app.UseOperations();
app.MapOperations();
app.MapIntake();
await app.RunAsync();
