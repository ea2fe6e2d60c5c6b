using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Switchboard.Durability;

/// <summary>
/// A connection in the JSON format, over the platform's own client: nothing of ours could hide a fault of ours. It is made anew as often as it breaks, and
/// each time the one who uses it begins with <c>begin</c>.
/// </summary>
internal abstract class Line(Uri server, string name)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    protected string Name => name;

    /// <summary>Talks until it is <see cref="IsDone"/>, across all breaks.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!IsDone)
        {
            try
            {
                using var socket = new ClientWebSocket();
                socket.Options.AddSubProtocol("switchboard.v1.json");
                await socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/rooms", Query = $"as={name}" }.Uri, cancellationToken);
                await TalkAsync(socket, cancellationToken);
            }
            catch (Exception e) when (e is WebSocketException or IOException or HttpRequestException)
            {
                // Killed, or not there yet.
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    protected abstract bool IsDone { get; }

    protected abstract IEnumerable<string> Begin();

    /// <returns>What to say to that.</returns>
    protected abstract IEnumerable<string> Hear(JsonElement frame);

    private async Task TalkAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        await SayAsync(socket, Begin(), cancellationToken);
        var buffer = new byte[64 * 1024];
        while (!IsDone)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += part.Count;
            }
            while (!part.EndOfMessage);

            if (part.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            using var frame = JsonDocument.Parse(buffer.AsMemory(0, length));
            await SayAsync(socket, Hear(frame.RootElement), cancellationToken);
        }
    }

    private static async Task SayAsync(ClientWebSocket socket, IEnumerable<string> frames, CancellationToken cancellationToken)
    {
        foreach (var frame in frames)
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, true, cancellationToken);
        }
    }
}
