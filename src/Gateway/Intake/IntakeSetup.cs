using Gateway.Bus;

namespace Gateway.Intake;

/// <summary>The station's parts.</summary>
public static class IntakeSetup
{
    public static void AddIntake(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AmqpDoor>();
        if (builder.Configuration.GetSection(BusOptions.Section).Get<BusOptions>()?.Transport != BusTransport.RabbitMq) return;
        builder.Services.AddHostedService<AmqpIntake>();
    }
}
