using Switchboard.Cli.Tests.Support;

namespace Switchboard.Cli.Tests.Processes;

/// <summary><c>switchboard connect</c>, as scripts use it.</summary>
public sealed class ConnectInPipesTests
{
    [Fact]
    public async Task Each_line_is_sent_and_each_message_is_a_line_and_nothing_else_is()
    {
        await using var server = Somebody.WhoEchoes();

        var result = await ToolProcess.RunAsync("hi\n\n/ping is no command here\ngrüße 🙂\n", "connect", server.Url, "--count", "4");

        Assert.Equal(["hi", "", "/ping is no command here", "grüße 🙂"], result.Output);
        Assert.Equal(["Connected (permessage-deflate; server_no_context_takeover; client_no_context_takeover).", "Closed: 1000"], result.Errors);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal([(1000, "")], server.Closes);
    }

    [Fact]
    public async Task A_last_line_without_its_end_is_sent_too()
    {
        await using var server = Somebody.WhoEchoes();
        Assert.Equal(["hi"], (await ToolProcess.RunAsync("hi", "connect", server.Url, "-n", "1")).Output);
    }

    [Theory]
    [InlineData("base64", "AAH/")]
    [InlineData("hex", "0001ff")]
    public async Task A_message_stays_on_its_line(string form, string binary)
    {
        await using var server = Somebody.Who(socket =>
        {
            socket.Send("two\nlines\r\n");
            socket.Send([0, 1, 255]);
            socket.Send("\e[2J\\n");
        });

        var result = await ToolProcess.RunAsync("", "connect", server.Url, "--count", "3", "--binary", form);

        Assert.Equal([@"two\nlines\r\n", binary, "\e[2J\\n"], result.Output);
    }

    [Fact]
    public async Task The_end_of_the_input_ends_it_after_the_wait()
    {
        await using var server = Somebody.Who(_ => { });
        var result = await ToolProcess.RunAsync("one\ntwo\n", "connect", server.Url, "--wait", "0");
        Assert.Equal((0, ""), (result.ExitCode, string.Concat(result.Output)));
        Assert.Equal(["one", "two"], server.Heard);
        Assert.Equal([(1000, "")], server.Closes);
    }

    [Fact]
    public async Task It_waits_for_as_long_as_it_is_told()
    {
        await using var server = Somebody.Who(_ => { });
        await using var tool = ToolProcess.Start("connect", server.Url, "--wait", "forever");
        var end = tool.EndAsync("ready\n");
        await Patience.Until(() => !server.Heard.IsEmpty);
        var client = Assert.Single(server.Clients);
        client.Send("late");
        client.Close(CloseCode.NormalClosure, "enough");

        var result = await end;

        Assert.Equal(["late"], result.Output);
        Assert.Equal("Closed: 1000 enough", result.Errors[^1]);
        Assert.Equal(0, result.ExitCode);
    }

    [Theory]
    [InlineData(1000, "", 0, "Closed: 1000")]
    [InlineData(1001, "gone", 3, "Closed: 1001 gone")]
    [InlineData(3001, "\e[31mred", 3, @"Closed: 3001 \u001B[31mred")]
    public async Task The_exit_code_tells_how_the_server_has_closed(int code, string reason, int exitCode, string notice)
    {
        await using var server = Somebody.Who(socket => socket.Close((CloseCode)code, reason));
        await using var tool = ToolProcess.Start("connect", server.Url);
        var result = await tool.EndWithOpenInputAsync();
        Assert.Equal((exitCode, notice), (result.ExitCode, result.Errors[^1]));
    }

