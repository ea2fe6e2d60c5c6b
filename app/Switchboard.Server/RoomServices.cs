using Switchboard.Rooms;
using Switchboard.Rooms.Sqlite;
using Switchboard.Rooms.WebSockets;
using Switchboard.Server.Configuration;
using Switchboard.Server.Identity;

namespace Switchboard.Server;

/// <summary>Gives the application its rooms and their store.</summary>
internal static class RoomServices
{
    /// <remarks>What was made last ends first: the connections, then the rooms, then the store, which still writes what it was given.</remarks>
    internal static void AddRooms(this IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton(provider => SqliteMessageLog.Open(
            new SqliteMessageLogOptions { Directory = settings.Data },
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SqliteMessageLog>>()));
        services.AddSingleton(provider => new RoomOptions
        {
            Rules = settings.Rules,
            Log = provider.GetRequiredService<SqliteMessageLog>(),
            TimeProvider = provider.GetRequiredService<TimeProvider>(),
        });
        services.AddSingleton(static provider => new RoomSockets(
            provider.GetRequiredService<RoomOptions>(),
            provider.GetRequiredService<ServerSettings>().Sockets,
            reader: provider.GetRequiredService<Authenticator>().ReadAsync,
            log: provider.GetRequiredService<ILogger<RoomDirectory>>()));
    }
}
