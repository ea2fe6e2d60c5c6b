using System.Text;

namespace Switchboard.Rooms.Tests;

/// <summary>Short forms that keep the tests about rooms.</summary>
internal static class Say
{
    public static RoomName Name(string decoded) =>
        RoomName.TryCreate(decoded, out var name, out var problem) ? name : throw new ArgumentException(problem, nameof(decoded));

    public static RoomMessage Text(this Room room, RoomMember sender, string text) =>
        room.Publish(sender, Encoding.UTF8.GetBytes(text), RoomMessageKind.Text);

    public static RoomMessage Text(this RoomDirectory directory, RoomName name, string text) =>
        directory.Publish(name, Encoding.UTF8.GetBytes(text), RoomMessageKind.Text);

    public static IEnumerable<long> Through(this long first, long last)
    {
        for (var sequence = first; sequence <= last; sequence++)
        {
            yield return sequence;
        }
    }
}
