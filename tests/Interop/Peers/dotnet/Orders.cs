using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Switchboard.Interop.DotNetPeer;

/// <summary>Does what it is told.</summary>
internal static class Orders
{
    public static async Task ObeyAsync(Task<WebSocket> opened)
    {
        while (await Task.Run(Console.In.ReadLine) is { } line)
        {
            try
            {
                await DoAsync(await opened, JsonSerializer.Deserialize<Command>(line, JsonSerializerOptions.Web)!);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
            {
                await Console.Error.WriteLineAsync(e.ToString());
            }
        }

        // Whoever told us what to do is gone.
        Environment.Exit(0);
    }

    private static Task DoAsync(WebSocket socket, Command command) => command.Do switch
    {
        "send" => SendAsync(socket, command),
        "count" => CountAsync(socket, command.To),
        "ping" => PingAsync(socket, command.Data),
        // It has no way to close without a code: Empty goes out as 1005, which must not.
        "close" => socket.CloseOutputAsync((WebSocketCloseStatus)command.Code, command.Reason, CancellationToken.None),
        _ => throw new ArgumentException($"There is no command '{command.Do}'.", nameof(command)),
    };

    private static async Task SendAsync(WebSocket socket, Command command)
    {
        var parts = command.Fragmented ? command.Parts : [[.. command.Parts.SelectMany(part => part)]];
        for (var index = 0; index < parts.Count; index++)
        {
            await socket.SendAsync(parts[index], command.MessageType, endOfMessage: index == parts.Count - 1, CancellationToken.None);
        }
    }

    private static async Task CountAsync(WebSocket socket, int to)
    {
        for (var number = 0; number < to; number++)
        {
            var text = Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
            await socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
    }

    // It pings by itself, and tells nobody of the pongs; but without them it would have cut the connection by now.
    private static async Task PingAsync(WebSocket socket, string data)
    {
        await Task.Delay(Terms.PingTimeout * 1.5);
        if (socket.State == WebSocketState.Open)
        {
            Report.Pong(data);
        }
    }
}
