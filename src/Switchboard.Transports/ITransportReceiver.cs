namespace Switchboard.Transports;

/// <summary>The inbound half, called on the transport's own threads: be brief, never block.</summary>
public interface ITransportReceiver
{
    /// <summary>Bytes have come.</summary>
    /// <param name="bytes">They belong to the transport and die when this returns; they may be changed in place.</param>
    void OnReceived(Span<byte> bytes);

    /// <summary>The burst is over: flush what it made you write, once.</summary>
    /// <returns>False to receive nothing more until <see cref="ITransport.ResumeReceiving"/>.</returns>
    bool OnBatchEnd();

    /// <summary>The operating system took more of a backlog. May be called while another callback runs.</summary>
    void OnSent();

    /// <summary>The connection has ended, nothing follows. Called exactly once, if the transport was started.</summary>
    /// <param name="fault">Null if the peer ended it in good order (FIN).</param>
    void OnClosed(Exception? fault);
}
