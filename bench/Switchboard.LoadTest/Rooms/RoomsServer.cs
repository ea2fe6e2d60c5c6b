using Switchboard.LoadTest.Servers;

namespace Switchboard.LoadTest.Rooms;

/// <summary>How the rooms server is started: the names of its settings, here and nowhere else.</summary>
internal static class RoomsServer
{
    private const string Server =
        "dotnet app/Switchboard.Server/bin/Release/net10.0/Switchboard.Server.dll --port {port} --data {data} "
        + "--Switchboard:Rooms:Default:Durable={durable} --Switchboard:Rooms:Default:PresenceEvents=false "
        + "--Switchboard:Rooms:Default:Rate:PerSecond=1000000 --Switchboard:Rooms:Default:Rate:Burst=1000000"; // the load has no limit but its own

    /// <param name="template">A command line with places for <c>{port}</c>, <c>{data}</c> and <c>{durable}</c>; null for our own server.</param>
    /// <param name="load">Says whether its rooms are durable.</param>
    /// <param name="data">The folder for what it stores.</param>
    public static ServerCommand Command(string? template, RoomsLoad load, string data) => ServerCommand.Parse(
        "rooms=" + (template ?? Server)
            .Replace("{data}", data, StringComparison.Ordinal)
            .Replace("{durable}", load.IsDurable ? "true" : "false", StringComparison.Ordinal));
}
