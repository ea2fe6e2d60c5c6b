using System.Net.WebSockets;

namespace Switchboard.Interop.DotNetPeer;

/// <summary>Reports what comes.</summary>
internal static class Listener
{
    private const int BrokenConnection = 1006;

    public static async Task ListenAsync(WebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (await socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } piece)
            {
                message.Write(buffer, 0, piece.Count);
                if (piece.EndOfMessage)
                {
                    Report.Message(piece.MessageType, message.ToArray());
                    message.SetLength(0);
                }
            }

            if (socket.State == WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(socket.CloseStatus!.Value, socket.CloseStatusDescription, CancellationToken.None);
            }

            Report.Close((int)socket.CloseStatus!.Value, socket.CloseStatusDescription);
        }
        catch (WebSocketException e)
        {
            await Console.Error.WriteLineAsync(e.ToString());
            Report.Close((int?)socket.CloseStatus ?? BrokenConnection, socket.CloseStatusDescription);
        }
    }
}
