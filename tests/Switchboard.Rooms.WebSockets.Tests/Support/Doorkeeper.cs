using System.Collections.Concurrent;

namespace Switchboard.Rooms.WebSockets.Tests;

/// <summary>An application's own code that decides who may be in which room: as the test wants it, at once or when it is told.</summary>
internal sealed class Doorkeeper : RoomHooks
{
    private readonly ConcurrentQueue<(string Room, DateTimeOffset? Expires)> _asked = [];
    private readonly ConcurrentDictionary<string, Func<ValueTask<Refusal?>>> _decisions = [];

    /// <summary>What it was asked about: the room, and until when the identity lasts, which tells one token from another.</summary>
    public IReadOnlyList<(string Room, DateTimeOffset? Expires)> Asked => [.. _asked];

    /// <summary>From now on this is said about a room. Before, everyone may.</summary>
    public void Say(string room, Refusal? refusal) => _decisions[room] = () => new(refusal);

    /// <inheritdoc cref="Say"/>
    public void Throw(string room) => _decisions[room] = () => throw new InvalidOperationException("The application is broken.");

    /// <summary>From now on it thinks about a room, until the test decides.</summary>
    public TaskCompletionSource<Refusal?> Think(string room)
    {
        var decision = new TaskCompletionSource<Refusal?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _decisions[room] = () => new(decision.Task);
        return decision;
    }

    public override ValueTask<Refusal?> AuthorizeAsync(RoomName room, RoomIdentity who, CancellationToken cancellationToken)
    {
        _asked.Enqueue((room.ToString(), who.ExpiresAt));
        return _decisions.TryGetValue(room.ToString(), out var decide) ? decide() : default;
    }
}
