using Microsoft.CodeAnalysis;

namespace Switchboard.Snippets;

public sealed class CompileTests
{
    public static TheoryData<Snippet> CSharp => [.. Snippet.All.Where(snippet => snippet.Language == "csharp")];

    [Theory]
    [MemberData(nameof(CSharp), DisableDiscoveryEnumeration = true)]
    public void A_snippet_compiles_without_a_warning(Snippet snippet)
    {
        var problems = SnippetCompiler.Compile(snippet).GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(problem => problem.Severity >= DiagnosticSeverity.Warning);
        Assert.Empty(problems.Select(problem => problem.ToString()));
    }

    [Fact]
    public void A_wrong_snippet_does_not()
    {
        var wrong = new Snippet("here", "csharp", "using Switchboard;\nnew WebSocketServer().Explode();\n", []);
        Assert.NotEmpty(SnippetCompiler.Compile(wrong).GetDiagnostics(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void The_readmes_server_is_the_sample()
    {
        var sample = File.ReadAllText(Path.Combine(Repository.Root, "samples/Echo/Program.cs"));
        Assert.Equal(sample, Snippet.In("README.md", "csharp").First().Text);
    }

    [Fact]
    public void Every_kind_of_snippet_is_looked_at()
    {
        // csharp and sh here, js in the browser's tests, json in those of the server, what proxies read in those of interoperability; a drawing has no language.
        Assert.Empty(Snippet.All.Select(snippet => snippet.Language).Except(["csharp", "sh", "js", "json", "nginx", "haproxy", "rooms", ""]));
    }
}
