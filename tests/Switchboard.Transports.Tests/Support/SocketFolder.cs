using System.Net.Sockets;

namespace Switchboard.Transports.Tests.Support;

/// <summary>A folder of a test's own for Unix domain sockets.</summary>
internal sealed class SocketFolder : IDisposable
{
    private int _count;

    internal string Path { get; } = Directory.CreateTempSubdirectory("switchboard-").FullName;

    internal UnixDomainSocketEndPoint NextEndPoint() => new(System.IO.Path.Combine(Path, $"{Interlocked.Increment(ref _count)}"));

    internal async Task<TransportPair> ConnectAsync(ITransportFactory factory)
    {
        await using var listener = factory.Listen(NextEndPoint(), 16);
        return await Pairs.ConnectAsync(factory, listener);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
