// The server object itself, without ASP.NET Core, as the load generator measures it. /echo sends each message back; /fanout sends each
// message to every client of that path.
using Switchboard;
using Switchboard.EchoServer;

if (!Arguments.TryRead(args, out var port, out var transport, out var isSecure))
{
    Console.Error.WriteLine("Usage: Switchboard.EchoServer --port PORT [--transport epoll|sockets] [--tls]");
    return 2;
}

await using var server = new WebSocketServer(new WebSocketServerOptions
{
    Host = "127.0.0.1",
    Port = port,
    Transport = transport,
    Tls = isSecure ? new ServerTlsOptions { Certificates = [ServerCertificate.From(OwnCertificate.Make())] } : null,

    // As large as the peers' limits: no message of a measurement is refused or dropped.
    MaxMessageBytes = 16 * 1024 * 1024,
    MaxBacklogBytes = 1024 * 1024 * 1024,
});
server.OnConnection += (socket, request) =>
{
    if (request.Path == "/fanout")
    {
        socket.UserState = request.Path;
        socket.OnMessage += message => server.Broadcast(message.Data, message.Type, static client => client.UserState is "/fanout");
    }
    else
    {
        socket.OnMessage += message => socket.Send(message);
    }
};
await server.RunAsync();
return 0;
