using System.Text;

namespace Switchboard;

/// <content>What is sent, and what of it counts as buffered.</content>
public sealed partial class WebSocket
{
    /// <inheritdoc/>
    /// <exception cref="InvalidStateErrorException">The connection is still connecting.</exception>
    public override bool Send(string text, bool compress = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        var before = BufferedBeforeSending(out var isOpen);
        var isSent = isOpen && base.Send(text, compress);
        if (!isSent || _turn.IsHere)
        {
            Count(Encoding.UTF8.GetByteCount(text), isSent, before);
        }

        return isSent;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidStateErrorException">The connection is still connecting.</exception>
    public override bool Send(ReadOnlySpan<byte> data, MessageType type = MessageType.Binary, bool compress = true)
    {
        var before = BufferedBeforeSending(out var isOpen);
        var isSent = isOpen && base.Send(data, type, compress);
        if (!isSent || _turn.IsHere)
        {
            Count(data.Length, isSent, before);
        }

        return isSent;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidStateErrorException">The connection is still connecting.</exception>
    public override ValueTask<bool> SendAsync(
        ReadOnlyMemory<byte> data, MessageType type, bool compress = true, CancellationToken cancellationToken = default)
    {
        if (IsOpenToSend())
        {
            return base.SendAsync(data, type, compress, cancellationToken);
        }

        Count(data.Length, isSent: false, before: 0);
        return new ValueTask<bool>(false);
    }

    private bool IsOpenToSend() => _state switch
    {
        ReadyState.Connecting => throw new InvalidStateErrorException("The connection is still connecting: send from OnOpen on."),
        ReadyState.Open => true,
        _ => false,
    };

    private long BufferedBeforeSending(out bool isOpen)
    {
        isOpen = IsOpenToSend();
        return isOpen && _turn.IsHere ? base.BufferedAmount : 0;
    }

    private void Count(long payloadBytes, bool isSent, long before)
    {
        if (isSent)
        {
            _turn.Count(payloadBytes, before);
        }
        else
        {
            // WHATWG: what is sent too late is not sent, and counts as buffered for ever.
            Interlocked.Add(ref _discarded, payloadBytes);
        }
    }

    // What one handler sends leaves together.
    private void Cork() => Transports.Cork.Put(Driver!.Transport);
}
