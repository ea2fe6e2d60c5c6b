namespace Switchboard.Transports.Linux;

/// <summary>How an <see cref="EpollTransportFactory"/> works.</summary>
public sealed record EpollOptions
{
    /// <summary>How many loops there are, each a thread. Default 0: one for each processor that the process may use.</summary>
    public int Loops { get; init; }
}
