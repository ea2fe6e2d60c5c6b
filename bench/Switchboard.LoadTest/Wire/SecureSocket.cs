using System.Diagnostics.CodeAnalysis;
using System.Net.Security;

namespace Switchboard.LoadTest.Wire;

/// <summary>TLS over a <see cref="Socket"/>, by the runtime's stream: its handshake begins at construction, and nothing here ever waits.</summary>
[SuppressMessage("Reliability", "CA2012", Justification = "The read that is stored is looked at once, when it is done.")]
internal sealed class SecureSocket : IDisposable
{
    private readonly SocketStream _wire;
    private readonly SslStream _stream;
    private readonly Task _handshake;
    private readonly byte[] _plain = new byte[16 * 1024];
    private ValueTask<int> _read;
    private bool _isReading;

    [SuppressMessage("Security", "CA5359", Justification = "It is this machine's own server, whose certificate was made for this run.")]
    public SecureSocket(Socket socket)
    {
        _wire = new SocketStream(socket);
        _stream = new SslStream(_wire, leaveInnerStreamOpen: true);
        _handshake = _stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,

            // Each handshake is a whole one.
            AllowTlsResume = false,
        });
    }

    /// <inheritdoc cref="Socket.Receive"/>
    public int Receive(Span<byte> buffer)
    {
        var received = 0;
        while (received < buffer.Length)
        {
            if (!_handshake.IsCompletedSuccessfully)
            {
                if (_handshake.IsCompleted || !_wire.TryContinue())
                {
                    return _handshake.IsCompleted ? throw Failed(_handshake.Exception) : -1;
                }

                continue;
            }

            if (!_isReading)
            {
                _read = _stream.ReadAsync(_plain.AsMemory(0, Math.Min(_plain.Length, buffer.Length - received)));
                _isReading = true;
            }

            if (!_read.IsCompleted)
            {
                if (!_wire.TryContinue())
                {
                    return received > 0 ? received : -1;
                }

                continue;
            }

            _isReading = false;
            var count = Result(_read);
            if (count == 0)
            {
                return received;
            }

            _plain.AsSpan(0, count).CopyTo(buffer[received..]);
            received += count;
        }

        return received;
    }

    /// <summary>Takes all or, as long as the handshake is under way, nothing.</summary>
    public int Send(ReadOnlySpan<byte> bytes)
    {
        if (!_wire.TryFlush() || !_handshake.IsCompletedSuccessfully)
        {
            return 0;
        }

        _stream.Write(bytes);
        while (!_wire.TryFlush())
        {
            // The server reads whatever happens.
        }

        return bytes.Length;
    }

    public void Dispose() => _stream.Dispose();

    private static int Result(ValueTask<int> read)
    {
        try
        {
            return read.Result;
        }
        catch (IOException e)
        {
            throw Failed(e);
        }
    }

    private static RunFailedException Failed(Exception? e) => new($"TLS: {e?.GetBaseException().Message}");
}
