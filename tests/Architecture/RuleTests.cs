namespace Switchboard.Architecture;

/// <summary>The rules of the house that the compiler is asked to keep.</summary>
public sealed class RuleTests
{
    [Fact]
    public void The_core_is_kept_pure_by_the_banned_api_analyzer()
    {
        var project = Repository.Projects("src")["Switchboard.Protocol"];
        Assert.Contains("Microsoft.CodeAnalysis.BannedApiAnalyzers", Repository.Includes(project, "PackageReference"));

        var banned = File.ReadAllLines(Path.Combine(Repository.Root, "src/Switchboard.Protocol/BannedSymbols.txt"));
        string[] impure = ["N:System.Net.Sockets;", "N:System.Threading.Tasks;", "T:System.IO.Stream;", "T:System.TimeProvider;"];
        Assert.All(impure, symbol => Assert.Contains(banned, line => line.StartsWith(symbol, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_library_declares_its_public_api()
    {
        Assert.All(
            Repository.Projects("src").Keys,
            name => Assert.True(File.Exists(Path.Combine(Repository.Root, "src", name, "PublicAPI.Unshipped.txt")), $"{name} has no PublicAPI.Unshipped.txt."));
    }

    [Fact]
    public void Package_versions_stand_in_one_place()
    {
        string[] folders = ["src", "app", "tests", "samples", "bench", "fuzz"];
        var pinnedElsewhere = folders.SelectMany(folder => Repository.Projects(folder))
            .Where(project => project.Value.Descendants("PackageReference").Any(reference => reference.Attribute("Version") is not null))
            .Select(project => project.Key);
        Assert.Empty(pinnedElsewhere);
    }

    [Fact]
    public void Rooms_know_no_web_socket()
    {
        var mentions = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src/Switchboard.Rooms"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .Where(file => File.ReadLines(file).Any(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && line.Contains("WebSocket", StringComparison.Ordinal)));
        Assert.Empty(mentions);
    }
}
