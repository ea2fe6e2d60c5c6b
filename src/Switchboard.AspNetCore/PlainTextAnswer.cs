using Microsoft.AspNetCore.Connections;

namespace Switchboard.AspNetCore;

/// <summary>Tells a client that speaks plain HTTP on a port that speaks TLS so, which Kestrel answers with silence.</summary>
internal static class PlainTextAnswer
{
    // RFC 8446 §5.1: what a client begins with that speaks TLS.
    private const byte TlsHandshake = 0x16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static ReadOnlySpan<byte> Answer =>
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 46\r\n\r\nThis port speaks TLS: use wss:// or https://.\n"u8;

    /// <summary>Looks at the first byte, and leaves it where it is.</summary>
    internal static async Task JudgeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (await FirstByteAsync(connection).ConfigureAwait(false) is not { } first)
        {
            return;
        }

        if (first == TlsHandshake)
        {
            await next(connection).ConfigureAwait(false);
            return;
        }

        Answer.CopyTo(connection.Transport.Output.GetSpan(Answer.Length));
        connection.Transport.Output.Advance(Answer.Length);
        await connection.Transport.Output.FlushAsync().ConfigureAwait(false);
    }

    /// <returns>Null if the client says nothing in time, or goes.</returns>
    private static async Task<byte?> FirstByteAsync(ConnectionContext connection)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var input = connection.Transport.Input;
        try
        {
            var read = await input.ReadAsync(deadline.Token).ConfigureAwait(false);
            byte? first = read.Buffer.IsEmpty ? null : read.Buffer.FirstSpan[0];
            input.AdvanceTo(read.Buffer.Start);
            return first;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return null;
        }
    }
}
