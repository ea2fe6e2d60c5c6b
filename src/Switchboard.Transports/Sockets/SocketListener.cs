using System.Net;
using System.Net.Sockets;

namespace Switchboard.Transports.Sockets;

/// <summary>Accepts connections until it is disposed.</summary>
internal sealed class SocketListener(Socket socket) : ITransportListener
{
    // When the process is out of descriptors, accepting at full speed would only burn a core.
    private static readonly TimeSpan PauseWhenExhausted = TimeSpan.FromMilliseconds(50);

    private Task _accepting = Task.CompletedTask;

    public EndPoint LocalEndPoint { get; } = socket.LocalEndPoint!;

    public void Start(Action<ITransport> onAccepted) => _accepting = AcceptLoopAsync(onAccepted);

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        await _accepting.ConfigureAwait(false);
    }

    private static void HandOver(Socket accepted, Action<ITransport> onAccepted)
    {
        try
        {
            if (accepted.AddressFamily != AddressFamily.Unix)
            {
                accepted.NoDelay = true;
            }

            onAccepted(new SocketTransport(accepted));
        }
        catch (Exception)
        {
            // The peer was gone before it was accepted, or whoever takes it failed: the next one is not to suffer from it.
            accepted.Dispose();
        }
    }

    private async Task AcceptLoopAsync(Action<ITransport> onAccepted)
    {
        while (true)
        {
            try
            {
                HandOver(await socket.AcceptAsync().ConfigureAwait(false), onAccepted);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                await Task.Delay(PauseWhenExhausted).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // The peer was gone before it was accepted.
            }
        }
    }
}
