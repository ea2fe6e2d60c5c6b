namespace Switchboard.Client.Reconnecting;

/// <summary>What was sent while there was no connection, in order and bounded. Not safe from several threads.</summary>
internal sealed class AwayQueue(long maxBytes)
{
    // What an empty message costs all the same.
    private const int LeastBytes = 64;

    private readonly Queue<Waiting> _messages = new();
    private long _cost;

    internal bool IsEmpty => _messages.Count == 0;

    /// <summary>Of payload.</summary>
    internal long Bytes { get; private set; }

    /// <returns>False if there is no room.</returns>
    internal bool TryAdd(ReadOnlySpan<byte> data, MessageType type, bool compress)
    {
        var cost = Math.Max(data.Length, LeastBytes);
        if (_cost + cost > maxBytes)
        {
            return false;
        }

        _cost += cost;

        _messages.Enqueue(new Waiting(data.ToArray(), type, compress));
        Bytes += data.Length;
        return true;
    }

    /// <summary>Sends what waits, up to the first message that is not taken: that one is still there.</summary>
    internal void SendTo(WebSocket socket)
    {
        while (_messages.TryPeek(out var message) && socket.Send(message.Data, message.Type, message.Compress))
        {
            _messages.Dequeue();
            Bytes -= message.Data.Length;
            _cost -= Math.Max(message.Data.Length, LeastBytes);
        }
    }

    private sealed record Waiting(byte[] Data, MessageType Type, bool Compress);
}
