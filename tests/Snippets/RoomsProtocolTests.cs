using System.Text;
using System.Text.RegularExpressions;

namespace Switchboard.Snippets;

/// <summary>docs/rooms-protocol.md is the specification: each of its conversations is held with the server.</summary>
public sealed partial class RoomsProtocolTests
{
    private const string Secret = "a secret of at least thirty-two bytes";

    private static readonly string[] Rooms =
    [
        "--port", "0",
        "--Switchboard:Rooms:Patterns:0:Name=strict-*", "--Switchboard:Rooms:Patterns:0:MaxMessageBytes=10", "--Switchboard:Rooms:Patterns:0:MaxMembers=2",
        "--Switchboard:Rooms:Patterns:0:Rate:PerSecond=0.001", "--Switchboard:Rooms:Patterns:0:Rate:Burst=1", "--Switchboard:Rooms:Patterns:0:PresenceEvents=false",
        "--Switchboard:Rooms:Patterns:1:Name=board-*", "--Switchboard:Rooms:Patterns:1:Writers:0=teacher",
    ];

    // What it takes a broken disk, a flooded room or an application's own code to see; other tests do.
    private static readonly string[] CodesNotShown = ["busy", "unavailable", "refused", "too-many-rooms"];

    public static TheoryData<Snippet> Conversations => [.. Snippet.In("docs/rooms-protocol.md", "rooms")];

    [Theory]
    [MemberData(nameof(Conversations), DisableDiscoveryEnumeration = true)]
    public async Task A_conversation_goes_as_it_is_written(Snippet conversation)
    {
        var hasTokens = conversation.Text.Contains("with a token", StringComparison.Ordinal);
        await using var server = await ServerProcess.StartAsync(hasTokens ? [.. Rooms, $"--Switchboard:Auth:Key={Secret}"] : Rooms);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Patience.Limit);
        Dictionary<string, Speaker> speakers = [];
        try
        {
            foreach (var line in conversation.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var (name, what, text) = Read(line);
                if (what == "=")
                {
                    speakers.Add(name, await Speaker.ConnectAsync(server, text, () => Token("*"), timeout.Token));
                    continue;
                }

                var said = text
                    .Replace("<a newer token>", Token("*"), StringComparison.Ordinal)
                    .Replace("<a token for the lobby alone>", Token("lobby"), StringComparison.Ordinal);
                await speakers[name].DoAsync(what, said, line, timeout.Token);
            }
        }
        finally
        {
            foreach (var speaker in speakers.Values)
            {
                speaker.Dispose();
            }
        }
    }

    [Fact]
    public void Each_type_and_each_code_of_the_tables_is_shown()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs/rooms-protocol.md"));
        var shown = string.Concat(Snippet.In("docs/rooms-protocol.md", "rooms").Select(snippet => snippet.Text));
        var types = TypeInTable().Matches(page).Select(match => match.Groups[1].Value).Distinct().ToList();
        var codes = CodeInTable().Matches(page[page.IndexOf("## Errors", StringComparison.Ordinal)..page.IndexOf("## Close codes", StringComparison.Ordinal)])
            .Select(match => match.Groups[1].Value).ToList();

        Assert.InRange(types.Count, 15, 30);
        Assert.InRange(codes.Count, 10, 30);
        Assert.All(types, type => Assert.Contains($"\"type\":\"{type}\"", shown, StringComparison.Ordinal));
        Assert.All(codes.Except(CodesNotShown), code => Assert.Contains($"\"code\":\"{code}\"", shown, StringComparison.Ordinal));
        Assert.Empty(CodesNotShown.Except(codes));
    }

    private static (string Name, string What, string Text) Read(string line)
    {
        var match = Line().Match(line);
        Assert.True(match.Success, $"This line says nothing: {line}");
        return (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value);
    }

    private static string Token(string rooms)
    {
        var expires = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds();
        var signed = $$"""{{Encoded("""{"alg":"HS256"}""")}}.{{Encoded($$"""{"sub":"ada","name":"Ada","rooms":{"{{rooms}}":["read","write"]},"exp":{{expires}}}""")}}""";
        return $"{signed}.{Encoded(System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(signed)))}";
    }

    private static string Encoded(string text) => Encoded(Encoding.UTF8.GetBytes(text));

    private static string Encoded(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    [GeneratedRegex(@"^(\w+) ?(=|>|<|#|\.) ?(.*)$")]
    private static partial Regex Line();

    [GeneratedRegex("""^\| `\{"type":"(\w+)""", RegexOptions.Multiline)]
    private static partial Regex TypeInTable();

    [GeneratedRegex(@"^\| `([\w-]+)` \|", RegexOptions.Multiline)]
    private static partial Regex CodeInTable();
}
