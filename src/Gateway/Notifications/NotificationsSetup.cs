using Gateway.Edge.Outgoing;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Notifications;

/// <summary>The station's parts.</summary>
public static class NotificationsSetup
{
    public static void AddNotifications(this IServiceCollection services)
    {
        services.TryAddSingleton<GuardedHandler>();
        services.AddSingleton<NotificationEndpoints>();
        services.AddSingleton<NoticeQueue>();
        services.AddSingleton<SilenceWatch>();
        services.AddSingleton<NotificationSender>();
        services.AddSingleton<NotificationPruner>();
        services.AddHostedService<NotificationLoop>();
    }
}
