using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Switchboard.Aot;

/// <summary>The sample samples/Native, trimmed and compiled ahead of time: without a warning, and it does what it does with a runtime.</summary>
public sealed class PublishTests
{
    [Theory]
    [InlineData("trimmed", "-p:PublishAot=false", "-p:PublishTrimmed=true", "-p:TrimMode=full", "--self-contained")]
    [InlineData("native")]
    public async Task A_program_that_is(string kind, params string[] flags)
    {
        var output = Directory.CreateTempSubdirectory("switchboard-aot-");
        try
        {
            var (exitCode, text) = await RunAsync(
                "dotnet",
                ["publish", Path.Combine(Repository.Root, "samples", "Native"), "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier,
                    "-o", output.FullName, "-nologo", "-nodeReuse:false", "-p:BuildProjectReferences=false", .. flags]);
            Assert.True(exitCode == 0, text);
            Assert.DoesNotContain("warning", text, StringComparison.OrdinalIgnoreCase);

            var program = Path.Combine(output.FullName, OperatingSystem.IsWindows() ? "Native.exe" : "Native");
            (exitCode, var said) = await RunAsync(program, []);

            Assert.True(exitCode == 0, said);
            var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            Assert.StartsWith("echoed 10000 bytes, permessage-deflate", lines[0], StringComparison.Ordinal);
            Assert.Equal(["received hello", "secure: Tls13", "came back", "failed at ConnectionLost"], lines[2..]);
            Assert.Equal(kind == "native", !File.Exists(Path.Combine(output.FullName, "Native.dll")));
            var size = kind == "native" ? new FileInfo(program).Length : output.EnumerateFiles().Where(file => file.Extension is not ".xml" and not ".pdb").Sum(file => file.Length);
            TestContext.Current.TestOutputHelper?.WriteLine($"{kind}: {size:N0} bytes, {lines[1]}");
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }

    private static async Task<(int ExitCode, string Text)> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1" },
        })!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(5));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, text + await error);
    }
}
