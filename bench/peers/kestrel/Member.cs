using System.Net.WebSockets;
using System.Threading.Channels;

namespace Switchboard.Peers.Kestrel;

internal readonly record struct QueuedMessage(byte[] Data, WebSocketMessageType Type);

/// <summary>
/// A socket and its queue. WebSocket allows one SendAsync at a time
/// (https://learn.microsoft.com/dotnet/api/system.net.websockets.websocket.sendasync), so one task of its own sends what others queue.
/// </summary>
internal sealed class Member(WebSocket socket)
{
    private readonly Channel<QueuedMessage> _queue = Channel.CreateUnbounded<QueuedMessage>(new() { SingleReader = true });

    internal void Enqueue(QueuedMessage message) => _queue.Writer.TryWrite(message);

    internal void EndQueue() => _queue.Writer.TryComplete();

    internal async Task WriteAsync()
    {
        try
        {
            await foreach (var message in _queue.Reader.ReadAllAsync())
            {
                await socket.SendAsync(message.Data.AsMemory(), message.Type, endOfMessage: true, CancellationToken.None);
            }
        }
        catch (WebSocketException)
        {
            // The client left without a word: whoever reads from it sees that too.
        }
    }
}
