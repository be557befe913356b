using Gateway.Operations.CommandLine;

return await GatewayCommandLine.RunAsync(args);
