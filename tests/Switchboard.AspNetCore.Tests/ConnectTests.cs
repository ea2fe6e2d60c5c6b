using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Switchboard.AspNetCore.Tests;

/// <summary>RFC 8441: WebSockets over HTTP/2, each in a stream that an extended CONNECT opens.</summary>
public abstract class ConnectTests(Home home) : AppTests(home)
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(5, true)]
    [InlineData(5, false)]
    [InlineData(65_536, false)]
    [InlineData(1024 * 1024, true)]
    [InlineData(1024 * 1024, false)]
    public async Task A_message_comes_back_as_it_went(int size, bool isText)
    {
        var data = new byte[size];
        new Random(size).NextBytes(data);
        for (var i = 0; isText && i < size; i++)
        {
            data[i] = (byte)('a' + (data[i] % 26));
        }

        var type = isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        await using var app = await BeginAsync(app => app.MapWebSockets("/echo", (socket, _) => socket.OnMessage += message => socket.Send(message)));
        using var over = new HttpMessageInvoker(new SocketsHttpHandler());
        using var client = await ConnectAsync(app, over, "/echo");

        await client.SayAsync(data, type);
        var answer = await client.HearMessageAsync();

        Assert.Equal(HttpStatusCode.OK, client.HttpStatusCode);
        Assert.DoesNotContain("Sec-WebSocket-Accept", client.HttpResponseHeaders!.Keys, StringComparer.OrdinalIgnoreCase);
        Assert.Equal(type, answer.Type);
        Assert.Equal(data, answer.Data);
    }

    [Fact]
    public async Task Kestrels_limit_for_the_size_of_a_body_is_not_one_for_a_connection()
    {
        await using var app = await BeginAsync(
            app => app.MapWebSockets("/", (socket, _) => socket.OnMessage += message => socket.Send(message)),
            kestrel => kestrel.Limits.MaxRequestBodySize = 100_000);
        using var over = new HttpMessageInvoker(new SocketsHttpHandler());
        using var client = await ConnectAsync(app, over);

        for (var i = 0; i < 20; i++)
        {
            await client.SayAsync(new byte[10_000 + i]);
            Assert.Equal(10_000 + i, (await client.HearMessageAsync()).Data.Length);
        }
    }

    [Fact]
    public async Task Many_share_one_HTTP_2_connection_and_its_other_requests_are_answered()
    {
        WebSocketEndpoint endpoint = null!;
        await using var app = await BeginAsync(app =>
        {
            app.MapGet("/", () => "a page");
            endpoint = app.MapWebSockets("/room/{name}", (socket, request) => socket.Send($"{request.HttpContext.Request.RouteValues["name"]} {request.Path}{request.QueryString}"));
        });
        using var over = new HttpMessageInvoker(new SocketsHttpHandler { EnableMultipleHttp2Connections = false });
        var clients = new List<ClientWebSocket>();
        for (var i = 0; i < 20; i++)
        {
            clients.Add(await ConnectAsync(app, over, $"/room/{i}?x=%20"));
            Assert.Equal($"{i} /room/{i}?x=%20", await clients[i].HearAsync());
        }

        Assert.Equal(20, endpoint.Clients.Broadcast("to all"));
        foreach (var client in clients)
        {
            Assert.Equal("to all", await client.HearAsync());
        }

        using var visit = new HttpRequestMessage(HttpMethod.Get, app.Http.BaseAddress) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var page = await over.SendAsync(visit, TestContext.Current.CancellationToken).Soon();
        Assert.Equal("a page", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task A_close_by_the_client_is_told_with_its_code_and_reason()
    {
        var closed = new TaskCompletionSource<(CloseCode, string)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await BeginAsync(app => app.MapWebSockets("/", (socket, _) => socket.OnClose += (code, reason) => closed.SetResult((code, reason))));
        using var over = new HttpMessageInvoker(new SocketsHttpHandler());
        using var client = await ConnectAsync(app, over);

        await client.CloseAsync((WebSocketCloseStatus)4242, "enough", TestContext.Current.CancellationToken).Soon();

        Assert.Equal(((CloseCode)4242, "enough"), await closed.Task.Soon());
        Assert.Equal((WebSocketCloseStatus)4242, client.CloseStatus);
        Assert.Equal(WebSocketState.Closed, client.State);
    }

    [Fact]
    public async Task A_close_by_the_server_is_told_with_its_code_and_reason_and_ends_the_stream()
    {
        var closed = new TaskCompletionSource<(CloseCode, string)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await BeginAsync(app => app.MapWebSockets("/", (socket, _) =>
        {
            socket.OnClose += (code, reason) => closed.SetResult((code, reason));
            socket.Close((CloseCode)4001, "go home");
        }));
        using var over = new HttpMessageInvoker(new SocketsHttpHandler());
        using var client = await ConnectAsync(app, over);

        Assert.Equal(((CloseCode)4001, "go home"), await client.HearCloseAsync());
        await client.CloseAsync((WebSocketCloseStatus)4001, "go home", TestContext.Current.CancellationToken).Soon();
        Assert.Equal(((CloseCode)4001, "go home"), await closed.Task.Soon());
        Assert.Equal(WebSocketState.Closed, client.State);
        Assert.Empty(app.Errors);
    }

    [Fact]
    public async Task A_message_over_the_limit_is_told_1009()
    {
        await using var app = await BeginAsync(app => app.MapWebSockets("/", (_, _) => { }, new ServerWebSocketOptions { MaxMessageBytes = 1000 }));
        using var over = new HttpMessageInvoker(new SocketsHttpHandler());
        using var client = await ConnectAsync(app, over);

        await client.SayAsync(new byte[1001]);

        Assert.Equal(CloseCode.MessageTooBig, (await client.HearCloseAsync()).Code);
    }

    [Theory]
    [InlineData("chat.v2", "chat.v2")]
    [InlineData("soap", "")]
    public async Task The_subprotocol_that_both_speak_is_chosen(string offered, string chosen)
    {
        await using var app = await BeginAsync(app => app.MapWebSockets(
            "/", (socket, _) => socket.Send($"agreed on '{socket.Protocol}'"), new ServerWebSocketOptions { Subprotocols = ["chat.v1", "chat.v2"] }));
        using var over = new HttpMessageInvoker(new SocketsHttpHandler());
        using var client = await ConnectAsync(app, over, configure: options => options.AddSubProtocol(offered));

        Assert.Equal(chosen, client.SubProtocol ?? "");
        Assert.Equal($"agreed on '{chosen}'", await client.HearAsync());
    }

    [Theory]
    [InlineData("http://127.0.0.1:PORT", null)]
    [InlineData("http://evil.example", 403)]
    public async Task Pages_from_elsewhere_are_refused(string origin, int? status)
    {
        await using var app = await BeginAsync(app => app.MapWebSockets("/", (socket, _) => socket.Send("in")));
        using var over = new HttpMessageInvoker(new SocketsHttpHandler());
        origin = origin.Replace("PORT", $"{app.Port}", StringComparison.Ordinal);

        if (status is not null)
        {
            Assert.Equal(status, await Browserlike.RefusalAsync(app.Url("/"), UseOrigin, over));
            return;
        }

        using var client = await ConnectAsync(app, over, configure: UseOrigin);
        Assert.Equal("in", await client.HearAsync());

        void UseOrigin(ClientWebSocketOptions options)
        {
            UseHttp2(options);
            options.SetRequestHeader("Origin", origin);
        }
    }

    [Fact]
    public async Task The_hook_may_refuse()
    {
        await using var app = await BeginAsync(app => app.MapWebSockets(
            "/", (_, _) => { }, new ServerWebSocketOptions { OnHandshake = (_, _) => new(HandshakeDecision.Refuse(429, "Not so fast.")) }));
        using var over = new HttpMessageInvoker(new SocketsHttpHandler());

        Assert.Equal(429, await Browserlike.RefusalAsync(app.Url("/"), UseHttp2, over));
        Assert.Empty(app.Errors);
    }

    [Fact]
    public async Task A_CONNECT_to_something_else_is_told_which_method_is_allowed()
    {
        await using var app = await BeginAsync(app => app.MapWebSockets("/", (_, _) => { }));
        using var over = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Connect, app.Http.BaseAddress) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Protocol = "connect-udp";
        request.Headers.Add("Sec-WebSocket-Version", "13");

        using var answer = await over.SendAsync(request, TestContext.Current.CancellationToken).Soon();

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Empty(app.Errors);
    }

    [Fact]
    public async Task Another_version_is_told_which_one_is_spoken()
    {
        await using var app = await BeginAsync(app => app.MapWebSockets("/", (_, _) => { }));
        using var over = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Connect, app.Http.BaseAddress) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Protocol = "websocket";
        request.Headers.Add("Sec-WebSocket-Version", "7");

        using var answer = await over.SendAsync(request, TestContext.Current.CancellationToken).Soon();

        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
        Assert.Equal(["13"], answer.Headers.GetValues("Sec-WebSocket-Version"));
    }

    [Fact]
    public async Task A_stop_of_the_host_says_1001()
    {
        await using var app = await BeginAsync(app => app.MapWebSockets("/", (socket, _) => socket.Send("in")));
        using var over = new HttpMessageInvoker(new SocketsHttpHandler());
        using var client = await ConnectAsync(app, over);
        Assert.Equal("in", await client.HearAsync());

        var stopping = app.StopAsync();
        Assert.Equal(CloseCode.GoingAway, (await client.HearCloseAsync()).Code);
        await client.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "", TestContext.Current.CancellationToken);

        await stopping.Soon();
        Assert.Empty(app.Errors);
    }

    [Fact]
    public async Task A_client_that_never_reads_is_cut_at_the_close_timeout_and_its_request_ends()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        WebSocketEndpoint endpoint = null!;
        await using var app = await BeginAsync(app =>
        {
            app.Use(async (context, next) =>
            {
                await next(context);
                ended.TrySetResult();
            });
            endpoint = app.MapWebSockets("/", (_, _) => { }, new ServerWebSocketOptions { CloseTimeout = TimeSpan.FromMilliseconds(200) });
        });
        using var over = new HttpMessageInvoker(new SocketsHttpHandler());
        using var client = await ConnectAsync(app, over);
        await Patience.Until(() => endpoint.Clients.Count == 1);

        var socket = endpoint.Clients.Single();
        var data = new byte[64 * 1024];
        while (socket.BufferedAmount < 512 * 1024)
        {
            Assert.True(socket.Send(data));
        }

        socket.Close((CloseCode)4001, "go home");

        await ended.Task.Soon();
        Assert.Equal(CloseCode.AbnormalClosure, socket.CloseCode);
        await Assert.ThrowsAsync<WebSocketException>(client.HearCloseAsync);
        Assert.Empty(app.Errors);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_vanishes_is_told_once_as_1006_and_its_request_ends(bool isConnectionLost)
    {
        var closes = new List<CloseCode>();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        WebSocketEndpoint endpoint = null!;
        await using var app = await BeginAsync(app =>
        {
            app.Use(async (context, next) =>
            {
                await next(context);
                ended.TrySetResult();
            });
            endpoint = app.MapWebSockets("/", (socket, _) =>
            {
                socket.Send("in");
                socket.OnClose += (code, _) =>
                {
                    lock (closes)
                    {
                        closes.Add(code);
                    }
                };
            });
        });
        using var line = new Line();
        using var over = new HttpMessageInvoker(line.Handler);
        using var client = await ConnectAsync(app, over);
        Assert.Equal("in", await client.HearAsync());

        if (isConnectionLost)
        {
            line.Cut();
        }
        else
        {
            // RST_STREAM: the connection below it stays.
            client.Abort();
        }

        await ended.Task.Soon();
        Assert.Equal([CloseCode.AbnormalClosure], closes);
        Assert.Empty(endpoint.Clients);
        Assert.Empty(app.Errors);
    }

    private Task<TestApp> BeginAsync(Action<WebApplication> map, Action<KestrelServerOptions>? configure = null) => StartAsync(
        builder => builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2);
            configure?.Invoke(kestrel);
        }),
        map);

    private static async Task<ClientWebSocket> ConnectAsync(
        TestApp app, HttpMessageInvoker over, string target = "/", Action<ClientWebSocketOptions>? configure = null)
    {
        var client = new ClientWebSocket();
        client.Options.CollectHttpResponseDetails = true;
        UseHttp2(client.Options);
        configure?.Invoke(client.Options);
        await client.ConnectAsync(app.Url(target), over, TestContext.Current.CancellationToken).Soon();
        return client;
    }

    private static void UseHttp2(ClientWebSocketOptions options)
    {
        options.HttpVersion = HttpVersion.Version20;
        options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
    }

    /// <summary>The TCP connection below HTTP/2, which can be cut.</summary>
    private sealed class Line : IDisposable
    {
        private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

        public Line() => Handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                await _socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(_socket, ownsSocket: false);
            },
        };

        public SocketsHttpHandler Handler { get; }

        // Zero seconds of linger: a reset.
        public void Cut() => _socket.Close(0);

        public void Dispose() => _socket.Dispose();
    }
}

public sealed class ConnectInKestrelTests() : ConnectTests(Home.Kestrel);

public sealed class ConnectOnLoopTests() : ConnectTests(Home.Loop);
