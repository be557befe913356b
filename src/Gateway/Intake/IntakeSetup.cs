using Gateway.Bus;

namespace Gateway.Intake;

/// <summary>The station's parts.</summary>
public static class IntakeSetup
{
    public static void AddIntake(this WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetSection(BusOptions.Section).Get<BusOptions>()?.Transport != BusTransport.RabbitMq) return;
        builder.Services.AddSingleton<AmqpDoor>();
        builder.Services.AddHostedService<AmqpIntake>();
    }
}
