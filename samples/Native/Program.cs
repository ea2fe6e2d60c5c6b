using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Switchboard;

// Servers and clients in one program without a runtime: dotnet publish -c Release samples/Native
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
    Console.WriteLine($"received {await NextAsync(client)}");
}

// One that speaks TLS.
using (var certificate = CertificateForLocalhost())
{
    await using var secure = new WebSocketServer(new WebSocketServerOptions
    {
        Host = "localhost",
        Tls = new ServerTlsOptions { Certificates = [ServerCertificate.From(certificate)] },
    });
    secure.OnConnection += (socket, request) => socket.Send($"{request.Tls!.Protocol}");
    secure.Start();
    await using var client = await WebSocket.ConnectAsync(
        $"wss://localhost:{secure.Port}/", new WebSocketClientOptions { Tls = new ClientTlsOptions { Roots = [certificate] } });
    Console.WriteLine($"secure: {await NextAsync(client)}");
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
    await client.SendAsync("here");
    foreach (var socket in server.Clients)
    {
        socket.Abort();
    }

    await again.Task;
    Console.WriteLine("came back");
}

await browser.Closed;
Console.WriteLine($"failed at {browser.Failure?.Kind}");

static async Task<string> NextAsync(WebSocket client)
{
    await foreach (var message in client.Messages)
    {
        return message.Text;
    }

    return $"nothing: {client.Failure}";
}

static X509Certificate2 CertificateForLocalhost()
{
    using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
    var names = new SubjectAlternativeNameBuilder();
    names.AddDnsName("localhost");
    request.CertificateExtensions.Add(names.Build());
    return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
}
