using System.Net.WebSockets;
using System.Text;

namespace Switchboard.TestSupport;

/// <summary>The runtime's own client, which nobody here wrote.</summary>
internal static class Browserlike
{
    public static async Task<ClientWebSocket> ConnectAsync(Uri url, Action<ClientWebSocketOptions>? configure = null)
    {
        var client = new ClientWebSocket();
        configure?.Invoke(client.Options);
        await client.ConnectAsync(url, TestContext.Current.CancellationToken).Soon();
        return client;
    }

    /// <returns>The status with which the server refuses.</returns>
    public static async Task<int> RefusalAsync(Uri url, Action<ClientWebSocketOptions>? configure = null, HttpMessageInvoker? over = null)
    {
        using var client = new ClientWebSocket();
        client.Options.CollectHttpResponseDetails = true;
        configure?.Invoke(client.Options);
        await Assert.ThrowsAsync<WebSocketException>(() => client.ConnectAsync(url, over, TestContext.Current.CancellationToken));
        return (int)client.HttpStatusCode;
    }

    extension(ClientWebSocket client)
    {
        public Task SayAsync(string text) => client.SayAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

        public Task SayAsync(byte[] data, WebSocketMessageType type = WebSocketMessageType.Binary) =>
            client.SendAsync(data, type, endOfMessage: true, TestContext.Current.CancellationToken).Soon();

        public async Task<string> HearAsync() => Encoding.UTF8.GetString((await client.HearMessageAsync()).Data);

        /// <returns>The next message; a close is one too.</returns>
        public async Task<(WebSocketMessageType Type, byte[] Data)> HearMessageAsync()
        {
            using var message = new MemoryStream();
            var buffer = new byte[16 * 1024];
            while (true)
            {
                var piece = await client.ReceiveAsync(buffer, TestContext.Current.CancellationToken).Soon();
                message.Write(buffer, 0, piece.Count);
                if (piece.EndOfMessage)
                {
                    return (piece.MessageType, message.ToArray());
                }
            }
        }

        /// <returns>The code and reason with which the server closes; what comes before is dropped.</returns>
        public async Task<(CloseCode Code, string Reason)> HearCloseAsync()
        {
            while ((await client.HearMessageAsync()).Type != WebSocketMessageType.Close)
            {
            }

            return ((CloseCode)client.CloseStatus!.Value, client.CloseStatusDescription ?? "");
        }

        public Task GoAsync() => client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", TestContext.Current.CancellationToken).Soon();
    }
}
