using System.Diagnostics;

namespace Switchboard.Cli.Tests.Support;

/// <summary>A real terminal: a shell in tmux, with a server of tmux of its own.</summary>
internal sealed class TmuxTerminal : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("switchboard-cli-").FullName;

    private TmuxTerminal()
    {
    }

    /// <summary>Opens one, with a shell whose prompt is "$ " and in which the tool is a command, <c>switchboard</c>.</summary>
    internal static async Task<TmuxTerminal> OpenAsync(int width = 100, int height = 30)
    {
        var terminal = new TmuxTerminal();
        var settings = Path.Combine(terminal._folder, "bashrc");
        await File.WriteAllTextAsync(
            settings, $"PS1='$ '\nswitchboard() {{ '{ToolProcess.DotNet}' '{ToolProcess.Assembly}' \"$@\"; }}\n");
        await terminal.TmuxAsync(
            "-f", "/dev/null", "new-session", "-d", "-x", $"{width}", "-y", $"{height}",
            $"env TERM=screen-256color LC_ALL=C.UTF-8 bash --noprofile --rcfile '{settings}' -i");
        await terminal.ShowsAsync(screen => screen is ["$"]);
        return terminal;
    }

    /// <summary>Types text, and Enter behind it.</summary>
    internal async Task SayAsync(string text)
    {
        await TypeAsync(text);
        await PressAsync("Enter");
    }

    internal Task TypeAsync(string text) => TmuxAsync("send-keys", "-l", "--", text);

    /// <summary>Presses keys, by tmux's names for them: Up, C-c, Tab.</summary>
    internal Task PressAsync(params string[] keys) => TmuxAsync(["send-keys", .. keys]);

    /// <summary>Waits until the screen is as it must be, and gives its lines, those at the end that are empty left out.</summary>
    internal async Task<string[]> ShowsAsync(Func<string[], bool> isSo)
    {
        string[] screen = [];
        try
        {
            await Patience.Until(async () => isSo(screen = await CaptureAsync()));
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The screen never came to be as it must. It was:\n{string.Join('\n', screen)}");
        }

        return screen;
    }

    /// <summary>Waits for a line that ends like this.</summary>
    internal Task<string[]> ShowsAsync(string endOfLine) => ShowsAsync(screen => screen.Any(line => line.EndsWith(endOfLine, StringComparison.Ordinal)));

    /// <summary>The screen with its colours, as escape sequences.</summary>
    internal async Task<string> ColoursAsync() => string.Join('\n', (await TmuxAsync("capture-pane", "-p", "-e")).Output);

    public async ValueTask DisposeAsync()
    {
        await TmuxAsync("kill-server");
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string[]> CaptureAsync()
    {
        var lines = (await TmuxAsync("capture-pane", "-p")).Output;
        return lines[..(Array.FindLastIndex(lines, line => line.Length > 0) + 1)];
    }

    private async Task<ToolProcess.Result> TmuxAsync(params string[] args)
    {
        var result = await ToolProcess.RunAsync(new ProcessStartInfo("tmux", ["-S", Path.Combine(_folder, "tmux"), .. args]));
        Assert.True(result.ExitCode == 0, $"tmux {string.Join(' ', args)}: {string.Join('\n', result.Errors)}");
        return result;
    }
}
