
namespace Switchboard.Browser;

/// <summary>What the README says to type into a browser's console.</summary>
public sealed class ReadmeTests(Stage stage)
{
    private const string Fence = "```js\n";

    [Fact]
    public async Task The_browser_lines_do_what_they_say()
    {
        string[] expected = ["Server received: Hello", "Hello everyone", "{\"type\":\"joined\",\"room\":\"lobby\","];
        var snippets = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).Split(Fence)[1..].Select(rest => rest.Split("```")[0]).ToList();
        Assert.Equal(expected.Length, snippets.Count);

        await using var visitor = await stage.VisitorAsync();
        await visitor.Page.GotoAsync(stage.Address.AbsoluteUri);
        foreach (var (snippet, answer) in snippets.Zip(expected))
        {
            await visitor.Page.RunAndWaitForConsoleMessageAsync(
                () => visitor.Page.EvaluateAsync($"() => {{ {snippet.Replace("localhost:3000", stage.Address.Authority, StringComparison.Ordinal)} }}"),
                new() { Predicate = message => message.Text.StartsWith(answer, StringComparison.Ordinal) });
        }
    }
}
