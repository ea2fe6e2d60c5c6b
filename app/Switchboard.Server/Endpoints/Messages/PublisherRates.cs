using Switchboard.Rooms;

namespace Switchboard.Server.Endpoints.Messages;

/// <summary>
/// How often somebody may publish over HTTP, where nobody is a member: by publisher and room. It remembers those who published last, and so a
/// flood of names takes no more memory than that.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="capacity">How many to remember at least, and twice as many at most.</param>
internal sealed class PublisherRates(TimeProvider time, int capacity = 10_000)
{
    private readonly Lock _gate = new();

    // Two generations: who has published since the younger one began is in it, and the older one is forgotten as a whole.
    private Dictionary<(RoomName Room, string Publisher), TokenBucket> _younger = [];
    private Dictionary<(RoomName Room, string Publisher), TokenBucket> _older = [];

    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _younger.Count + _older.Count;
            }
        }
    }

    /// <summary>Takes one message's right, or says how long it takes until there is one.</summary>
    internal TimeSpan Take(RoomName room, string publisher, RateLimit limit)
    {
        lock (_gate)
        {
            if (!_younger.TryGetValue((room, publisher), out var bucket))
            {
                _older.Remove((room, publisher), out bucket);
                if (_younger.Count >= capacity)
                {
                    (_younger, _older) = ([], _younger);
                }
            }

            var wait = bucket.Take(limit, time);
            _younger[(room, publisher)] = bucket;
            return wait;
        }
    }
}
