using Switchboard.Connections;

namespace Switchboard;

/// <content>Messages larger than memory, in both directions, and how long a message takes.</content>
public abstract partial class WebSocketConnection
{
    /// <summary>
    /// The messages as streams that are read while they come: <c>await foreach (var message in socket.MessageStreams)</c>. One reader at a time. Neither
    /// <c>MaxMessageBytes</c> nor <c>MaxFragments</c> applies, for no message is held: count what you read. Pings are answered whenever something is
    /// read. The loop ends with the connection, and a reader that breaks off and comes back goes on with the next message.
    /// </summary>
    /// <remarks>
    /// Begin before the first message does: in the handler that gets the connection, before its first <c>await</c>, or right behind <c>new WebSocket</c>.
    /// A message that has begun before is gathered as others are, within their limits. From then on <see cref="OnMessage"/> and
    /// <see cref="OnMessageAsync"/> are not raised, also when the loop is left.
    /// </remarks>
    /// <exception cref="InvalidOperationException">They are read as <see cref="Messages"/>.</exception>
    public IAsyncEnumerable<IncomingStream> MessageStreams
    {
        get
        {
            using (_gate.Enter())
            {
                if (_pullSide is null)
                {
                    var streams = new IncomingStreams(() => _driver?.HandUpParts());
                    _pullSide = streams;
                    if (_outcome is { } outcome)
                    {
                        streams.End(outcome);
                    }
                }

                return _pullSide as IncomingStreams ?? throw new InvalidOperationException("The messages are read whole.");
            }
        }
    }

    long IConnectionOwner.UnreadBytes => ((IncomingStreams)_pullSide!).UnreadBytes;

    private bool ReadsStreams => _pullSide is IncomingStreams { IsBegun: true };

    /// <summary>
    /// Begins a message that is sent while it is written: <c>await using var message = socket.OpenMessage(MessageType.Text);</c>, and at its end
    /// <c>await message.CompleteAsync();</c>. Nothing is sent, and nobody waits for it, before the first write.
    /// </summary>
    /// <param name="type">Text, which is checked to be UTF-8, or binary.</param>
    /// <param name="compress">Whether it may be compressed, if the peer agreed to that: see <see cref="Send(string, bool)"/>.</param>
    /// <exception cref="InvalidOperationException">The connection is still connecting.</exception>
    /// <exception cref="ConnectionClosedException">The connection is closing or has ended.</exception>
    public OutgoingStream OpenMessage(MessageType type, bool compress = true) => ReadyState switch
    {
        ReadyState.Connecting => throw new InvalidOperationException("The connection is still connecting: open a message from OnOpen on."),
        ReadyState.Open => new OutgoingStream(_driver!, type, compress),
        _ => throw Ended(),
    };

    /// <summary>
    /// Sends what a stream has to its end as one message, while it is read, and waits until the system has taken it: see <see cref="OpenMessage"/>.
    /// If the source fails, or the token is cancelled, in the middle, the connection is aborted.
    /// </summary>
    /// <param name="source">Read from where it stands, and not disposed.</param>
    /// <param name="type">Text, which is checked to be UTF-8, or binary. Default binary.</param>
    /// <param name="compress">Whether it may be compressed, see <see cref="Send(string, bool)"/>.</param>
    /// <param name="cancellationToken">Ends the message, and with it the connection if any of it was sent.</param>
    /// <returns>True when all of it was handed to the system, false if the connection is not open or has ended before.</returns>
    /// <exception cref="InvalidDataException">The source is not UTF-8, and is to be sent as text.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<bool> SendAsync(
        Stream source, MessageType type = MessageType.Binary, bool compress = true, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (ReadyState != ReadyState.Open)
        {
            return false;
        }

        await using var message = new OutgoingStream(_driver!, type, compress);
        try
        {
            await source.CopyToAsync(message, cancellationToken).ConfigureAwait(false);
            await message.CompleteAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ConnectionClosedException) when (message.HasLostConnection)
        {
            return false;
        }
    }

    /// <summary>
    /// Sends a ping and waits for its pong, which is not told to <see cref="OnPong"/>. Several may be under way; a peer that answers only the last of
    /// them has answered the others, too (RFC 6455 §5.5.3).
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting. Without it, the end of the connection does.</param>
    /// <returns>How long it took, by the connection's clock: the network's time there and back, and what lay before it on the way.</returns>
    /// <remarks>The pong is read with all else, so not before an asynchronous handler is done that is awaited: do not await this in one.</remarks>
    /// <exception cref="InvalidOperationException">The connection is still connecting.</exception>
    /// <exception cref="ConnectionClosedException">The connection is closing, or has ended before the pong came.</exception>
    public async Task<TimeSpan> PingAsync(CancellationToken cancellationToken = default) => ReadyState switch
    {
        ReadyState.Connecting => throw new InvalidOperationException("The connection is still connecting: ping from OnOpen on."),
        ReadyState.Open => await _driver!.PingAsync(cancellationToken).ConfigureAwait(false),
        _ => throw Ended(),
    };

    ValueTask IConnectionOwner.OnPart(MessageView part, bool isLast) => ((IncomingStreams)_pullSide!).AddAsync(part, isLast);

    private ConnectionClosedException Ended() => _outcome is null && _driver is { } driver ? driver.Ended() : new(_outcome ?? CloseOutcome.Closing);
}
