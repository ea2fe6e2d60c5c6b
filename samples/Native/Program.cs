using System.Diagnostics;
using System.Text;
using Switchboard;

// A server and its clients in one program without a runtime: dotnet publish -c Release samples/Native
await using var server = new WebSocketServer(new WebSocketServerOptions { Host = "127.0.0.1" });
server.OnConnection += (socket, _) => socket.OnMessage += message => server.Broadcast(message.Data, message.Type);
server.Start();

// The client of a browser.
var url = $"ws://127.0.0.1:{server.Port}/";
var browser = new WebSocket(url);
browser.OnOpen += () => browser.Send(new string('x', 10_000)); // Long enough to be compressed.
var first = new TaskCompletionSource<int>();
browser.OnMessage += message => first.TrySetResult(message.Data.Length);
Console.WriteLine($"echoed {await first.Task} bytes, {browser.Extensions}");
var sinceStart = DateTime.Now - Process.GetCurrentProcess().StartTime;
Console.WriteLine($"ready {sinceStart.TotalMilliseconds:0} ms after the start of the process");

// One that waits.
await using (var client = await WebSocket.ConnectAsync(url))
{
    await client.SendAsync("hello");
    await foreach (var message in client.Messages)
    {
        Console.WriteLine($"received {message.Text}");
        break;
    }
}

// One that comes back.
await using (var client = new ReconnectingWebSocket(url, reconnect: new ReconnectOptions { FirstDelay = TimeSpan.Zero }))
{
    var opened = 0;
    var again = new TaskCompletionSource();
    client.OnOpen += () =>
    {
        if (++opened == 2)
        {
            again.SetResult();
        }
    };
    await client.SendAsync(Encoding.UTF8.GetBytes("here"), MessageType.Text);
    foreach (var socket in server.Clients)
    {
        socket.Abort();
    }

    await again.Task;
    Console.WriteLine("came back");
}

await browser.Closed;
Console.WriteLine($"failed at {browser.Failure?.Kind}");
