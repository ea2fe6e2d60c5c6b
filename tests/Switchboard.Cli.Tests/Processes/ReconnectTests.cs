using System.Net;
using System.Net.Sockets;
using Switchboard.Cli.Tests.Support;

namespace Switchboard.Cli.Tests.Processes;

/// <summary><c>switchboard connect --reconnect</c>: what happens between two connections.</summary>
public sealed class ReconnectTests
{
    [Fact]
    public async Task In_a_pipe_the_lines_go_on_with_the_next_connection()
    {
        await using var server = Somebody.Who(socket => socket.OnMessage += message =>
        {
            if (message.Text == "cut")
            {
                socket.Abort();
            }
            else
            {
                socket.Send(message);
            }
        });
        await using var tool = ToolProcess.Start("connect", server.Url, "--reconnect", "--count", "2", "--no-compression");

        await tool.Input.WriteLineAsync("one");
        await tool.LineAsync(line => line == "one");
        await tool.Input.WriteLineAsync("cut");
        await tool.NoticeAsync(line => line.StartsWith("Trying again in ", StringComparison.Ordinal));
        await tool.Input.WriteLineAsync("two");
        var result = await tool.EndWithOpenInputAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["one", "two"], result.Output);
        Assert.Equal(2, server.Clients.Count);
        Assert.Equal(5, result.Errors.Length);
        Assert.Equal("Connected.", result.Errors[0]);
        Assert.StartsWith("The connection was cut off (1006): ", result.Errors[1], StringComparison.Ordinal);
        Assert.Matches(@"^Trying again in 0\.\d s\.$", result.Errors[2]);
        Assert.Equal(["Connected.", "Closed: 1000"], result.Errors[3..]);
    }

    [Fact]
    public async Task It_waits_for_a_server_that_is_not_there_yet()
    {
        var port = FreePort();
        await using var tool = ToolProcess.Start("connect", $"ws://127.0.0.1:{port}", "--reconnect", "--count", "1");
        await tool.NoticeAsync(line => line.StartsWith("Trying again in ", StringComparison.Ordinal));
        Assert.StartsWith($"No connection to ws://127.0.0.1:{port}/: ", tool.Errors[0], StringComparison.Ordinal);

        await using var server = Somebody.Who(socket => socket.Send("here I am"), new WebSocketServerOptions { Port = port });

        var result = await tool.EndWithOpenInputAsync();
        Assert.Equal((0, "here I am"), (result.ExitCode, Assert.Single(result.Output)));
    }

    [Theory]
    [InlineData(1000, 0)]
    [InlineData(1008, 3)]
    public async Task A_close_that_was_meant_is_the_end(int code, int exitCode)
    {
        await using var server = Somebody.Who(socket => socket.Close((CloseCode)code, "enough"));
        await using var tool = ToolProcess.Start("connect", server.Url, "--reconnect");
        var result = await tool.EndWithOpenInputAsync();
        Assert.Equal((exitCode, $"Closed: {code} enough"), (result.ExitCode, result.Errors[^1]));
        Assert.Single(server.Clients);
    }

    [Fact]
    public async Task A_refusal_is_the_end()
    {
        await using var server = Somebody.Who(_ => { }, new WebSocketServerOptions { Path = "/chat" });
        var result = await ToolProcess.RunAsync("", "connect", server.Url, "--reconnect");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(" 404 ", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_ends_the_waiting_too()
    {
        await using var tool = ToolProcess.Start("connect", $"ws://127.0.0.1:{FreePort()}", "--reconnect");
        await tool.NoticeAsync(line => line.StartsWith("Trying again in ", StringComparison.Ordinal));
        tool.Terminate();
        Assert.Equal(1, (await tool.EndWithOpenInputAsync()).ExitCode);
    }

    [Fact]
    public async Task A_person_goes_on_typing_while_the_server_is_killed_and_started_again()
    {
        var port = FreePort();
        await using var first = await ListenAsync(port);

        // Room for as many attempts as there are until the server is there again.
        await using var terminal = await TmuxTerminal.OpenAsync(width: 150, height: 100);
        await terminal.SayAsync($"clear; switchboard connect 127.0.0.1:{port} --reconnect --no-compression; echo exit code $?");
        await terminal.ShowsAsync(screen => screen is [.., ">"]);
        await terminal.SayAsync("one");
        await terminal.ShowsAsync("< one");
        await terminal.TypeAsync("half a ");

        await first.KillAsync();

        var screen = await terminal.ShowsAsync(rows => rows.Any(row => row.Contains(" Trying again in ", StringComparison.Ordinal)));
        Assert.Contains(screen, row => row.Contains(" The connection was cut off (1006): ", StringComparison.Ordinal));
        Assert.Equal("> half a", screen[^1]);
        await terminal.SayAsync("line");
        await terminal.ShowsAsync(" It will be sent when there is a connection again.");
        await terminal.SayAsync("/ping");
        await terminal.ShowsAsync(" No ping was sent: there is no connection.");

        await using var second = await ListenAsync(port);

        screen = await terminal.ShowsAsync("< half a line");
        Assert.Equal(2, screen.Count(row => row.EndsWith(" Connected.", StringComparison.Ordinal)));
        await terminal.SayAsync("/ping");
        await terminal.ShowsAsync(rows => rows.Any(row => row.Contains(" Pong after ", StringComparison.Ordinal)));
        await terminal.PressAsync("C-d");
        await terminal.ShowsAsync("exit code 0");
    }

    [Fact]
    public async Task Ctrl_C_gives_up_the_waiting()
    {
        await using var terminal = await TmuxTerminal.OpenAsync();
        await terminal.SayAsync($"clear; switchboard connect 127.0.0.1:{FreePort()} --reconnect; echo exit code $?");
        await terminal.ShowsAsync(rows => rows.Any(row => row.Contains(" Trying again in ", StringComparison.Ordinal)));
        await terminal.PressAsync("C-c");
        await terminal.ShowsAsync("exit code 1");
    }

    private static async Task<ToolProcess> ListenAsync(int port)
    {
        var tool = ToolProcess.Start("listen", "--host", "127.0.0.1", "--port", $"{port}");
        await tool.LineAsync(line => line.StartsWith("Listening on ", StringComparison.Ordinal));
        return tool;
    }

    // One at which nobody listens at the moment.
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
