using Microsoft.Win32.SafeHandles;

namespace Switchboard.Cli.Talking;

/// <summary>The process's own streams, without what <see cref="Console"/> puts around them.</summary>
internal static class StandardStreams
{
    /// <summary>The output. If it is a pipe it tells when nobody reads it any more, which the console's own stream does not.</summary>
    internal static Stream OpenOutput()
    {
        if (!OperatingSystem.IsWindows())
        {
            var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            if (!stream.CanSeek)
            {
                return stream;
            }

            // A file: this kind of stream would keep a position of its own in it, and who else writes there would write over what we have.
        }

        return Console.OpenStandardOutput();
    }

    /// <summary>The input, in UTF-8.</summary>
    internal static TextReader OpenInput() => new StreamReader(Console.OpenStandardInput());

    internal static async IAsyncEnumerable<string> LinesOf(TextReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            yield return line;
        }
    }
}
