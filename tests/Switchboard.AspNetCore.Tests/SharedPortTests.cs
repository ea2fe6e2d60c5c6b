using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Switchboard.AspNetCore.Tests;

/// <summary>One port for both worlds: what is not for us comes to Kestrel as if we were not there.</summary>
public sealed class SharedPortTests() : AppTests(Home.Loop)
{
    private const string Knock = "GET /chat HTTP/1.1\r\nHost: 127.0.0.1\r\n" + RawClient.UpgradeHeaders + "\r\n";

    [Fact]
    public async Task The_request_ends_with_its_handler_and_the_connection_lives_on()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await StartAsync(app =>
        {
            app.Use(async (context, next) =>
            {
                await next(context);
                ended.TrySetResult();
            });
            app.MapWebSockets("/chat", (socket, _) => socket.OnMessage += message => socket.Send(message));
        });
        using var client = await Browserlike.ConnectAsync(app.Url("/chat"));

        await ended.Task.Soon();
        await client.SayAsync("still here");

        Assert.Equal("still here", await client.HearAsync());
        Assert.Empty(app.Errors);
    }

    [Fact]
    public async Task A_head_that_comes_byte_by_byte_is_understood_and_what_is_behind_it_is_not_lost()
    {
        await using var app = await StartAsync(MapAll);
        using var client = await RawClient.ConnectAsync(app.Port);

        foreach (var character in Knock)
        {
            await client.SendAsync(character.ToString());
        }

        await client.SendFrameAsync(Frame.Text, "a"u8);
        await client.SendFrameAsync(Frame.Text, "b"u8);

        Assert.Equal(101, (await client.ReadAnswerAsync()).Status);
        Assert.Equal("a", (await client.ReadFrameAsync()).AsText);
        Assert.Equal("b", (await client.ReadFrameAsync()).AsText);
    }

    [Fact]
    public async Task Many_frames_in_one_packet_with_the_head_arrive()
    {
        await using var app = await StartAsync(MapAll);
        using var client = await RawClient.ConnectAsync(app.Port);

        await client.SendAsync(Knock + string.Concat(Enumerable.Repeat("\x81\x82\0\0\0\0hi", 3000)));

        Assert.Equal(101, (await client.ReadAnswerAsync()).Status);
        for (var i = 0; i < 3000; i++)
        {
            Assert.Equal("hi", (await client.ReadFrameAsync()).AsText);
        }
    }

    [Fact]
    public async Task A_connection_that_is_refused_goes_on_with_plain_requests_and_with_another_knock()
    {
        await using var app = await StartAsync(MapAll);
        using var client = await RawClient.ConnectAsync(app.Port);

        await client.SendAsync(Knock.Replace("/chat", "/nowhere", StringComparison.Ordinal));
        Assert.Equal(404, (await client.ReadAnswerAsync()).Status);
        await client.SendAsync(Knock.Replace("13", "7", StringComparison.Ordinal));
        Assert.Equal(426, (await client.ReadAnswerAsync()).Status);
        await client.SendAsync("GET /page HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nPOST /form HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\nhello");
        Assert.Equal("a page", (await client.ReadAnswerAsync()).Body);
        Assert.Equal("hello", (await client.ReadAnswerAsync()).Body);
        await client.SendAsync(Knock);
        Assert.Equal(101, (await client.ReadAnswerAsync()).Status);
        await client.SendFrameAsync(Frame.Text, "at last"u8);
        Assert.Equal("at last", (await client.ReadFrameAsync()).AsText);
        Assert.Empty(app.Errors);
    }

    [Fact]
    public async Task A_connection_that_only_looked_like_ours_carries_large_bodies_both_ways_and_waits_for_slow_readers()
    {
        const int Size = 8 * 1024 * 1024;
        await using var app = await StartAsync(MapAll);
        using var client = await RawClient.ConnectAsync(app.Port, receiveBuffer: 4096);
        await client.SendAsync($"GET /large?size={Size} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n\r\n");
        await Task.Delay(100, TestContext.Current.CancellationToken);

        var large = await client.ReadAnswerAsync();
        Assert.Equal(new string('x', Size), large.Body);

        var sending = client.SendAsync($"POST /form HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {Size}\r\n\r\n{large.Body}");
        Assert.Equal(large.Body, (await client.ReadAnswerAsync()).Body);
        await sending.Soon();
        Assert.Empty(app.Errors);
    }

    [Fact]
    public async Task An_answer_that_ends_the_connection_arrives_whole()
    {
        await using var app = await StartAsync(MapAll);
        using var client = await RawClient.ConnectAsync(app.Port);

        // More follows, which nobody reads.
        await client.SendAsync("GET /page HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: close\r\n\r\n" + new string('x', 100_000));

        Assert.Equal("a page", (await client.ReadAnswerAsync()).Body);
        await client.ReadToEndAsync();
    }

    [Fact]
    public async Task Plain_HTTP_is_as_it_was()
    {
        await using var app = await StartAsync(MapAll);
        using var client = await RawClient.ConnectAsync(app.Port);
        await client.SendAsync("POST /form HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\nhi");
        Assert.Equal("hi", (await client.ReadAnswerAsync()).Body);
        await client.SendAsync("POST /form HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET /page HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        Assert.Equal("abc", (await client.ReadAnswerAsync()).Body);
        Assert.Equal("a page", (await client.ReadAnswerAsync()).Body);

        Assert.Equal("a page", (await RawClient.AskAsync(app.Port, "GET /page HTTP/1.1\nHost: 127.0.0.1\n\n")).Body);
        Assert.Equal(400, (await RawClient.AskAsync(app.Port, "nonsense\r\n\r\n")).Status);
        Assert.Equal(IPAddress.Loopback.ToString(), (await RawClient.AskAsync(app.Port, "GET /who HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")).Body);
        Assert.Empty(app.Errors);
    }

    [Fact]
    public async Task Who_takes_long_over_the_head_is_Kestrels_and_gets_in_all_the_same()
    {
        await using var app = await StartAsync(
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1)), MapAll);
        using var slow = await RawClient.ConnectAsync(app.Port);
        using var silent = await RawClient.ConnectAsync(app.Port);
        using var tooSlow = await RawClient.ConnectAsync(app.Port);
        await slow.SendAsync(Knock[..20]);
        await tooSlow.SendAsync(Knock[..20]);
        await Task.Delay(2600, TestContext.Current.CancellationToken);

        await slow.SendAsync(Knock[20..]);
        await silent.SendAsync(Knock);

        Assert.Equal(101, (await slow.ReadAnswerAsync()).Status);
        Assert.Equal(101, (await silent.ReadAnswerAsync()).Status);
        Assert.Equal(408, (await tooSlow.ReadAnswerAsync()).Status);
    }

    [Fact]
    public async Task The_framework_s_own_web_sockets_work_at_the_same_port()
    {
        await using var app = await StartAsync(app =>
        {
            app.UseWebSockets();
            app.Map("/other", async (HttpContext context) =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                var buffer = new byte[100];
                while (await socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } message)
                {
                    await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, true, CancellationToken.None);
                }

                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
            });
            MapAll(app);
        });
        using var other = await Browserlike.ConnectAsync(app.Url("/other"));
        using var ours = await Browserlike.ConnectAsync(app.Url("/chat"));

        await other.SayAsync("one");
        await ours.SayAsync("two");

        Assert.Equal("one", await other.HearAsync());
        Assert.Equal("two", await ours.HearAsync());
        await other.GoAsync();
        Assert.Empty(app.Errors);
    }

    [Fact]
    public async Task A_connection_with_middleware_of_its_own_stays_where_that_sees_it()
    {
        var seen = 0L;
        await using var app = await StartAsync(
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Use(next => async connection =>
            {
                var counter = new CountingPipe(connection.Transport, count => Interlocked.Add(ref seen, count));
                connection.Transport = counter;
                await next(connection);
            }))),
            MapAll);
        using var client = await Browserlike.ConnectAsync(app.Url("/chat"));
        var before = Interlocked.Read(ref seen);

        await client.SayAsync("hello");

        Assert.Equal("hello", await client.HearAsync());
        Assert.True(Interlocked.Read(ref seen) > before);
    }

    [Fact]
    public async Task HTTPS_is_as_it_was_and_a_plain_knock_there_is_sent_away()
    {
        using var certificate = SelfSigned();
        await using var app = await StartAsync(
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate))),
            MapAll);
        bool IsIt(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors problems) => shown?.GetCertHashString() == certificate.Thumbprint;
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = IsIt } });
        using var client = new ClientWebSocket();
        client.Options.RemoteCertificateValidationCallback = IsIt;
        await client.ConnectAsync(new Uri($"wss://127.0.0.1:{app.Port}/chat"), TestContext.Current.CancellationToken).Soon();
        await client.SayAsync("hello");

        Assert.Equal("hello", await client.HearAsync());
        Assert.Equal("a page", await http.GetStringAsync($"https://127.0.0.1:{app.Port}/page", TestContext.Current.CancellationToken));
        using var lost = await RawClient.ConnectAsync(app.Port);
        await lost.SendAsync(Knock);
        await lost.ReadToEndAsync();
    }

    [Fact]
    public async Task A_Unix_socket_is_left_to_Kestrel()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using var app = await StartAsync(builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(path)), MapAll);
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var over = new HttpMessageInvoker(handler);
        using var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri("ws://localhost/chat"), over, TestContext.Current.CancellationToken).Soon();

        await client.SayAsync("hello");

        Assert.Equal("hello", await client.HearAsync());
    }

    [Fact]
    public async Task A_port_in_use_is_said_as_Kestrel_says_it()
    {
        await using var app = await StartAsync(MapAll);

        var problem = await Assert.ThrowsAsync<IOException>(() => StartAsync(builder => builder.WebHost.UseUrls($"http://127.0.0.1:{app.Port}"), MapAll));

        Assert.Contains("in use", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_stops_waits_for_those_who_have_left_Kestrel()
    {
        WebSocketEndpoint endpoint = null!;
        await using var app = await StartAsync(app => endpoint = app.MapWebSockets("/chat", (socket, _) => socket.Send("in")));
        using var client = await Browserlike.ConnectAsync(app.Url("/chat"));
        Assert.Equal("in", await client.HearAsync());

        var stopping = app.StopAsync();
        Assert.Equal(CloseCode.GoingAway, (await client.HearCloseAsync()).Code);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(stopping.IsCompleted);
        await client.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "", TestContext.Current.CancellationToken);

        await stopping.Soon();
        Assert.Empty(endpoint.Clients);
        Assert.Empty(app.Errors);
    }

    [Fact]
    public async Task A_host_that_stops_does_not_wait_for_those_who_are_not_sorted()
    {
        await using var app = await StartAsync(MapAll);
        using var slow = await RawClient.ConnectAsync(app.Port);
        await slow.SendAsync(Knock[..20]);
        Assert.Equal("a page", await app.Http.GetStringAsync("/page", TestContext.Current.CancellationToken));

        await app.StopAsync().Soon();

        await slow.ReadToEndAsync();
    }

    private static void MapAll(WebApplication app)
    {
        app.MapGet("/page", () => "a page");
        app.MapGet("/who", (HttpContext context) => $"{context.Connection.RemoteIpAddress}");
        app.MapGet("/large", (int size) => new string('x', size));
        app.MapPost("/form", async (HttpRequest request) => await new StreamReader(request.Body).ReadToEndAsync());
        app.MapWebSockets("/chat", (socket, _) => socket.OnMessage += message => socket.Send(message));
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
