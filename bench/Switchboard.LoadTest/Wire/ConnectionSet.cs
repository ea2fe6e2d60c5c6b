using System.Diagnostics;
using System.Net;

namespace Switchboard.LoadTest.Wire;

/// <summary>Open connections and the poller that watches them; an event carries the connection's index.</summary>
internal sealed class ConnectionSet : IDisposable
{
    // Linux hands out some 28,000 ports per source address and destination.
    private const int ConnectionsPerSource = 20_000;

    // Enough that neither side waits for the other, and fewer than any server's backlog.
    private const int HandshakesInFlight = 64;

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(60);

    private readonly List<Connection> _connections = [];
    private readonly byte[] _scratch = new byte[4096];

    private ConnectionSet()
    {
    }

    public Poller Poller { get; } = new();

    public int Count => _connections.Count;

    public Connection this[int index] => _connections[index];

    public static ConnectionSet Open(LoopbackUrl url, int count, Func<Replies> replies)
    {
        var handshake = url.IsRaw ? null : new OpeningHandshake(url);
        return Open(count, index => new Connection(url, Source(index / ConnectionsPerSource), handshake, replies()));
    }

    /// <param name="count">How many.</param>
    /// <param name="connect">Begins the one with that index.</param>
    public static ConnectionSet Open(int count, Func<int, Connection> connect)
    {
        var set = new ConnectionSet();
        try
        {
            set.OpenAll(count, connect);
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    public static uint Source(int number) =>
        BitConverter.ToUInt32(new IPAddress([127, 0, 0, (byte)(1 + number)]).GetAddressBytes());

    /// <summary>Says goodbye and waits for the answers, so that the next load does not meet what this one left.</summary>
    public void Dispose()
    {
        var left = 0;
        foreach (var connection in _connections)
        {
            connection.SendClose();
            left++;
        }

        var began = Stopwatch.GetTimestamp();
        while (left > 0 && Stopwatch.GetElapsedTime(began) < CloseTimeout)
        {
            var events = Poller.Wait(timeoutMilliseconds: 100);
            for (var i = 0; i < events; i++)
            {
                var connection = _connections[Poller.DataAt(i)];
                if (connection.IsOver(_scratch))
                {
                    connection.Dispose();
                    left--;
                }
            }
        }

        _connections.ForEach(connection => connection.Dispose());
        _connections.Clear();
        Poller.Dispose();
    }

    private void OpenAll(int count, Func<int, Connection> connect)
    {
        var began = Stopwatch.GetTimestamp();
        var open = 0;
        while (open < count)
        {
            while (Count < count && Count - open < HandshakesInFlight)
            {
                var connection = connect(Count);
                open += connection.IsOpen ? 1 : 0;
                Add(connection);
            }

            open += open < count ? Turn() : 0;
            if (Stopwatch.GetElapsedTime(began) > OpenTimeout)
            {
                throw new RunFailedException($"Only {open} of {count} connections could be opened in {OpenTimeout.TotalSeconds:0} s.");
            }
        }
    }

    private void Add(Connection connection)
    {
        var index = _connections.Count;
        _connections.Add(connection);
        Poller.Add(connection.Descriptor, index);
        if (connection.IsSending)
        {
            Poller.WatchForSpace(connection.Descriptor, index, isOn: true);
        }
    }

    /// <summary>How many connections became open.</summary>
    private int Turn()
    {
        var opened = 0;
        var events = Poller.Wait(timeoutMilliseconds: 100);
        for (var i = 0; i < events; i++)
        {
            var index = Poller.DataAt(i);
            var connection = _connections[index];
            if (Poller.HasSpaceAt(i) && connection.ContinueSending())
            {
                Poller.WatchForSpace(connection.Descriptor, index, isOn: false);
            }

            if (Poller.HasBytesAt(i))
            {
                var wasOpen = connection.IsOpen;
                if (connection.Receive(_scratch) > 0)
                {
                    throw new RunFailedException("The server sent a message before it got one.");
                }

                opened += !wasOpen && connection.IsOpen ? 1 : 0;
            }
        }

        return opened;
    }
}
