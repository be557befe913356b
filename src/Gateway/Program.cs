using Gateway.EventLog;
using Gateway.Rules;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton(s => RulesReader.Read(s.GetRequiredService<IConfiguration>(), s.GetRequiredService<IHostEnvironment>()));
builder.AddEventLog();

var app = builder.Build();
_ = app.Services.GetRequiredService<RulesInForce>();
await app.Services.MigrateEventLogAsync(CancellationToken.None);
await app.RunAsync();
