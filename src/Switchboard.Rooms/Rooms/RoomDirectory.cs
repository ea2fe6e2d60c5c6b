using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Switchboard.Rooms;

/// <summary>
/// All rooms of this node. One is in memory while somebody uses it; its history is in the log. Safe to use from any thread, also from inside a delivery.
/// </summary>
public sealed class RoomDirectory : IAsyncDisposable
{
    private readonly ConcurrentDictionary<RoomName, Room> _rooms = [];
    private readonly RoomCore _core;
    private readonly Tenancy _tenancy;
    private readonly Housekeeping _housekeeping;

    /// <summary>Creates a directory without rooms.</summary>
    /// <param name="options">What it is made of; the defaults of <see cref="RoomOptions"/> when null: all in memory.</param>
    /// <param name="batch">Wraps what is delivered in one go; null for nothing.</param>
    /// <param name="log">What goes wrong (events 3000 to 3099); nowhere when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public RoomDirectory(RoomOptions? options = null, IDeliveryBatch? batch = null, ILogger<RoomDirectory>? log = null)
    {
        options ??= new RoomOptions();
        options.Validate();
        _core = new RoomCore(options, batch, log ?? NullLogger<RoomDirectory>.Instance);
        _tenancy = new Tenancy(this, _core);
        _housekeeping = new Housekeeping(_core);
    }

    /// <summary>Which settings hold in which room.</summary>
    public RoomRules Rules => _core.Options.Rules;

    /// <summary>How many rooms are in memory.</summary>
    public int Count => _rooms.Count;

    /// <summary>
    /// Puts <paramref name="member"/> into the room. It is told where the room stands (<see cref="RoomJoined"/>), then what it missed, then everything later: none
    /// missing, none twice. That may arrive before this returns, and the past may still come after.
    /// </summary>
    /// <param name="name">The room.</param>
    /// <param name="member">A member that has joined no room yet.</param>
    /// <param name="request">What of the past it wants first. Default nothing.</param>
    /// <param name="cancellationToken">Ends the waiting; the member is then not in the room.</param>
    /// <returns>The room, to publish in and to leave.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> or <paramref name="member"/> is null.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="member"/> has joined a room before.</exception>
    /// <exception cref="RefusedException">It may not, or the room is full.</exception>
    /// <exception cref="LogUnavailableException">Where the room stands cannot be read.</exception>
    public async ValueTask<Room> JoinAsync(RoomName name, RoomMember member, JoinRequest request = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(member);
        if (await AuthorizeAsync(name, member.Identity, RoomAction.Read, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            RoomMetrics.Refused(refusal);
            throw new RefusedException(refusal);
        }

        var room = Use(name);
        try
        {
            await room.OpenAsync(cancellationToken).ConfigureAwait(false);
            await room.EnterAsync(member, request, cancellationToken).ConfigureAwait(false);
            return room;
        }
        finally
        {
            // The member, if it is in, keeps the room in memory itself.
            room.Release();
        }
    }

    /// <summary>Publishes to a room without being its member, as a backend does. Otherwise as <see cref="Room.TryPublishAsync"/>.</summary>
    /// <returns>Null if the room has taken it, or why not.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> or <paramref name="publication"/> is null.</exception>
    /// <exception cref="LogUnavailableException">Where the room stands cannot be read.</exception>
    public async ValueTask<Refusal?> TryPublishAsync(RoomName name, Publication publication, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(publication);
        var room = Use(name);
        try
        {
            await room.OpenAsync(cancellationToken).ConfigureAwait(false);
            return await room.TakeAsync(publication).ConfigureAwait(false);
        }
        finally
        {
            room.Release();
        }
    }

    /// <summary>Publishes to a room without being its member, and waits until the message is stored.</summary>
    /// <param name="name">The room.</param>
    /// <param name="entry">The message. Nobody changes it any more.</param>
    /// <param name="cancellationToken">Ends the waiting for the room; a message that it has taken is stored all the same.</param>
    /// <returns>Its place.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> or <paramref name="entry"/> is null.</exception>
    /// <exception cref="RefusedException">It was not stored, or nobody knows: <see cref="RefusedException.Refusal"/> tells why.</exception>
    public async Task<LogPlace> PublishAsync(RoomName name, LogEntry entry, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Sender is not null)
        {
            DisplayName.ThrowIfInvalid(entry.Sender, nameof(entry));
        }

        var publication = AwaitedPublication.Of(entry);
        return await publication.PlaceAsync(TryPublishAsync(name, publication, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Whether somebody may do something in a room: their grants, the room's settings, and for reading the application's own code must allow it.</summary>
    /// <returns>Null if so, or why not.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> or <paramref name="who"/> is null.</exception>
    public ValueTask<Refusal?> AuthorizeAsync(RoomName name, RoomIdentity who, RoomAction action, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!Rules.For(name).Allow(name, who, action))
        {
            return new(Refusal.Forbidden(action));
        }

        return action == RoomAction.Read && _core.Options.Hooks is { } hooks ? _core.AuthorizeAsync(hooks, name, who, cancellationToken) : default;
    }

    /// <summary>Reads a room's history, whether somebody is in it or not.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="LogUnavailableException">It cannot be read.</exception>
    public ValueTask<HistoryPage> ReadAsync(RoomName name, HistoryQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _core.LogFor(Rules.For(name)).ReadAsync(name, query, cancellationToken);
    }

    /// <summary>Who is in a room, on all nodes.</summary>
    /// <param name="name">The room.</param>
    /// <param name="limit">How many to list at most; zero only counts, which does not enumerate them.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public ValueTask<PresencePage> MembersAsync(RoomName name, int limit, CancellationToken cancellationToken = default) =>
        _core.Presence.ReadAsync(name, limit, cancellationToken);

    /// <summary>Finds a room that is in memory; creates none.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public bool TryGet(RoomName name, [NotNullWhen(true)] out Room? room) => _rooms.TryGetValue(name, out room);

    /// <summary>The rooms in memory at this moment, in no particular order: a copy.</summary>
    public IReadOnlyList<Room> List() => [.. _rooms.Values];

    /// <summary>The rooms that messages were ever stored of, by the ordinal order of their names.</summary>
    /// <param name="after">The room behind which to begin; null for the first.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="LogUnavailableException">The log cannot be read.</exception>
    public ValueTask<IReadOnlyList<RoomName>> StoredAsync(RoomName? after, int limit, CancellationToken cancellationToken = default) =>
        _core.Durable.ListAsync(after, limit, cancellationToken);

    /// <summary>Ends what the directory does by itself. Members are left where they are; logs and the like are the caller's.</summary>
    public async ValueTask DisposeAsync()
    {
        await _housekeeping.DisposeAsync().ConfigureAwait(false);
        await _tenancy.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The room, kept in memory until it is released.</summary>
    internal Room Use(RoomName name)
    {
        while (true)
        {
            var room = _rooms.GetOrAdd(name, static (name, directory) => new Room(name, directory, directory._core), this);
            if (room.TryUse())
            {
                return room;
            }

            // It is gone, and about to be forgotten.
            Forget(room);
        }
    }

    internal void Forget(Room room) => _rooms.TryRemove(new KeyValuePair<RoomName, Room>(room.Name, room));

    /// <summary>Something was stored: there may be something to forget.</summary>
    internal void Touch(RoomName room) => _housekeeping.Touch(room);

    internal ValueTask<long?> EnterPresenceAsync(RoomMember member, CancellationToken cancellationToken) => _tenancy.EnterAsync(member, cancellationToken);

    internal ValueTask<long?> LeavePresenceAsync(RoomMember member) => _tenancy.LeaveAsync(member);
}
