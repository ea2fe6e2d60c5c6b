return await Switchboard.Cli.Commands.SwitchboardCommand.RunAsync(args);
