using System.Text.RegularExpressions;
using Switchboard.Cli.Tests.Support;

namespace Switchboard.Cli.Tests.Processes;

/// <summary><c>switchboard connect</c>, as a person uses it.</summary>
public sealed partial class ConnectInTerminalTests
{
    [Fact]
    public async Task What_is_typed_and_what_comes_is_shown_with_its_time_and_colour()
    {
        await using var server = Somebody.WhoEchoes();
        await using var terminal = await ConnectAsync(server);

        await terminal.SayAsync("grüße 🙂");
        var screen = await terminal.ShowsAsync("< grüße 🙂");

        Assert.Equal(
            ["TIME > grüße 🙂", "TIME < grüße 🙂", ">"], screen[^3..].Select(line => Time().Replace(line, "TIME")));
        var colours = await terminal.ColoursAsync();
        Assert.Matches(@"\e\[[0-9;]*m> \e\[[0-9;]*mgrüße", colours);
        Assert.Matches(@"\e\[[0-9;]*m< \e\[[0-9;]*mgrüße", colours);
        await terminal.PressAsync("C-d");
        await EndsAsync(terminal, 0);
    }

    [Fact]
    public async Task A_message_that_comes_while_a_line_is_typed_does_not_tear_it()
    {
        await using var server = Somebody.Who(_ => { });
        await using var terminal = await ConnectAsync(server);
        await terminal.TypeAsync("half a senence");
        await terminal.PressAsync("Left", "Left", "Left", "Left");
        await terminal.ShowsAsync("> half a senence");

        var client = Assert.Single(server.Clients);
        client.Send("one");
        client.Send("two");

        var screen = await terminal.ShowsAsync("< two");
        Assert.EndsWith("< one", screen[^3], StringComparison.Ordinal);
        Assert.EndsWith("< two", screen[^2], StringComparison.Ordinal);
        Assert.Equal("> half a senence", screen[^1]);

        await terminal.TypeAsync("t");
        await terminal.PressAsync("Enter");
        await Patience.Until(() => server.Heard.Contains("half a sentence"));
    }

    [Fact]
    public async Task A_line_longer_than_the_terminal_stays_on_its_row()
    {
        await using var server = Somebody.WhoEchoes();
        await using var terminal = await ConnectAsync(server, width: 40);
        var line = string.Concat(Enumerable.Range(0, 30).Select(i => $"{i:00} "));
        await terminal.TypeAsync(line);
        var screen = await terminal.ShowsAsync("27 28 29");
        Assert.Single(screen, row => row.StartsWith('>'));
        await terminal.PressAsync("Enter");
        await Patience.Until(() => server.Heard.Contains(line));
    }

