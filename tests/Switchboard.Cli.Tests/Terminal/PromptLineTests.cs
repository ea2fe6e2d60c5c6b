using Switchboard.Cli.Terminal;

namespace Switchboard.Cli.Tests.Terminal;

public sealed class PromptLineTests
{
    [Theory]
    [InlineData("", 0, "> ", 0)]
    [InlineData("hello", 5, "> hello", 0)]
    [InlineData("hello", 2, "> hello", 3)]
    [InlineData("電話", 0, "> 電話", 4)]
    [InlineData("🙂", 0, "> 🙂", 2)]
    [InlineData("a\eb", 3, @"> a\u001Bb", 0)]
    public void Shows_the_line_and_where_the_cursor_is(string text, int cursor, string row, int back) =>
        Assert.Equal((row, back), PromptLine.Render(text, cursor, 80));

    [Theory]
    [InlineData(26, "> rstuvwxyz", 0)]
    [InlineData(0, "> abcdefghi", 9)]
    [InlineData(20, "> lmnopqrst", 0)]
    [InlineData(4, "> abcdefghi", 5)]
    public void Shows_the_part_around_the_cursor_of_a_line_that_is_longer_than_the_terminal(int cursor, string row, int back) =>
        Assert.Equal((row, back), PromptLine.Render("abcdefghijklmnopqrstuvwxyz", cursor, 12));

    [Fact]
    public void A_terminal_without_a_width_is_no_fault() => Assert.Equal("> c", PromptLine.Render("abc", 3, 0).Row);
}
