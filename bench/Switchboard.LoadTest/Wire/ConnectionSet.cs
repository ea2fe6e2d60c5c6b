using System.Diagnostics;
using System.Net;

namespace Switchboard.LoadTest.Wire;

/// <summary>Connections opened one after another, and the poller that watches them; an event carries the connection's index.</summary>
internal sealed class ConnectionSet : IDisposable
{
    // Linux hands out some 28,000 ports per source address and destination.
    private const int ConnectionsPerSource = 20_000;
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(60);

    private readonly List<Connection> _connections = [];

    public Poller Poller { get; } = new();

    public int Count => _connections.Count;

    public Connection this[int index] => _connections[index];

    public static ConnectionSet Open(LoopbackUrl url, int count, Func<ReplyReader> replies)
    {
        var set = new ConnectionSet();
        try
        {
            var began = Stopwatch.GetTimestamp();
            while (set.Count < count)
            {
                if (Stopwatch.GetElapsedTime(began) > OpenTimeout)
                {
                    throw new RunFailedException(
                        $"Only {set.Count} of {count} connections could be opened in {OpenTimeout.TotalSeconds:0} s.");
                }

                set.Add(new Connection(url, SourceFor(set.Count), replies()));
            }

            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.SendClose();
        }

        var scratch = new byte[4096];
        var began = Stopwatch.GetTimestamp();
        foreach (var connection in _connections)
        {
            if (!connection.IsSending && Stopwatch.GetElapsedTime(began) < CloseTimeout)
            {
                connection.AwaitClose(scratch);
            }

            connection.Dispose();
        }

        _connections.Clear();
        Poller.Dispose();
    }

    private void Add(Connection connection)
    {
        _connections.Add(connection);
        Poller.Add(connection.Descriptor, _connections.Count - 1);
    }

    private static uint SourceFor(int index) =>
        BitConverter.ToUInt32(new IPAddress([127, 0, 0, (byte)(1 + (index / ConnectionsPerSource))]).GetAddressBytes());
}
