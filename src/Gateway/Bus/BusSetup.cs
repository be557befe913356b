using Microsoft.Extensions.Options;

namespace Gateway.Bus;

/// <summary>Where messages go.</summary>
public static class BusSetup
{
    public static void AddBus(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<BusOptions>().BindConfiguration(BusOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton(s => BusAddress.Read(s.GetRequiredService<IConfiguration>(), s.GetRequiredService<IOptions<BusOptions>>().Value));
    }
}
