using Gateway.Operations.CommandLine;
using Gateway.Sources.Mapping.Child;

// Before the command line: a child that runs scripts must be up in a moment, and is for no person to start.
return args is [ScriptChild.Verb] ? ScriptChild.Serve() : await GatewayCommandLine.RunAsync(args);
