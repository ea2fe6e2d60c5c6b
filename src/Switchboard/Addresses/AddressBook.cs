using System.Net;

namespace Switchboard.Addresses;

/// <summary>Knows what each address has open, and how often it has knocked. Safe from any thread.</summary>
/// <param name="limits">What one address may do.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class AddressBook(AddressLimits limits, TimeProvider timeProvider)
{
    private const int SmallestSweep = 1024;

    // Who is refused is given some seconds to read why. More than these of an address are not.
    private const int MostRefused = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<AddressKey, Entry> _entries = [];
    private int _sweepAt = SmallestSweep;

    /// <summary>How many addresses are remembered.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Somebody begins an opening handshake.</summary>
    /// <param name="from">His address.</param>
    /// <param name="place">
    /// His place among the open connections or, if he is refused, among those that are told so; to be left. Null if he is not limited, or is
    /// not to be told.
    /// </param>
    internal AddressVerdict Enter(EndPoint? from, out Place? place)
    {
        place = null;
        if (from is not IPEndPoint { Address: var address } || (IPAddress.IsLoopback(address) && !limits.AppliesToLoopback))
        {
            return AddressVerdict.Welcome;
        }

        var key = AddressKey.Of(address);
        var now = timeProvider.GetTimestamp();
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                Sweep(now);
                _entries.Add(key, entry = new Entry { Allowance = limits.MaxHandshakesPerSecond, LastSeen = now });
            }

            if (limits.MaxHandshakesPerSecond > 0 && !TryKnock(entry, now))
            {
                return Refuse(entry, AddressVerdict.TooManyHandshakes, ref place);
            }

            if (limits.MaxConnections > 0 && entry.Open >= limits.MaxConnections)
            {
                return Refuse(entry, AddressVerdict.TooManyConnections, ref place);
            }

            entry.Open++;
            place = new Place(this, entry, isRefused: false);
            return AddressVerdict.Welcome;
        }
    }

    private AddressVerdict Refuse(Entry entry, AddressVerdict verdict, ref Place? place)
    {
        if (entry.Refused >= MostRefused)
        {
            return AddressVerdict.Flood;
        }

        entry.Refused++;
        place = new Place(this, entry, isRefused: true);
        return verdict;
    }

    // An allowance that grows with time, up to a second's worth.
    private bool TryKnock(Entry entry, long now)
    {
        entry.Allowance = Refilled(entry, now);
        entry.LastSeen = now;
        if (entry.Allowance < 1)
        {
            return false;
        }

        entry.Allowance--;
        return true;
    }

    private double Refilled(Entry entry, long now) => Math.Min(
        limits.MaxHandshakesPerSecond,
        entry.Allowance + (timeProvider.GetElapsedTime(entry.LastSeen, now).TotalSeconds * limits.MaxHandshakesPerSecond));

    // Forgets whom nothing is held against, each time that the book has doubled: a stranger with many addresses does not fill it for ever.
    private void Sweep(long now)
    {
        if (_entries.Count < _sweepAt)
        {
            return;
        }

        foreach (var (key, entry) in _entries)
        {
            if (entry.Open == 0 && entry.Refused == 0 && Refilled(entry, now) >= limits.MaxHandshakesPerSecond)
            {
                _entries.Remove(key);
            }
        }

        _sweepAt = Math.Max(SmallestSweep, 2 * _entries.Count);
    }

    private void Leave(Entry entry, bool isRefused)
    {
        lock (_gate)
        {
            entry.Open -= isRefused ? 0 : 1;
            entry.Refused -= isRefused ? 1 : 0;
        }
    }

    /// <summary>A place among an address's open connections, or among those that are told why they are none.</summary>
    internal sealed class Place(AddressBook book, Entry entry, bool isRefused)
    {
        private int _isLeft;

        /// <summary>The connection has ended. A second call does nothing.</summary>
        internal void Leave()
        {
            if (Interlocked.Exchange(ref _isLeft, 1) == 0)
            {
                book.Leave(entry, isRefused);
            }
        }
    }

    /// <summary>What is known of an address.</summary>
    internal sealed class Entry
    {
        internal int Open { get; set; }

        internal int Refused { get; set; }

        /// <summary>How many handshakes may begin at once, as of <see cref="LastSeen"/>.</summary>
        internal double Allowance { get; set; }

        internal long LastSeen { get; set; }
    }
}
