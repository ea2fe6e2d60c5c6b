using System.Diagnostics;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Modes;

/// <summary>
/// Opens connections at a steady rate, many handshakes under way at once, and closes the oldest so that a bounded number stays
/// open. Connections come from many loopback addresses: one address would run out of ports.
/// </summary>
internal sealed class Storm : IDisposable
{
    private const int Sources = 100;
    private const int MostUnderWay = 256;
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(3);

    // What could not be begun in time is dropped, not made up for in one rush.
    private static readonly long MostDebt = Stopwatch.Frequency / 20;

    private readonly LoopbackUrl _url;
    private readonly OpeningHandshake _handshake;
    private readonly int _alive;
    private readonly long _interval;
    private readonly byte[] _scratch = new byte[4096];
    private readonly Connection?[] _connections;
    private readonly Stack<int> _free = new();
    private readonly Queue<int> _open = new();
    private long _dueAt;
    private int _opening;
    private int _begun;

    public Storm(LoopbackUrl url, int rate, int alive)
    {
        _url = url;
        _handshake = new OpeningHandshake(url);
        _alive = alive;
        _interval = Math.Max(1, Stopwatch.Frequency / rate);
        _connections = new Connection?[alive + (2 * MostUnderWay)]; // those opening and those closing besides
        for (var slot = _connections.Length - 1; slot >= 0; slot--)
        {
            _free.Push(slot);
        }
    }

    public Poller Poller { get; } = new();

    /// <summary>Connections opened so far.</summary>
    public long Handshakes { get; private set; }

    /// <summary>Goes on with what is under way and begins what is due; does not wait.</summary>
    public void Step()
    {
        Advance(timeoutMilliseconds: 0);
        var now = Stopwatch.GetTimestamp();
        _dueAt = Math.Max(_dueAt, now - MostDebt);
        while (_dueAt <= now && _opening < MostUnderWay && _free.Count > 0)
        {
            Begin();
            _dueAt += _interval;
        }
    }

    public void Dispose()
    {
        while (_open.TryDequeue(out var slot))
        {
            _connections[slot]!.SendClose();
        }

        var began = Stopwatch.GetTimestamp();
        while (_free.Count < _connections.Length && Stopwatch.GetElapsedTime(began) < DrainTimeout)
        {
            Advance(timeoutMilliseconds: 100);
        }

        foreach (var connection in _connections)
        {
            connection?.Dispose();
        }

        Poller.Dispose();
    }

    private void Begin()
    {
        var slot = _free.Pop();
        var replies = new ReplyReader(Opcode.Binary, payload: [], period: 1, compared: 0);
        var connection = new Connection(_url, ConnectionSet.Source(_begun++ % Sources), _handshake, replies);
        _connections[slot] = connection;
        _opening++;
        Poller.Add(connection.Descriptor, slot);
        if (connection.IsSending)
        {
            Poller.WatchForSpace(connection.Descriptor, slot, isOn: true);
        }
    }

    private void Advance(int timeoutMilliseconds)
    {
        var events = Poller.Wait(timeoutMilliseconds);
        for (var i = 0; i < events; i++)
        {
            var slot = Poller.DataAt(i);
            if (_connections[slot] is { } connection)
            {
                Advance(connection, slot, hasSpace: Poller.HasSpaceAt(i));
            }
        }
    }

    private void Advance(Connection connection, int slot, bool hasSpace)
    {
        if (hasSpace && connection.ContinueSending())
        {
            Poller.WatchForSpace(connection.Descriptor, slot, isOn: false);
        }

        if (!connection.IsOpen)
        {
            connection.Receive(_scratch);
            if (connection.IsOpen)
            {
                _opening--;
                Handshakes++;
                Keep(slot);
            }
        }
        else if (connection.IsOver(_scratch))
        {
            connection.Dispose();
            _connections[slot] = null;
            _free.Push(slot);
        }
    }

    private void Keep(int slot)
    {
        _open.Enqueue(slot);
        if (_open.Count > _alive)
        {
            _connections[_open.Dequeue()]!.SendClose();
        }
    }
}
