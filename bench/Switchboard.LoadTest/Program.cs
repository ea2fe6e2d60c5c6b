using Switchboard.LoadTest;
using Switchboard.LoadTest.CommandLine;
using Switchboard.LoadTest.Interop;
using Switchboard.LoadTest.Modes;
using Switchboard.LoadTest.Rooms;
using Switchboard.LoadTest.Suite;

if (!OperatingSystem.IsLinux())
{
    return Fail("The load test runs on Linux only: it drives epoll and reads /proc.", code: 2);
}

try
{
    var arguments = new Arguments(args);
    OpenFiles.RaiseLimit(); // the servers it starts inherit it
    switch (arguments.Command)
    {
        case "echo":
            Echo.Execute(arguments);
            return 0;
        case "idle":
            Idle.Execute(arguments);
            return 0;
        case "fanout":
            Fanout.Execute(arguments);
            return 0;
        case "connect":
            Connect.Execute(arguments);
            return 0;
        case "compare":
            Compare.Execute(arguments);
            return 0;
        case "log":
            Log.Execute(arguments);
            return 0;
        case "suite":
            SuiteCommand.Execute(arguments);
            return 0;
        case "rooms":
            RoomsCommand.Execute(arguments);
            return 0;
        case "rooms-client":
            RoomsClient.Execute(arguments);
            return 0;
        case "help":
            Console.WriteLine(Usage.Text);
            return 0;
        default:
            throw new UsageException($"There is no command {arguments.Command}.");
    }
}
catch (UsageException mistake)
{
    return Fail($"{mistake.Message}\n\n{Usage.Text}", code: 2);
}
catch (RunFailedException failure)
{
    return Fail(failure.Message, code: 1);
}

static int Fail(string message, int code)
{
    Console.Error.WriteLine(message);
    return code;
}
