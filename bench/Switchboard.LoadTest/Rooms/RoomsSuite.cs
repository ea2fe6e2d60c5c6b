using Switchboard.LoadTest.CommandLine;
namespace Switchboard.LoadTest.Rooms;
internal static class RoomsSuite { public static void Execute(Arguments a) => throw new NotImplementedException(a.Command); }
