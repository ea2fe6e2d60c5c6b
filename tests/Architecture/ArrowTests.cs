namespace Switchboard.Architecture;

/// <summary>Who may reference whom. A new project has no arrows until this map gives it some.</summary>
public sealed class ArrowTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Switchboard.Protocol"] = [],
        ["Switchboard.Transports"] = [],
        ["Switchboard.Transports.Linux"] = ["Switchboard.Transports"],
        ["Switchboard.Rooms"] = [],
        ["Switchboard"] = ["Switchboard.Protocol", "Switchboard.Transports", "Switchboard.Transports.Linux"],
        ["Switchboard.AspNetCore"] = ["Switchboard"],
        ["Switchboard.Rooms.Sqlite"] = ["Switchboard.Rooms"],
        ["Switchboard.Rooms.WebSockets"] = ["Switchboard.Rooms", "Switchboard"],

        // Its raw client and server must not share a fault with what they test.
        ["Switchboard.Conformance"] = [],

        // The composition root: it may reference all of src, and nobody references it but its tests, and the command line, which runs it.
        ["Switchboard.Server"] =
        [
            "Switchboard", "Switchboard.AspNetCore", "Switchboard.Protocol", "Switchboard.Rooms", "Switchboard.Rooms.Sqlite",
            "Switchboard.Rooms.WebSockets", "Switchboard.Transports", "Switchboard.Transports.Linux",
        ],

        // docs/decisions/0011: serve runs the server in the tool's own process.
        ["Switchboard.Cli"] = ["Switchboard", "Switchboard.Transports", "Switchboard.Conformance", "Switchboard.Server"],
    };

    public static TheoryData<string> Projects => [.. Existing.Keys];

    private static Dictionary<string, string[]> Existing => Repository.Projects("src").Concat(Repository.Projects("app"))
        .ToDictionary(
            project => project.Key,
            project => Repository.Includes(project.Value, "ProjectReference").Select(NameOf).ToArray());

    [Theory]
    [MemberData(nameof(Projects))]
    public void References_only_what_the_map_allows(string project)
    {
        Assert.True(Arrows.ContainsKey(project), $"{project} is not in the arrow map: say there what it may reference.");
        Assert.Empty(Existing[project].Except(Arrows[project]));
    }

    [Fact]
    public void Every_project_of_the_map_exists()
    {
        Assert.Empty(Arrows.Keys.Except(Existing.Keys));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Switchboard.slnx"));
        string[] folders = ["src", "app", "tests", "samples", "bench", "fuzz"];
        Assert.All(folders.SelectMany(folder => Repository.Projects(folder).Keys), name => Assert.Contains($"/{name}.csproj", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Only_the_protocol_and_the_public_surface_share_internals()
    {
        // Who may see a project's internals, besides its tests: the benchmarks and the fuzzers work on the core below its public surface.
        var friends = Repository.Projects("src").SelectMany(
            project => Repository.Includes(project.Value, "InternalsVisibleTo")
                .Where(friend => !friend.EndsWith(".Tests", StringComparison.Ordinal))
                .Select(friend => $"{project.Key} -> {friend}"));
        Assert.Equal(
            [
                "Switchboard -> Switchboard.AspNetCore",
                "Switchboard.Conformance -> Conformance",
                "Switchboard.Protocol -> Switchboard",
                "Switchboard.Protocol -> Switchboard.Benchmarks",
                "Switchboard.Protocol -> Switchboard.Fuzz",
                "Switchboard.Transports -> Switchboard.Transports.Linux",
            ],
            friends.Order(StringComparer.Ordinal));
    }

    // Windows and Unix separators alike.
    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));
}
