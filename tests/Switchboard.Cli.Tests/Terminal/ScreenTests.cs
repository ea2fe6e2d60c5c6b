using System.Text;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;
using Switchboard.Cli.Terminal;

namespace Switchboard.Cli.Tests.Terminal;

public sealed class ScreenTests : IDisposable
{
    private readonly MemoryStream _written = new();
    private readonly Screen _screen;

    public ScreenTests() => _screen = new Screen(
        new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.NoColors },
        new RowsAtOnce(_written, isTerminal: true),
        new FakeTimeProvider(new DateTimeOffset(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero)),
        () => 80);

    public void Dispose() => _written.Dispose();

    [Fact]
    public void A_line_has_its_time()
    {
        _screen.Print(("< ", Style.Plain), ("hello [red]", Style.Plain));
        Assert.Equal("03:04:05.678 < hello [red]\n", Written());
    }

    [Fact]
    public void A_line_goes_above_the_one_that_is_typed_which_is_drawn_again_with_its_cursor()
    {
        _screen.ShowTyped("abc", 1);
        Written();
        _screen.Print(("hello", Style.Plain));
        Assert.Equal("\r\e[K03:04:05.678 hello\n\r\e[K> abc\e[2D", Written());
    }

    [Fact]
    public void The_typed_line_goes_and_does_not_come_back()
    {
        _screen.ShowTyped("abc", 3);
        _screen.EndTyping();
        Written();
        _screen.ShowTyped("abcd", 4);
        _screen.Print(("bye", Style.Plain));
        Assert.Equal("03:04:05.678 bye\n", Written());
    }

    /// <summary>What was written since the last time.</summary>
    private string Written()
    {
        var written = Encoding.UTF8.GetString(_written.ToArray());
        _written.SetLength(0);
        return written;
    }
}
