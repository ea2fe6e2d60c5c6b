using Switchboard.Transports;

namespace Switchboard.Client;

/// <summary>How a client begins on a transport: what it has written leaves, and it waits for the answer.</summary>
internal static class FirstRequest
{
    /// <summary>Starts to receive, and sends what was written.</summary>
    internal static void StartAndSend(this ITransport transport, ITransportReceiver receiver)
    {
        // Corked, for then who receives is told what was sent. The answer may be there before this flush has returned, and what the
        // application sends behind it leaves with the request: the connection must learn that the system has it.
        Cork.Put();
        try
        {
            transport.Start(receiver);
            transport.FlushSoon();
        }
        finally
        {
            Cork.Pull();
        }
    }
}
