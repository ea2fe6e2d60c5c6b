using System.Text;

namespace Switchboard.Rooms.WebSockets.Tests;

public sealed class CloseReasonTextTests
{
    [Theory]
    [InlineData("short", "short")]
    [InlineData("", "")]
    public void Keeps_what_fits(string text, string expected) => Assert.Equal(expected, CloseReasonText.Fit(text));

    [Theory]
    [InlineData("x")]
    [InlineData("é")]
    [InlineData("😀")]
    public void Cuts_between_characters(string character)
    {
        var fitted = CloseReasonText.Fit(string.Concat(Enumerable.Repeat(character, 200)));

        Assert.InRange(Encoding.UTF8.GetByteCount(fitted), 120, 123);
        Assert.Equal(0, fitted.Length % character.Length);
    }
}
