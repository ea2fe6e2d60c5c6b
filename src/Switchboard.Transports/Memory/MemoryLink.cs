using System.Net;

namespace Switchboard.Transports.Memory;

/// <summary>One connection of a <see cref="MemoryNetwork"/>, in the hands of the test.</summary>
public sealed class MemoryLink
{
    private volatile bool _isSilent;

    internal MemoryLink(MemoryNetwork network, EndPoint client, EndPoint server)
    {
        Network = network;
        ClientEnd = new MemoryTransport(this, client, server);
        ServerEnd = new MemoryTransport(this, server, client);
        ClientEnd.Peer = ServerEnd;
        ServerEnd.Peer = ClientEnd;
    }

    internal MemoryNetwork Network { get; }

    internal MemoryTransport ClientEnd { get; }

    internal MemoryTransport ServerEnd { get; }

    internal bool IsSilent => _isSilent;

    /// <summary>Cuts the line: both ends learn at once that the connection was reset. What was under way is lost.</summary>
    public void Cut()
    {
        ClientEnd.Reset("The line was cut.");
        ServerEnd.Reset("The line was cut.");
    }

    /// <summary>From now on nothing arrives, and nobody is told: as when a cable is pulled.</summary>
    public void FallSilent() => _isSilent = true;

    /// <summary>Ends the silence: what was sent meanwhile arrives.</summary>
    public void Recover()
    {
        _isSilent = false;
        ClientEnd.TellOfAbort();
        ServerEnd.TellOfAbort();
        ClientEnd.Schedule();
        ServerEnd.Schedule();
    }
}
