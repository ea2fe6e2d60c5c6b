namespace Switchboard.Rooms.WebSockets;

/// <summary>What all sessions share.</summary>
internal sealed class SessionTerms(
    RoomDirectory directory, RoomSocketOptions options, TimeProvider time, Func<string, CancellationToken, ValueTask<TokenReading>>? reader)
{
    public RoomDirectory Directory => directory;

    public RoomSocketOptions Options => options;

    public TimeProvider Time => time;

    public Func<string, CancellationToken, ValueTask<TokenReading>>? ReadToken => reader;

    public PlainDelivery Plain { get; } = new();

    public JsonDelivery Json { get; } = new();
}
