using System.Buffers;

namespace Switchboard.Transports.Tests.Support;

/// <summary>The two ends of a connection, and the recorders that listen to them.</summary>
internal sealed record TransportPair(ITransport Left, ITransport Right) : IDisposable
{
    internal Recorder AtLeft { get; init; } = new();

    internal Recorder AtRight { get; init; } = new();

    internal TransportPair Start()
    {
        Recorder.Call(() => Left.Start(AtLeft));
        Recorder.Call(() => Right.Start(AtRight));
        return this;
    }

    internal void EndAndCheck()
    {
        Dispose();
        Assert.Empty(AtLeft.Complaints);
        Assert.Empty(AtRight.Complaints);
    }

    public void Dispose()
    {
        Left.Abort();
        Right.Abort();
    }
}

internal static class TransportCalls
{
    /// <summary>Writes without flushing.</summary>
    internal static void Put(this ITransport transport, ReadOnlySpan<byte> bytes)
    {
        using (transport.Gate.Enter())
        {
            transport.Write(bytes);
        }
    }

    internal static void Send(this ITransport transport, byte[] bytes)
    {
        transport.Put(bytes);
        Recorder.Call(transport.Flush);
    }
}
