using Switchboard.Transports;

namespace Switchboard.AspNetCore.Detaching;

/// <summary>A feature of connections whose bytes can be taken away from the HTTP server.</summary>
internal interface IDetachableConnection
{
    /// <summary>
    /// Keeps the answer back: it is to leave when the connection's handler has run, so that who reads it is in whatever the handler puts
    /// it in, a room for example. Detaching leaves the flush to whoever detaches.
    /// </summary>
    void HoldAnswer();

    /// <summary>Lets the answer leave after all, for the connection is not detached.</summary>
    void ReleaseAnswer();

    /// <summary>Takes the transport, when the answer that upgrades it was written.</summary>
    /// <returns>Null if the HTTP server has begun to read what follows the request, or somebody stands between it and the transport.</returns>
    ITransport? TryDetach();

    /// <summary>Says that a connection which was detached has ended, to whoever waits for that in its request.</summary>
    void TellOfEnd();
}
