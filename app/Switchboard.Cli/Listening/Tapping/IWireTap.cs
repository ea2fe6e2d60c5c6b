namespace Switchboard.Cli.Listening.Tapping;

/// <summary>Gets a copy of what goes over a connection, from the threads that send and receive: be brief.</summary>
internal interface IWireTap
{
    void Received(ReadOnlySpan<byte> bytes);

    void Sent(ReadOnlySpan<byte> bytes);

    /// <summary>Nothing follows.</summary>
    /// <param name="fault">Null if the peer has ended it in good order.</param>
    void Ended(Exception? fault);
}
