using System.Diagnostics;

namespace Switchboard.Fuzz.Tests;

/// <summary>The program, as it is started by hand.</summary>
public sealed class CommandTests
{
    private static readonly string Corpus = Path.Combine(AppContext.BaseDirectory, "Corpus");

    [Fact]
    public async Task List_names_each_target()
    {
        var (code, said, _) = await Run("list");

        Assert.Equal(0, code);
        Assert.Equal(TargetList.All.Select(target => target.Name), said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task The_short_mode_says_its_seed_and_how_often_each_target_was_run()
    {
        var (code, said, _) = await Run("--seconds", "0.1", "--seed", "7", "close", "frames");

        Assert.Equal(0, code);
        Assert.Contains("seed 7\n", said, StringComparison.Ordinal);
        Assert.Matches("close: [1-9][0-9]* executions, nothing found\nframes: [1-9][0-9]* executions, nothing found\n", said);
    }

    [Fact]
    public async Task An_input_is_fed_again()
    {
        var (code, said, _) = await Run("run", "frames", Path.Combine(Corpus, "frames", "text.bin"), Path.Combine(Corpus, "frames", "control.bin"));

        Assert.Equal(0, code);
        Assert.Equal(2, said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.EndsWith(": nothing found", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Say what to do.")]
    [InlineData("There is no way to do 'dance'.", "dance")]
    [InlineData("There is no target 'dance'; 'list' names them.", "--seconds", "1", "dance")]
    [InlineData("There is no target 'dance'; 'list' names them.", "run", "dance", "file")]
    [InlineData("There is no target 'dance'; 'list' names them.", "afl", "dance")]
    [InlineData("'run' needs the files to feed.", "run", "frames")]
    [InlineData("There is no file 'nowhere'.", "run", "frames", "nowhere")]
    [InlineData("'soon' is not a number of seconds.", "--seconds", "soon")]
    [InlineData("'0' is not a number of seconds.", "--seconds", "0")]
    [InlineData("'x' is not a seed: a seed is a number.", "--seconds", "1", "--seed", "x")]
    public async Task Misuse_is_answered_in_a_sentence(string sentence, params string[] arguments)
    {
        var (code, said, problem) = await Run(arguments);

        Assert.Equal(2, code);
        Assert.Empty(said);
        Assert.StartsWith(sentence + "\n", problem, StringComparison.Ordinal);
        Assert.Contains("Usage:", problem, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Said, string Problem)> Run(params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Switchboard.Fuzz.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var problem = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, (await said).ReplaceLineEndings("\n"), (await problem).ReplaceLineEndings("\n"));
    }
}
