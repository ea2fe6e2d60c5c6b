using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Switchboard.Tests.Support;

namespace Switchboard.Tests.Tls;

/// <summary>Conversations over wss://, both ends ours, on every transport.</summary>
public sealed class SecureConversationTests
{
    public static TheoryData<string> Transports => Secure.Transports;

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Messages_of_every_size_come_back(string transport)
    {
        const int largest = 16 * 1024 * 1024;
        await using var secure = Secure.StartEcho(transport, new WebSocketServerOptions { MaxMessageBytes = largest, MaxBacklogBytes = 2 * largest });
        var client = secure.Connect(options: new WebSocketClientOptions { MaxBacklogBytes = 2 * largest });
        await client.IsOpen();
        var messages = client.Messages.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var random = new Random(5);

        foreach (var size in (int[])[0, 1, 125, 126, 4096, 16383, 16384, 16385, 65535, 65536, 1_000_000, largest])
        {
            var bytes = new byte[size];
            random.NextBytes(bytes);

            Assert.True(client.Send(bytes));

            Assert.True(await messages.MoveNextAsync().AsTask().InTime());
            Assert.True(bytes.AsSpan().SequenceEqual(messages.Current.Data.Span), $"{size} bytes");
        }

        client.Close();
        await client.Closed.InTime();
        Assert.True(client.WasClean);
        await Eventually.IsTrue(() => secure.Server.Clients.Count == 0);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Broadcasts_reach_everybody(string transport)
    {
        const int messages = 200;
        await using var secure = Secure.Start(transport, static (_, _) => { });
        var clients = Enumerable.Range(0, 10).Select(_ => secure.Connect()).ToArray();
        var heard = new int[clients.Length];
        for (var i = 0; i < clients.Length; i++)
        {
            var index = i;
            clients[i].OnMessage += message =>
            {
                Assert.Equal($"message {heard[index]} {new string('x', heard[index] * 50)}", message.Text);
                Interlocked.Increment(ref heard[index]);
            };
        }

        await Eventually.IsTrue(() => secure.Server.Clients.Count == clients.Length);
        for (var i = 0; i < messages; i++)
        {
            Assert.Equal(clients.Length, secure.Server.Broadcast($"message {i} {new string('x', i * 50)}"));
        }

        await Eventually.IsTrue(() => heard.All(count => Volatile.Read(ref count) == messages));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task The_request_knows_what_was_agreed_on(SslProtocols protocol)
    {
        WebSocketRequest? request = null;
        await using var secure = Secure.Start("Memory", (_, asked) => request = asked, new WebSocketServerOptions
        {
            Tls = Secure.Usual with
            {
                Protocols = protocol,
                ClientCertificates = ClientCertificates.Required,
                ClientRoots = TestCertificates.Roots,
            },
        });

        var client = secure.Connect(Secure.Trusting with { ClientCertificate = [TestCertificates.Client, TestCertificates.Intermediate] });

        await client.IsOpen();
        Assert.True(request!.IsSecure);
        Assert.Equal(protocol, request.Tls!.Protocol);
        Assert.Equal("localhost", request.Tls.HostName);
        Assert.Equal("http/1.1", request.Tls.ApplicationProtocol.ToString());
        Assert.Equal(TestCertificates.Client.Thumbprint, request.ClientCertificate?.Thumbprint);
        Assert.Contains(secure.Log.Texts, line => line.StartsWith("Listening on wss://", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_TLS_the_request_is_not_secure()
    {
        var asked = new TaskCompletionSource<WebSocketRequest>();
        await using var test = TestServer.Start(server => server.OnConnection += (_, request) => asked.SetResult(request));

        await test.OpenAsync();

        var request = await asked.Task.InTime();
        Assert.False(request.IsSecure);
        Assert.Null(request.Tls);
        Assert.Null(request.ClientCertificate);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_client_that_does_not_read_is_closed_when_its_backlog_is_full(string transport)
    {
        var closed = new TaskCompletionSource<CloseCode>();
        ServerWebSocket? peer = null;
        await using var secure = Secure.Start(
            transport,
            (socket, _) =>
            {
                socket.OnClose += (code, _) => closed.TrySetResult(code);
                peer = socket;
            },
            new WebSocketServerOptions { Compression = null, MaxBacklogBytes = 256 * 1024, CloseTimeout = TimeSpan.FromMilliseconds(200) });
        var client = secure.Connect();
        var never = new TaskCompletionSource();
        client.OnMessageAsync += _ => new ValueTask(never.Task);
        await client.IsOpen();
        await Eventually.IsTrue(() => peer is not null);

        var most = 0L;
        var payload = new byte[20_000];
        for (var i = 0; i < 10_000 && peer!.Send(payload); i++)
        {
            most = Math.Max(most, peer.BufferedAmount);
        }

        Assert.Equal(CloseCode.TryAgainLater, await closed.Task.InTime());
        Assert.InRange(most, 1, 256 * 1024);
        never.SetResult();
        await client.Closed.InTime();
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task SendAsync_waits_for_a_client_that_reads_slowly_and_nothing_is_lost(string transport)
    {
        const int messages = 400;
        ServerWebSocket? peer = null;
        await using var secure = Secure.Start(transport, (socket, _) => peer = socket, new WebSocketServerOptions { Compression = null, MaxBacklogBytes = 100_000 });
        var client = secure.Connect();
        var heard = 0;
        client.OnMessageAsync += async message =>
        {
            Assert.Equal(20_000 + heard, message.Data.Length);
            await Task.Yield();
            Interlocked.Increment(ref heard);
        };
        await Eventually.IsTrue(() => peer is not null);

        for (var i = 0; i < messages; i++)
        {
            Assert.True(await peer!.SendAsync(new byte[20_000 + i], cancellationToken: TestContext.Current.CancellationToken).AsTask().InTime());
        }

        await Eventually.IsTrue(() => Volatile.Read(ref heard) == messages);
        Assert.Equal(0, peer!.BufferedAmount);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Handlers_may_run_on_the_thread_pool(string transport)
    {
        await using var secure = Secure.StartEcho(transport, new WebSocketServerOptions { HandlersRunOn = HandlerThread.ThreadPool });
        var client = secure.Connect();
        await client.IsOpen();
        var messages = client.Messages.GetAsyncEnumerator(TestContext.Current.CancellationToken);

        for (var i = 0; i < 100; i++)
        {
            client.Send($"{i}");
            Assert.True(await messages.MoveNextAsync().AsTask().InTime());
            Assert.Equal($"{i}", messages.Current.Text);
        }
    }

    [Theory]
    [InlineData("Sockets", SslProtocols.Tls12)]
    [InlineData("Sockets", SslProtocols.Tls13)]
    [InlineData("Epoll", SslProtocols.Tls12)]
    [InlineData("Epoll", SslProtocols.Tls13)]
    public async Task The_runtimes_own_client_connects_talks_and_closes(string transport, SslProtocols protocol)
    {
        await using var secure = Secure.StartEcho(transport, new WebSocketServerOptions { Tls = Secure.Usual with { Protocols = protocol } });
        using var client = new ClientWebSocket();
        client.Options.RemoteCertificateValidationCallback = static (_, certificate, chain, _) =>
        {
            chain!.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(TestCertificates.Root);
            return chain.Build((X509Certificate2)certificate!);
        };
        await client.ConnectAsync(new Uri($"wss://localhost:{secure.Server.Port}/"), TestContext.Current.CancellationToken).InTime();
        var buffer = new byte[200_000];
        Random.Shared.NextBytes(buffer);
        var back = new byte[buffer.Length];

        await client.SendAsync(buffer.AsMemory(), WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
        for (var count = 0; count < back.Length;)
        {
            count += (await client.ReceiveAsync(back.AsMemory(count), TestContext.Current.CancellationToken).InTime()).Count;
        }

        Assert.Equal(buffer, back);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", TestContext.Current.CancellationToken).InTime();
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseStatus);
        await Eventually.IsTrue(() => secure.Server.Clients.Count == 0);
    }
}
