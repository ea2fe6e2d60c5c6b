// The server object itself, without ASP.NET Core, as the load generator measures it: --port PORT.
using System.Globalization;
using Switchboard;

if (args is not ["--port", var port])
{
    Console.Error.WriteLine("Usage: Switchboard.EchoServer --port PORT");
    return 2;
}

await using var server = new WebSocketServer(new WebSocketServerOptions
{
    Host = "127.0.0.1",
    Port = int.Parse(port, CultureInfo.InvariantCulture),
});
server.OnConnection += (socket, _) => socket.OnMessage += message => socket.Send(message);
await server.RunAsync();
return 0;