    [Fact]
    public async Task A_close_without_a_code_is_clean()
    {
        await using var server = Somebody.Who(socket => socket.Close());
        await using var tool = ToolProcess.Start("connect", server.Url);
        var result = await tool.EndWithOpenInputAsync();
        Assert.Equal((0, "Closed without a code."), (result.ExitCode, result.Errors[^1]));
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_exit_code_4()
    {
        await using var server = Somebody.Who(socket => socket.OnMessage += _ => socket.Abort());
        var result = await ToolProcess.RunAsync("cut\n", "connect", server.Url, "--wait", "forever");
        Assert.Equal(4, result.ExitCode);
        Assert.StartsWith("The connection was cut off (1006): ", result.Errors[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_exit_code_1()
    {
        var server = Somebody.Who(_ => { });
        var url = server.Url;
        await server.DisposeAsync();

        var result = await ToolProcess.RunAsync("", "connect", url);

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.StartsWith($"No connection to {url}: ", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_and_subprotocols_go_with_the_request()
    {
        await using var server = Somebody.Who(_ => { }, new WebSocketServerOptions { Subprotocols = ["chat"], Compression = null });

        var result = await ToolProcess.RunAsync(
            "", "connect", server.Url + "room?a=b", "--wait", "0", "-s", "superchat", "-s", "chat", "-H", "X-One: 1:2", "-H", "X-Two:two", "--no-compression");

        var request = Assert.Single(server.Requests);
        Assert.Equal(("1:2", "two"), (request.Header("X-One"), request.Header("X-Two")));
        Assert.Equal(["superchat", "chat"], request.Subprotocols);
        Assert.Equal(("/room", "?a=b"), (request.Path, request.QueryString));
        Assert.Null(request.Header("Sec-WebSocket-Extensions"));
        Assert.Equal("Connected (subprotocol chat).", result.Errors[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_signal_closes_in_good_order(bool isTerminated)
    {
        await using var server = Somebody.Who(_ => { });
        await using var tool = ToolProcess.Start("connect", server.Url);
        await Patience.Until(() => !server.Clients.IsEmpty && tool.Errors.Length > 0);
        (isTerminated ? (Action)tool.Terminate : tool.Interrupt)();
        Assert.Equal(0, (await tool.EndWithOpenInputAsync()).ExitCode);
        Assert.Equal([(1000, "")], server.Closes);
    }

    [Fact]
    public async Task It_ends_when_nobody_reads_it_any_more()
    {
        await using var server = Somebody.WhoEchoes();
        await using var shell = ToolProcess.StartShell($"yes | switchboard connect {server.Url} --wait forever | head -n 2; echo ${{PIPESTATUS[1]}}");
        Assert.Equal(["y", "y", "0"], (await shell.EndAsync()).Output);
    }

    [Fact]
    public async Task It_writes_into_a_file_where_others_write_too()
    {
        var file = Path.GetTempFileName();
        await using var server = Somebody.WhoEchoes();
        await using var shell = ToolProcess.StartShell($"{{ echo before; echo hi | switchboard connect {server.Url} -n 1; echo after; }} > {file}");
        await shell.EndAsync();
        Assert.Equal(["before", "hi", "after"], await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken));
        File.Delete(file);
    }

    [Theory]
    [InlineData("connect")]
    [InlineData("connect", "ftp://example.com")]
    [InlineData("connect", "ws://example.com/#fragment")]
    [InlineData("connect", "ws://localhost:1", "--count", "0")]
    [InlineData("connect", "ws://localhost:1", "--wait", "soon")]
    [InlineData("connect", "ws://localhost:1", "--binary", "octal")]
    [InlineData("connect", "ws://localhost:1", "--header", "nonsense")]
    [InlineData("connect", "ws://localhost:1", "-H", "A: 1", "-H", "a: 2")]
    [InlineData("connect", "ws://localhost:1", "-s", "not a token")]
    [InlineData("connect", "ws://localhost:1", "--nonsense")]
    public async Task What_is_not_understood_is_exit_code_2_and_a_sentence(params string[] args)
    {
        var result = await ToolProcess.RunAsync("", args);
        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.NotEmpty(result.Errors);
        Assert.DoesNotContain(result.Errors, line => line.Contains("   at ", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));
    }
}
