using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Switchboard.Tests.Support;

/// <summary>A client that is a socket and no more, and allocates nothing once it is open. Its calls wait, so give it a thread of its own.</summary>
internal sealed class BlockingClient : IDisposable
{
    private static readonly byte[] Request = Encoding.ASCII.GetBytes(RawPeer.Request());

    private readonly Socket _socket;

    private BlockingClient(Socket socket) => _socket = socket;

    internal static BlockingClient Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        return new BlockingClient(socket);
    }

    /// <summary>Connects, and completes the opening handshake.</summary>
    internal static BlockingClient Open(int port) => Open(port, Request);

    /// <summary>Connects, and completes the opening handshake with this request.</summary>
    internal static BlockingClient Open(int port, ReadOnlySpan<byte> request)
    {
        var client = Connect(port);
        client.Send(request);
        Span<byte> head = stackalloc byte[1024];
        var length = 0;
        while (!head[..length].EndsWith("\r\n\r\n"u8))
        {
            var count = client._socket.Receive(head[length..]);
            Assert.NotEqual(0, count);
            length += count;
        }

        Assert.True(head.StartsWith("HTTP/1.1 101 "u8));
        return client;
    }

    /// <summary>Says the first part of a request.</summary>
    internal void SendHalfARequest() => Send(Request.AsSpan(0, Request.Length / 2));

    internal void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    internal void Receive(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = _socket.Receive(buffer);
            if (count == 0)
            {
                throw new IOException("The server has ended the connection.");
            }

            buffer = buffer[count..];
        }
    }

    /// <summary>Reads until the server ends the connection, in good order or not.</summary>
    /// <returns>How many bytes came before.</returns>
    internal int ReceiveEnd()
    {
        var all = 0;
        Span<byte> buffer = stackalloc byte[256];
        try
        {
            while (_socket.Receive(buffer) is > 0 and var count)
            {
                all += count;
            }
        }
        catch (SocketException)
        {
            // A reset is an end too.
        }

        return all;
    }

    /// <summary>Ends with a reset.</summary>
    internal void Reset() => _socket.Close(timeout: 0);

    public void Dispose() => _socket.Dispose();
}
