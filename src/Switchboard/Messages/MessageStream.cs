using System.Threading.Channels;
using Switchboard.Connections;

namespace Switchboard;

/// <summary>The pull side of a connection: an asynchronous handler that is done when the reader has made room.</summary>
internal sealed class MessageStream : IAsyncEnumerable<Message>, IPullSide
{
    private readonly Channel<Message> _channel = Channel.CreateBounded<Message>(
        new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });

    private Action<MessageStream>? _subscribe;

    /// <param name="subscribe">Called when reading begins: to look at the stream is not to listen.</param>
    /// <param name="isEnded">Whether the connection has ended already.</param>
    internal MessageStream(Action<MessageStream> subscribe, bool isEnded)
    {
        _subscribe = subscribe;
        if (isEnded)
        {
            End();
        }
    }

    public IAsyncEnumerator<Message> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        Interlocked.Exchange(ref _subscribe, null)?.Invoke(this);
        return _channel.Reader.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    internal async ValueTask AddAsync(Message message)
    {
        try
        {
            await _channel.Writer.WriteAsync(message).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // The connection has ended while the message waited for a reader.
        }
    }

    public void End(CloseOutcome outcome) => End();

    internal void End() => _channel.Writer.TryComplete();
}
