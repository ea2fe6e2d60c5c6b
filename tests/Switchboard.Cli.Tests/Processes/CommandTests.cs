using System.Text.Json;
using Switchboard.Cli.Tests.Support;

namespace Switchboard.Cli.Tests.Processes;

/// <summary>The program as a whole, and the commands that are soon told.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task Without_a_command_it_shows_its_help_with_examples()
    {
        var result = await ToolProcess.RunAsync("");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("  switchboard [command] [options]", result.Output);
        Assert.Contains("Examples:", result.Output);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("connect")]
    [InlineData("listen")]
    [InlineData("conform")]
    public async Task The_help_of_each_command_has_examples_and_exit_codes(string command)
    {
        var result = await ToolProcess.RunAsync("", command, "--help");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Examples:", result.Output);
        Assert.Contains(result.Output, line => line.StartsWith($"  switchboard {command}", StringComparison.Ordinal));
        Assert.Contains(result.Output, line => line.StartsWith("Exit codes: 0 ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("switchboard knows no 'conect': did you mean connect?", "conect", "ws://localhost:1")]
    [InlineData("switchboard connect knows no '--hedder': did you mean --header?", "connect", "ws://localhost:1", "--hedder", "A: 1")]
    [InlineData("switchboard knows no 'xyzzy'.", "xyzzy")]
    [InlineData("'70000' is not a number from 0 to 65535.", "listen", "--port", "70000")]
    [InlineData("Give the URL of a server, or a client by --client: one of them.", "conform")]
    [InlineData("There is no flag '--nonsense'.", "serve", "--nonsense")]
    public async Task A_mistake_says_what_was_meant_perhaps(string sentence, params string[] args)
    {
        var result = await ToolProcess.RunAsync("", args);
        Assert.Equal((2, sentence), (result.ExitCode, result.Errors[0]));
    }

    [Fact]
    public async Task Says_its_version()
    {
        var result = await ToolProcess.RunAsync("", "--version");
        Assert.Matches(@"^\d+\.\d+\.\d+", Assert.Single(result.Output));
    }

    [Theory]
    [InlineData("switchboard con", "conform connect")]
    [InlineData("switchboard listen --p", "--port --preview")]
    [InlineData("switchboard completion ", "--help -h bash fish zsh")]
    public async Task Bash_completes(string line, string completions)
    {
        await using var shell = ToolProcess.StartShell(
            $"""
            eval "$(switchboard completion bash)"
            COMP_LINE='{line}' COMP_POINT={line.Length} COMP_WORDS=({line} '') COMP_CWORD={line.Count(c => c == ' ')}
            _switchboard
            echo "${"{COMPREPLY[*]}"}"
            """);
        Assert.Equal([completions], (await shell.EndAsync()).Output);
    }

    [Theory]
    [InlineData("zsh", "compdef _switchboard switchboard")]
    [InlineData("fish", "complete -c switchboard -f -a '(__switchboard_suggestions)'")]
    public async Task Other_shells_get_a_script_of_their_own(string shell, string line)
    {
        Assert.Contains(line, (await ToolProcess.RunAsync("", "completion", shell)).Output);
    }

    [Fact]
    public async Task Serves_with_the_flags_that_it_was_given_until_it_is_told_to_stop()
    {
        var data = Directory.CreateTempSubdirectory("switchboard-serve-");
        await using var tool = ToolProcess.Start("serve", "--port=0", $"--data={data.FullName}", "--Switchboard:Rooms:Default:MaxMessageBytes=5");
        var listening = await tool.LineAsync(line => line.StartsWith("Switchboard listens on ", StringComparison.Ordinal));
        var address = new Uri(listening.Split(' ')[3]);
        using var http = new HttpClient();

        Assert.Contains("<title>", await http.GetStringAsync(address, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var tooLong = new StringContent("123456");
        using var answer = await http.PostAsync(new Uri(address, "/rooms/lobby/messages"), tooLong, TestContext.Current.CancellationToken);
        Assert.Equal(413, (int)answer.StatusCode);
        Assert.Equal(["hi"], (await ToolProcess.RunAsync("hi\n", "connect", $"{address.Authority}/echo", "-n", "1")).Output);

        tool.Terminate();
        var result = await tool.EndWithOpenInputAsync();
        Assert.Equal((0, "Switchboard has stopped"), (result.ExitCode, result.Output[^1]));
        data.Delete(recursive: true);
    }

    [Fact]
    public async Task Holds_a_server_against_the_rules_and_writes_what_it_found()
    {
        await using var server = Somebody.WhoEchoes();
        var file = Path.GetTempFileName();

        var result = await ToolProcess.RunAsync("", "conform", server.Url, "--only", "1.1", "--json", file);

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"^1\.1\.1 +OK +§", result.Output[0]);
        Assert.Matches(@"^all +\d+ +0 +0 +0$", result.Output[^1]);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.False(json.RootElement.GetProperty("hasFailures").GetBoolean());
        Assert.Equal("1.1.1", json.RootElement.GetProperty("results")[0].GetProperty("id").GetString());
        Assert.All(json.RootElement.GetProperty("results").EnumerateArray(), item => Assert.Equal("OK", item.GetProperty("verdict").GetString()));
        File.Delete(file);
    }

    [Fact]
    public async Task A_server_that_breaks_a_rule_is_exit_code_1()
    {
        await using var server = Somebody.Who(socket => socket.OnMessage += _ => socket.Send("something else"));
        var result = await ToolProcess.RunAsync("", "conform", server.Url, "--only", "1.1.1");
        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"^1\.1\.1 +FAILED ", result.Output[0]);
        Assert.Contains("saw: ", result.Output[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no WebSocket server at ws://localhost:1/: ", "ws://localhost:1/")]
    [InlineData("No case's id begins with '99'.", "ws://localhost:1/", "--only", "99")]
    [InlineData("The command 'no-such-program' does not start: ", "--client", "no-such-program")]
    public async Task Nothing_to_test_is_exit_code_1(string sentence, params string[] args)
    {
        var result = await ToolProcess.RunAsync("", ["conform", .. args]);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith(sentence, Assert.Single(result.Errors), StringComparison.Ordinal);
    }
}
