using System.Net.WebSockets;
using System.Text.Json;
using Switchboard.Interop.DotNetPeer;

// The platform's own ClientWebSocket, and its WebSocket on Kestrel, which do as they are told: see ../README.md.
var terms = JsonSerializer.Deserialize<Terms>(args[0], JsonSerializerOptions.Web)!;
var opened = new TaskCompletionSource<WebSocket>();
await Task.WhenAll(Orders.ObeyAsync(opened.Task), terms.Role == "client" ? Client.RunAsync(terms, opened) : Server.RunAsync(terms, opened));
