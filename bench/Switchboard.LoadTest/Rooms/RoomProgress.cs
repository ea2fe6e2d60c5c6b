namespace Switchboard.LoadTest.Rooms;

/// <summary>
/// A room that has members in every process: up to which position each process's members have all messages, and since when, for the
/// positions that may be under way.
/// </summary>
internal sealed unsafe class RoomProgress(long* numbers, long stride, int ringLength, int clients, int client)
{
    // Before the times, on cache lines of its own.
    private readonly long _times = stride - ringLength;

    public long CompletedHere => *Completed(client);

    public long CompletedByAll
    {
        get
        {
            var least = long.MaxValue;
            for (var i = 0; i < clients; i++)
            {
                least = Math.Min(least, Volatile.Read(ref *Completed(i)));
            }

            return least;
        }
    }

    /// <summary>All members of this process have the message. Positions complete in their order.</summary>
    public void Complete(long position, long at)
    {
        *Time(client, position) = at;
        Volatile.Write(ref *Completed(client), position + 1); // after the time, for whoever sees it reads that
    }

    /// <summary>When the last member of all had the message.</summary>
    public long LastCompletion(long position)
    {
        var last = 0L;
        for (var i = 0; i < clients; i++)
        {
            last = Math.Max(last, *Time(i, position));
        }

        return last;
    }

    private long* Completed(int of) => numbers + (of * stride);

    private long* Time(int of, long position) => numbers + (of * stride) + _times + (position & (ringLength - 1));
}