    [Fact]
    public async Task A_stranger_cannot_write_to_the_terminal_as_it_likes()
    {
        await using var server = Somebody.Who(socket => socket.Send("\e[2J\e[Hgone\r\nforged"));
        await using var terminal = await ConnectAsync(server);
        var screen = await terminal.ShowsAsync(@"< \u001B[2J\u001B[Hgone\r\nforged");
        Assert.Contains(screen, line => line.EndsWith("Connected.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Commands_do_what_the_help_says()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, [1, 2, 255], TestContext.Current.CancellationToken);
        await using var server = Somebody.WhoEchoes();
        await using var terminal = await ConnectAsync(server);

        await terminal.SayAsync("/help");
        await terminal.ShowsAsync("Ctrl-C and Ctrl-D close with 1000.");
        await terminal.SayAsync("/ping");
        await terminal.ShowsAsync(screen => screen.Any(line => Pong().IsMatch(line)));
        await terminal.SayAsync($"/binary {file}");
        await terminal.ShowsAsync("< 3 bytes: AQL/");
        await terminal.SayAsync("/binary no-such-file");
        await terminal.ShowsAsync(screen => screen.Any(line => line.Contains("Could not find file", StringComparison.Ordinal)));
        await terminal.SayAsync("//slash");
        await terminal.ShowsAsync("< /slash");
        await terminal.SayAsync("/pign");
        await terminal.ShowsAsync(screen => screen.Any(line => line.Contains("There is no command /pign: did you mean /ping?", StringComparison.Ordinal)));
        await terminal.SayAsync("/close 999");
        await terminal.ShowsAsync(screen => screen.Any(line => line.Contains("A client closes with 1000", StringComparison.Ordinal)));
        await terminal.SayAsync("/close 3001 bye");
        await EndsAsync(terminal, 3);
        Assert.Equal([(3001, "bye")], server.Closes);
        Assert.Equal(2, server.Heard.Count);
        File.Delete(file);
    }

    [Fact]
    public async Task Arrows_bring_back_what_was_said()
    {
        await using var server = Somebody.WhoEchoes();
        await using var terminal = await ConnectAsync(server);
        await terminal.SayAsync("one");
        await terminal.SayAsync("two");
        await terminal.PressAsync("Up", "Up", "Home", "Delete");
        await terminal.SayAsync("O");
        await terminal.ShowsAsync("< One");
        Assert.Equal(["one", "two", "One"], server.Heard);
    }

    [Theory]
    [InlineData("C-c")]
    [InlineData("C-d")]
    public async Task Ctrl_C_and_Ctrl_D_close_with_1000(string key)
    {
        await using var server = Somebody.WhoEchoes();
        await using var terminal = await ConnectAsync(server);
        await terminal.PressAsync(key);
        var screen = await EndsAsync(terminal, 0);
        Assert.Contains(screen, line => line.EndsWith("Closed: 1000", StringComparison.Ordinal));
        Assert.Equal([(1000, "")], server.Closes);
    }

    [Fact]
    public async Task The_terminal_is_as_it_was_when_the_server_closes()
    {
        await using var server = Somebody.Who(socket => socket.OnMessage += _ => socket.Close(CloseCode.GoingAway, "closing time"));
        await using var terminal = await ConnectAsync(server);
        await terminal.SayAsync("last words");
        var screen = await EndsAsync(terminal, 3);
        Assert.Contains(screen, line => line.EndsWith("Closed: 1001 closing time", StringComparison.Ordinal));
        await terminal.SayAsync("echo what is typed is seen");
        await terminal.ShowsAsync(rows => rows is [.., "$ echo what is typed is seen", "what is typed is seen", "$"]);
    }

    [Fact]
    public async Task A_terminal_that_cannot_move_its_cursor_will_do()
    {
        await using var server = Somebody.WhoEchoes();
        await using var terminal = await TmuxTerminal.OpenAsync();
        await terminal.SayAsync($"TERM=dumb switchboard connect {server.Url}; echo exit code $?");
        await terminal.ShowsAsync(screen => screen.Any(line => line.Contains(" Connected", StringComparison.Ordinal)));
        await terminal.SayAsync("hello");
        await terminal.ShowsAsync("< hello");
        await terminal.PressAsync("C-d");
        await terminal.ShowsAsync("exit code 0");
    }

    [Fact]
    public async Task A_person_may_type_what_is_answered_into_a_file()
    {
        var file = Path.GetTempFileName();
        await using var server = Somebody.WhoEchoes();
        await using var terminal = await TmuxTerminal.OpenAsync();
        await terminal.SayAsync($"switchboard connect {server.Url} --no-compression > {file}; echo exit code $?");
        await terminal.ShowsAsync("Connected.");
        await terminal.SayAsync("/text /one");
        await terminal.SayAsync("two");
        await Patience.Until(() => server.Heard.Count == 2 && File.ReadAllLines(file) is ["/one", "two"]);
        await terminal.SayAsync("/close 3000");
        await terminal.ShowsAsync("exit code 3");
        File.Delete(file);
    }

    [Fact]
    public async Task Listen_shows_frames_in_colour_and_Tab_completes()
    {
        await using var terminal = await TmuxTerminal.OpenAsync();
        await terminal.SayAsync("eval \"$(switchboard completion bash)\"; clear");
        await terminal.ShowsAsync(screen => screen is ["$"]);
        await terminal.TypeAsync("switchboard lis");
        await terminal.PressAsync("Tab");
        await terminal.ShowsAsync(screen => screen is ["$ switchboard listen"]);
        await terminal.TypeAsync("--por");
        await terminal.PressAsync("Tab");
        await terminal.ShowsAsync(screen => screen is ["$ switchboard listen --port"]);
        await terminal.SayAsync("0");
        var screen = await terminal.ShowsAsync("(press Ctrl-C to stop)");
        var address = screen.First(line => line.StartsWith("Listening on ws://127.0.0.1", StringComparison.Ordinal)).Split(' ')[2];

        await ToolProcess.RunAsync("hello\n", "connect", address, "-n", "1");

        await terminal.ShowsAsync("> text FIN, 5 bytes: \"hello\"");
        Assert.Matches(@"\e\[[0-9;]*m> \e\[[0-9;]*mtext FIN", await terminal.ColoursAsync());
        await terminal.PressAsync("C-c");
        await terminal.SayAsync("echo exit code $?");
        await terminal.ShowsAsync("exit code 0");
    }

    private static async Task<TmuxTerminal> ConnectAsync(Somebody server, int width = 100)
    {
        var terminal = await TmuxTerminal.OpenAsync(width);
        await terminal.SayAsync($"clear; switchboard connect {server.Url} --no-compression; echo exit code $?");
        await terminal.ShowsAsync(screen => screen is [.., ">"]);
        return terminal;
    }

    private static Task<string[]> EndsAsync(TmuxTerminal terminal, int exitCode) =>
        terminal.ShowsAsync(screen => screen is [.., var last, "$"] && last == $"exit code {exitCode}");

    [GeneratedRegex(@"^\d\d:\d\d:\d\d\.\d{3}")]
    private static partial Regex Time();

    [GeneratedRegex(@" Pong after \d+\.\d ms\.$")]
    private static partial Regex Pong();
}
