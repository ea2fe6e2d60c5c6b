// The peer every .NET developer has already: an echo and a fan-out over System.Net.WebSockets, as the ASP.NET Core documentation shows it
// (https://learn.microsoft.com/aspnet/core/fundamentals/websockets), without compression and without logging. Where the documentation
// leaves a choice it is the faster one: Memory overloads, which allocate nothing, and no cancellation token, which would cost a
// registration per call.
using System.Globalization;
using System.Net.WebSockets;
using Switchboard.EchoServer;
using Switchboard.Peers.Kestrel;

if (args is not ["--port", var text, .. var rest] || rest is not ([] or ["--tls"]) || !ushort.TryParse(text, CultureInfo.InvariantCulture, out var port))
{
    Console.Error.WriteLine("usage: Kestrel --port PORT [--tls]");
    return 2;
}

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port, endpoint =>
{
    if (rest is ["--tls"])
    {
        endpoint.UseHttps(OwnCertificate.Make());
    }
}));

var app = builder.Build();
app.UseWebSockets();
app.Map("/echo", context => AcceptAsync(context, EchoAsync));
var fanOut = new FanOut();
app.Map("/fanout", context => AcceptAsync(context, fanOut.ServeAsync));
await app.RunAsync();
return 0;

static async Task AcceptAsync(HttpContext context, Func<WebSocket, Task> serve)
{
    if (!context.WebSockets.IsWebSocketRequest)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return;
    }

    using var socket = await context.WebSockets.AcceptWebSocketAsync();
    try
    {
        await serve(socket);
    }
    catch (WebSocketException)
    {
        // The client left without a word.
    }
}

static async Task EchoAsync(WebSocket socket)
{
    var buffer = new byte[16 * 1024];
    var received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
    while (received.MessageType != WebSocketMessageType.Close)
    {
        await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
        received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
    }

    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
}
