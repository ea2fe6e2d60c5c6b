using System.Text;

namespace Switchboard.Rooms.Tests;

/// <summary>Short ways to say things.</summary>
internal static class Say
{
    public static RoomName Name(string name) =>
        RoomName.TryCreate(name, out var room, out var problem) ? room : throw new ArgumentException(problem, nameof(name));

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
