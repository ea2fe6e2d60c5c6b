namespace Switchboard.Browser;

/// <summary>The system's own Chromium; nothing is downloaded.</summary>
internal static class Chromium
{
    private const string Variable = "SWITCHBOARD_CHROMIUM";

    private static readonly string[] Usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    public static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    public static string Find()
    {
        string[] candidates = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen ? [chosen] : Usual;
        return candidates.FirstOrDefault(File.Exists) ?? throw new FileNotFoundException(
            $"The browser tests need Chromium at {string.Join(" or ", candidates)}: "
            + $"install it (on Debian and Ubuntu: apt-get install chromium), or name another one in {Variable}.");
    }
}
