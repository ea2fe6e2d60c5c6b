namespace Switchboard.Rooms.Tests;

/// <summary>Short forms that keep the tests about rooms.</summary>
internal static class Say
{
    public static RoomName Name(string decoded) =>
        RoomName.TryCreate(decoded, out var name, out var problem) ? name : throw new ArgumentException(problem, nameof(decoded));
}
