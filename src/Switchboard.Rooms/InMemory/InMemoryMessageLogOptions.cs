namespace Switchboard.Rooms;

/// <summary>The limits of an <see cref="InMemoryMessageLog"/>.</summary>
public sealed class InMemoryMessageLogOptions
{
    /// <summary>How many messages of each room are kept. Default 1,000; zero keeps none.</summary>
    public int MaxMessagesInRoom { get; init; } = 1_000;

    /// <summary>How many bytes of payload are kept of all rooms together, and 128 for each message. Default 64 MiB; zero keeps none.</summary>
    public long MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Of how many rooms it is known where they stand. Default 200,000, at least 1; one that is dropped beyond it begins a new epoch.</summary>
    public int MaxRooms { get; init; } = 200_000;
}
