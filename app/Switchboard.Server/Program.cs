return await Switchboard.Server.ServerProgram.RunAsync(args);
