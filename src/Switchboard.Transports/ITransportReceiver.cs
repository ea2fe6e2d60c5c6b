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

    /// <summary>
    /// What was written has been offered to the operating system, and all or a part of it taken. Called after a flush that the receiver
    /// did not make itself. May be called while another callback runs.
    /// </summary>
    /// <param name="hasWaited">Whether it had to wait until the peer made room: so the peer reads.</param>
    void OnSent(bool hasWaited);

    /// <summary>The connection has ended, nothing follows. Called exactly once, if the transport was started.</summary>
    /// <param name="fault">Null if the peer ended it in good order (FIN).</param>
    void OnClosed(Exception? fault);
}
