namespace Switchboard.Rooms;

/// <summary>The limits of a <see cref="RoomDirectory"/>, which refuses negative ones.</summary>
public sealed class RoomOptions
{
    /// <summary>How many messages each room remembers for those who join later. Default 100; zero remembers none.</summary>
    public int HistoryLength { get; init; } = 100;

    /// <summary>The longest message in bytes of payload. Default 64 KiB; zero allows only empty messages.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// How many bytes of payload each room remembers; the oldest messages are forgotten first, and one that is longer at once.
    /// Default 512 KiB; zero remembers only empty messages.
    /// </summary>
    /// <remarks>All of it may be delivered to a newcomer at once, so it should be less than what may wait for one connection.</remarks>
    public long MaxHistoryBytes { get; init; } = 512 * 1024;

    /// <summary>
    /// How many rooms without members are kept for their history. Beyond it the one left or published to longest ago is dropped first;
    /// its name then begins a new epoch. Default 10,000; zero drops a room with its last member.
    /// </summary>
    public int MaxEmptyRooms { get; init; } = 10_000;

    /// <summary>
    /// How many bytes of payload the rooms without members may keep together, dropped in the same order. Default 64 MiB;
    /// zero keeps only rooms whose messages are all empty.
    /// </summary>
    public long MaxEmptyRoomBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// How many bytes may be published in each room and not delivered yet: payload, and 128 for each message, so that short ones are
    /// bounded too. Beyond it a message is refused with <see cref="RoomBusyException"/>, but one is always taken when none waits.
    /// Default 8 MiB; zero takes one message at a time.
    /// </summary>
    /// <remarks>It is reached when messages are published faster than <see cref="IRoomDelivery"/> hands them on.</remarks>
    public long MaxUndeliveredBytes { get; init; } = 8 * 1024 * 1024;
}
