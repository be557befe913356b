namespace Gateway.OfficevibeSimulator.Account;

/// <summary>What an administrator, or the vendor, can switch while the account lives. See <see cref="SimulatorOptions"/> for each.</summary>
internal sealed record AccountSettings(
    IReadOnlyList<string> Keys,
    bool IntegrationActive,
    bool PlanIncludesApi,
    AuthenticationFailure AuthenticationFailure,
    int FailureStatus,
    bool ListSkippedRows,
    bool LaterMappingReplaces,
    bool ListDeactivated,
    bool TeamNamesAsPaths,
    WorkleapSettings Workleap)
{
    public static AccountSettings From(SimulatorOptions options) => new(
        [.. options.Keys], options.IntegrationActive, options.PlanIncludesApi, options.AuthenticationFailure, options.FailureStatus,
        options.ListSkippedRows, options.LaterMappingReplaces, options.ListDeactivated, options.TeamNamesAsPaths,
        WorkleapSettings.From(options.Workleap));
}
