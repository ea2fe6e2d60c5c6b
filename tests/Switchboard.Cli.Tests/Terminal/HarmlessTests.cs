using Switchboard.Cli.Terminal;

namespace Switchboard.Cli.Tests.Terminal;

public sealed class HarmlessTests
{
    [Theory]
    [InlineData("plain text, grüße, 電話 🙂")]
    [InlineData("a family: 👨\u200D👩\u200D👧")]
    [InlineData(@"a backslash \n that was sent as two characters")]
    public void What_can_be_seen_stays(string text) => Assert.Equal(text, Harmless.Escape(text));

    [Theory]
    [InlineData("two\nlines\r\n", @"two\nlines\r\n")]
    [InlineData("a\tb", @"a\tb")]
    [InlineData("\e[2J\e]0;title\a", @"\u001B[2J\u001B]0;title\u0007")]
    [InlineData("\0\u007F\u009B", @"\u0000\u007F\u009B")]
    [InlineData("left\u202Etfel", @"left\u202Etfel")]
    [InlineData("\uFEFF\u2028\u2029", @"\uFEFF\u2028\u2029")]
    [InlineData("\U000E0041", @"\U000E0041")]
    public void What_a_terminal_would_obey_is_escaped(string text, string expected) => Assert.Equal(expected, Harmless.Escape(text));

    [Fact]
    public void Half_of_a_pair_is_replaced() => Assert.Equal("\uFFFD", Harmless.Escape("\uD83D"));
}
