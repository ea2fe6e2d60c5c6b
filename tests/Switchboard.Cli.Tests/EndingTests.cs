using Switchboard.Cli.Connecting;

namespace Switchboard.Cli.Tests;

public sealed class EndingTests
{
    [Theory]
    [InlineData(true, true, 1000, 0)]
    [InlineData(true, true, 1005, 0)]
    [InlineData(false, false, 1006, 1)]
    [InlineData(true, true, 1001, 3)]
    [InlineData(true, true, 3000, 3)]
    [InlineData(true, false, 1006, 4)]
    public void The_exit_code_tells_how_it_ended(bool wasOpen, bool wasClean, int code, int exitCode) =>
        Assert.Equal(exitCode, new Ending("ws://localhost/", wasOpen, code, "", wasClean ? null : "Something broke.").ExitCode);
}
