using Gateway.Bus;

namespace Gateway.Changes;

/// <summary>The station's parts.</summary>
public static class ChangesSetup
{
    public static void AddChanges(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ChangesOptions>().BindConfiguration(ChangesOptions.Section)
            .Validate(o => o.PollInterval >= TimeSpan.FromMilliseconds(50) && o.PollInterval <= TimeSpan.FromMinutes(1), "Gateway:Changes:PollInterval: between 00:00:00.05 and 00:01:00.")
            .Validate(o => o.KeepAlive >= TimeSpan.FromSeconds(1), "Gateway:Changes:KeepAlive: at least 00:00:01.")
            .Validate(o => o.MaxListeners is >= 0 and <= 10_000, "Gateway:Changes:MaxListeners: between 0 and 10,000.")
            .Validate(o => o.ListenFor >= TimeSpan.FromMinutes(1) && o.ListenFor <= TimeSpan.FromDays(1), "Gateway:Changes:ListenFor: between 00:01:00 and 1.00:00:00.")
            .Validate(o => o.Retention >= TimeSpan.FromHours(1), "Gateway:Changes:Retention: at least 01:00:00.")
            .ValidateOnStart();
        services.AddSingleton<ChangeReader>();
        services.AddSingleton<AnnouncementMover>();
        services.AddSingleton<ChangeListeners>();
        services.AddSingleton<ChangeListener>();
        services.AddSingleton<ChangeTail>();
        services.AddHostedService(s => s.GetRequiredService<ChangeTail>());
        services.AddSingleton<PublishedPosition>();
        services.AddSingleton<PublishLag>();
        services.AddSingleton<ChangePruner>();
        services.AddHostedService(s => s.GetRequiredService<ChangePruner>());
        if (builder.Configuration.GetSection(BusOptions.Section).Get<BusOptions>()?.Transport != BusTransport.RabbitMq) return;
        services.AddSingleton<AmqpOut>();
        services.AddHostedService(s => s.GetRequiredService<AmqpOut>());
        services.AddHealthChecks().AddCheck<PublishHealth>("changes-out");
    }

    /// <summary>Notes where the stream stands. After the migrations, before anything changes.</summary>
    public static async Task PrepareChangesAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        var tail = services.GetRequiredService<ChangeTail>();
        await tail.BeginAsync(cancellationToken);
        if (services.GetRequiredService<BusAddress>().Broker is null) return;
        await services.GetRequiredService<PublishedPosition>().BeginAsync(new ChangeId(tail.Current.Generation, tail.Current.Through), cancellationToken);
    }
}
