namespace Switchboard.Cli.Tests;

public sealed class NearestTests
{
    [Theory]
    [InlineData("conect", "connect")]
    [InlineData("lisen", "listen")]
    [InlineData("srve", "serve")]
    [InlineData("comp", "completion")]
    [InlineData("connectt", "connect")]
    [InlineData("pign", null)]
    [InlineData("xyzzy", null)]
    [InlineData("c", null)]
    [InlineData("", null)]
    public void Finds_what_was_meant(string typed, string? meant) =>
        Assert.Equal(meant, Nearest.Of(typed, ["serve", "connect", "listen", "conform", "completion"]));
}
