using System.Text;

namespace Switchboard.Rooms.Tests;

/// <summary>Short ways to say things.</summary>
internal static class Say
{
    public static RoomName Lobby { get; } = Name("a lobby");

    public static RoomName Name(string name) =>
        RoomName.TryCreate(name, out var room, out var problem) ? room : throw new ArgumentException(problem, nameof(name));

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static Task<Room> Join(this RoomDirectory directory, RoomMember member, long? since = null, Guid? epoch = null, int? last = null) =>
        directory.Join(Lobby, member, since, epoch, last);

    public static Task<Room> Join(this RoomDirectory directory, RoomName room, RoomMember member, long? since = null, Guid? epoch = null, int? last = null) =>
        directory.JoinAsync(room, member, new JoinRequest { Since = since, Epoch = epoch, Last = last }, TestContext.Current.CancellationToken).InTime();

    public static Task<LogPlace> Text(this Room room, RoomMember? sender, string text, string? id = null) =>
        room.PublishAsync(sender, Bytes(text), RoomMessageKind.Text, id).InTime();

    public static Task<LogPlace> Text(this RoomDirectory directory, RoomName room, string text, string? id = null) =>
        directory.PublishAsync(room, Entry(text, id)).InTime();

    public static LogEntry Entry(string text, string? id = null) =>
        new() { Payload = Bytes(text), Kind = RoomMessageKind.Text, Id = id, At = DateTimeOffset.UnixEpoch };

    public static async Task<Refusal> Refused(Func<Task> doing) => (await Assert.ThrowsAsync<RefusedException>(() => doing().InTime())).Refusal;

    /// <summary>The sequences from one to another, both with it.</summary>
    public static IEnumerable<long> Through(this long first, long last)
    {
        for (var sequence = first; sequence <= last; sequence++)
        {
            yield return sequence;
        }
    }
}
