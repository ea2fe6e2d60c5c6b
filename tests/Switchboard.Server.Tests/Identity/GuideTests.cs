using System.Diagnostics;
using System.Text;
using Switchboard.Rooms;
using Switchboard.Server.Configuration;
using Switchboard.Server.Identity.Keys;
using Switchboard.Server.Tests.Identity.Support;

namespace Switchboard.Server.Tests.Identity;

/// <summary>The tokens that the guide's snippets make are good. That of C# is compiled with those of the other guides.</summary>
public sealed class GuideTests
{
    private const string Secret = "a secret that is long enough: 0123456789";

    [Theory]
    [InlineData("sh", "part()", "bash", ".sh")]
    [InlineData("js", "import ", "node", ".mjs")]
    public async Task A_snippet_makes_a_token(string language, string beginning, string program, string extension)
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/guide/identity.md"), TestContext.Current.CancellationToken);
        var start = guide.IndexOf($"```{language}\n{beginning}", StringComparison.Ordinal) + $"```{language}\n".Length;
        var snippet = guide[start..guide.IndexOf("```", start, StringComparison.Ordinal)];

        var path = Path.Combine(Path.GetTempPath(), $"switchboard-{Guid.NewGuid():N}{extension}");
        await File.WriteAllTextAsync(path, snippet, TestContext.Current.CancellationToken);
        using var process = Process.Start(new ProcessStartInfo(program, [path]) { RedirectStandardOutput = true, Environment = { ["SECRET"] = Secret } })!;
        var token = (await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).Soon()).Trim();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).Soon();
        File.Delete(path);

        var door = new Door(new AuthSettings { Key = Secret }, new FixedKey(VerificationKey.OfSecret(Encoding.UTF8.GetBytes(Secret))));
        var identity = await door.LetsInAsync(token);
        Assert.Equal("u-1", identity.Publisher);
        Assert.True(RoomName.TryCreate("game-7", out var room, out _));
        Assert.True(identity.Grants.Allows(room, RoomAction.Read));
        Assert.False(identity.Grants.Allows(room, RoomAction.Write));
    }
}
