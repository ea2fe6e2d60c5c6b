using Conformance.CommandLine;

return await Command.RunAsync(args);
