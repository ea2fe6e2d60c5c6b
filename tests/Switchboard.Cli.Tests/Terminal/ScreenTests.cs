using Microsoft.Extensions.Time.Testing;
using Spectre.Console;
using Switchboard.Cli.Terminal;

namespace Switchboard.Cli.Tests.Terminal;

public sealed class ScreenTests : IDisposable
{
    private readonly StringWriter _written = new();
    private readonly Screen _screen;

    public ScreenTests()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(_written),
        });
        console.Profile.Width = short.MaxValue;
        _screen = new Screen(console, new FakeTimeProvider(new DateTimeOffset(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero)), () => 80);
    }

    public void Dispose() => _written.Dispose();

    [Fact]
    public void A_line_has_its_time()
    {
        _screen.Print(("< ", Style.Plain), ("hello [red]", Style.Plain));
        Assert.Equal("03:04:05.678 < hello [red]\n", _written.ToString());
    }

    [Fact]
    public void A_line_goes_above_the_one_that_is_typed_which_is_drawn_again_with_its_cursor()
    {
        _screen.ShowTyped("abc", 1);
        _written.GetStringBuilder().Clear();
        _screen.Print(("hello", Style.Plain));
        Assert.Equal("\r\e[K03:04:05.678 hello\n\r\e[K> abc\e[2D", _written.ToString());
    }

    [Fact]
    public void The_typed_line_goes_and_does_not_come_back()
    {
        _screen.ShowTyped("abc", 3);
        _screen.EndTyping();
        _written.GetStringBuilder().Clear();
        _screen.ShowTyped("abcd", 4);
        _screen.Print(("bye", Style.Plain));
        Assert.Equal("03:04:05.678 bye\n", _written.ToString());
    }
}
