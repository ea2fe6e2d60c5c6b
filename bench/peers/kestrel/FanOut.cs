using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;

namespace Switchboard.Peers.Kestrel;

/// <summary>Each message of any member goes to all members, the sender included.</summary>
internal sealed class FanOut
{
    private readonly ConcurrentDictionary<Member, bool> _members = new();

    internal async Task ServeAsync(WebSocket socket)
    {
        var member = new Member(socket);
        _members.TryAdd(member, true);
        var writing = member.WriteAsync();
        try
        {
            await ReadAsync(socket);
        }
        finally
        {
            _members.TryRemove(member, out _);
            member.EndQueue();
            await writing;
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    private async Task ReadAsync(WebSocket socket)
    {
        // A message may come in pieces, and those of two senders must not mix.
        var message = new ArrayBufferWriter<byte>(16 * 1024);
        while (true)
        {
            var received = await socket.ReceiveAsync(message.GetMemory(), CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            message.Advance(received.Count);
            if (received.EndOfMessage)
            {
                Publish(new QueuedMessage(message.WrittenSpan.ToArray(), received.MessageType));
                message.ResetWrittenCount();
            }
        }
    }

    private void Publish(QueuedMessage message)
    {
        foreach (var (member, _) in _members)
        {
            member.Enqueue(message);
        }
    }
}
