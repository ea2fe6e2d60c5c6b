using System.Net.Sockets;

namespace Switchboard.Conformance.Wire;

/// <summary>A TCP connection that sends what it is told, and reads with a deadline.</summary>
internal sealed class Line : IDisposable
{
    /// <summary>Long enough for a machine that is busy: it decides no verdict but that of a peer which does nothing.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Socket _socket;
    private readonly CancellationTokenSource _deadline = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    internal Line(Socket socket)
    {
        _socket = socket;
        _socket.NoDelay = true;
    }

    /// <summary>Whether the peer has ended the connection, in good order or not.</summary>
    internal bool IsEnded { get; private set; }

    /// <summary>Sends in one piece. A peer that has gone is noticed when it is read from.</summary>
    internal async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, NewDeadline())..];
            }
        }
        catch (SocketException)
        {
            // It may have told why before it went: that is still to be read.
        }
        catch (OperationCanceledException)
        {
            throw new CaseFailedException($"the peer took none of {bytes.Length} bytes for {Patience.TotalSeconds} s") { IsSilence = true };
        }
    }

    /// <summary>Sends in pieces, each a segment of its own unless the system joins them.</summary>
    internal async Task SendChoppedAsync(ReadOnlyMemory<byte> bytes, int size)
    {
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(size, bytes.Length)..])
        {
            await SendAsync(bytes[..Math.Min(size, bytes.Length)]);
        }
    }

    /// <summary>Fills the memory with what comes.</summary>
    /// <returns>False if the connection has ended before.</returns>
    internal async Task<bool> TryReadAsync(Memory<byte> destination, string awaited)
    {
        while (!destination.IsEmpty)
        {
            if (_start == _end && !await FillAsync(awaited))
            {
                return false;
            }

            var count = Math.Min(destination.Length, _end - _start);
            _buffer.AsMemory(_start, count).CopyTo(destination);
            _start += count;
            destination = destination[count..];
        }

        return true;
    }

    /// <summary>Half-closes: what the peer sends can still be read.</summary>
    internal void EndSending()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // It is ended already.
        }
    }

    /// <summary>Whether nothing comes for a moment: neither bytes nor the end.</summary>
    internal bool IsQuietFor(TimeSpan moment) => _start == _end && !_socket.Poll(moment, SelectMode.SelectRead);

    public void Dispose()
    {
        _socket.Dispose();
        _deadline.Dispose();
    }

    private async Task<bool> FillAsync(string awaited)
    {
        try
        {
            _start = 0;
            _end = await _socket.ReceiveAsync(_buffer, SocketFlags.None, NewDeadline());
        }
        catch (SocketException)
        {
            _end = 0;
        }
        catch (OperationCanceledException)
        {
            throw new CaseFailedException($"waited {Patience.TotalSeconds} s for {awaited}") { IsSilence = true };
        }

        IsEnded = _end == 0;
        return !IsEnded;
    }

    private CancellationToken NewDeadline()
    {
        _deadline.CancelAfter(Patience);
        return _deadline.Token;
    }
}
