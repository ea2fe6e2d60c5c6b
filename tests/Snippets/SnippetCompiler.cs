using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Switchboard.Snippets;

/// <summary>Compiles a snippet as a program of its own, with the implicit usings of a new project.</summary>
internal static class SnippetCompiler
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private const string WebUsings = """
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.DependencyInjection;
        """;

    private static readonly Dictionary<string, string> Declarations = new()
    {
        ["server"] = "Switchboard.WebSocketServer server = null!;",
        ["rooms"] = "Switchboard.Rooms.WebSockets.RoomSockets rooms = null!;",
        ["room"] = "Switchboard.Rooms.RoomName room = null!;",
        ["socket"] = "Switchboard.ServerWebSocket socket = null!;",
    };

    // Everything that this test program itself can load.
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    internal static CSharpCompilation Compile(Snippet snippet)
    {
        var given = string.Concat(snippet.Given.Select(name => Declarations[name] + "\n"));
        // Declarations go behind the snippet's own usings, which come first in a program.
        var code = snippet.Text.Split('\n');
        var usings = code.TakeWhile(line => line.StartsWith("using ", StringComparison.Ordinal)).Count();
        var source = snippet.Given.Count > 0
            ? $"using Switchboard;\n{string.Join('\n', code[..usings])}\n{given}{string.Join('\n', code[usings..])}"
            : snippet.Text;
        var isWeb = snippet.Text.Contains("WebApplication", StringComparison.Ordinal);
        string[] sources = isWeb ? [source, ImplicitUsings, WebUsings] : [source, ImplicitUsings];
        return CSharpCompilation.Create(
            "Snippet",
            sources.Select(text => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.CSharp14))),
            References,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
    }
}
