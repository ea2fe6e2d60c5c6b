using System.Threading.Channels;
using Switchboard.Connections;

namespace Switchboard;

/// <summary>The pull side of a connection whose messages are read as streams: parts go into the stream that is under way, and it into the loop.</summary>
/// <param name="begin">Called when reading begins: to look at the streams is not to read.</param>
internal sealed class IncomingStreams(Action begin) : IAsyncEnumerable<IncomingStream>, IPullSide
{
    private readonly Channel<IncomingStream> _channel = Channel.CreateBounded<IncomingStream>(
        new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });

    private IncomingStream? _current;
    private int _isBegun;

    internal bool IsBegun => Volatile.Read(ref _isBegun) != 0;

    internal long UnreadBytes => _current?.UnreadBytes ?? 0;

    public IAsyncEnumerator<IncomingStream> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isBegun, 1) == 0)
        {
            begin();
        }

        return ReadAsync(cancellationToken);
    }

    /// <summary>A part has come.</summary>
    /// <returns>When it is complete, there is room for the next.</returns>
    internal ValueTask AddAsync(MessageView part, bool isLast)
    {
        var current = _current;
        var stream = current ?? new IncomingStream(part.Type);
        _current = isLast ? null : stream;
        var adding = stream.AddAsync(part.Data, isLast);
        return current is not null || _channel.Writer.TryWrite(stream) ? adding : OfferAsync(stream, adding);
    }

    public void End(CloseOutcome outcome)
    {
        _channel.Writer.TryComplete();
        _current?.End(new ConnectionClosedException(outcome));
    }

    private async ValueTask OfferAsync(IncomingStream stream, ValueTask adding)
    {
        try
        {
            await _channel.Writer.WriteAsync(stream).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // The connection has ended while the message waited for a reader.
        }

        await adding.ConfigureAwait(false);
    }

    private async IAsyncEnumerator<IncomingStream> ReadAsync(CancellationToken cancellationToken)
    {
        await foreach (var stream in _channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            // What was not read of it when the loop goes on is skipped.
            using (stream)
            {
                yield return stream;
            }
        }
    }
}
