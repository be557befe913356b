using Gateway;

await using var app = await GatewayHost.BuildAsync(args, configure: null, CancellationToken.None);
await app.RunAsync();
