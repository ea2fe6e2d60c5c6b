using Switchboard;

await using var server = new WebSocketServer(new WebSocketServerOptions { Port = 3000 });
server.OnConnection += (socket, request) =>
{
    Console.WriteLine("Client connected");
    socket.OnMessage += message => socket.Send($"Server received: {message.Text}");
    socket.OnClose += (code, reason) => Console.WriteLine("Client disconnected");
};
await server.RunAsync();
