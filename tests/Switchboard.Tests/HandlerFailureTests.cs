using Switchboard.Tests.Support;

namespace Switchboard.Tests;

/// <summary>CVE-2024-38355 and its kin: a handler that throws ends its connection with 1011, and nothing else.</summary>
public sealed class HandlerFailureTests
{
    private const int HandlerFailed = 1000;

    public static TheoryData<string, HandlerThread> Places()
    {
        string[] places =
        [
            "OnConnection",
            "OnConnection, async void",
            "OnConnectionAsync",
            "OnConnectionAsync, later",
            "OnMessage",
            "OnMessage, async void",
            "OnMessageAsync",
            "OnMessageAsync, later",
            "OnPong",
            "OnDrain",
        ];
        var data = new TheoryData<string, HandlerThread>();
        foreach (var place in places)
        {
            data.Add(place, HandlerThread.Transport);
            data.Add(place, HandlerThread.ThreadPool);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task CVE_2024_38355_ends_that_connection_with_1011_and_no_other(string where, HandlerThread thread)
    {
        var ending = new Ending();
        var isFirst = true;
        await using var test = TestServer.Start(server =>
        {
            server.OnConnection += (socket, _) =>
            {
                if (isFirst)
                {
                    ending.Watch(socket);
                }
                else
                {
                    socket.OnMessage += message => socket.Send(message);
                }
            };
            server.OnConnection += (socket, _) =>
            {
                if (isFirst && where.StartsWith("OnConnection", StringComparison.Ordinal) && !where.Contains("Async", StringComparison.Ordinal))
                {
                    FailInOnConnection(socket, where);
                }
                else if (isFirst)
                {
                    Attach(socket, where);
                }
            };
            server.OnConnectionAsync += async (_, _) =>
            {
                if (isFirst && where == "OnConnectionAsync")
                {
                    throw new InvalidTimeZoneException(where);
                }

                if (isFirst && where == "OnConnectionAsync, later")
                {
                    await Task.Yield();
                    throw new InvalidTimeZoneException(where);
                }
            };
        }, new WebSocketServerOptions { HandlersRunOn = thread });
        RawPeer peer;
        if (where == "OnDrain")
        {
            (peer, var socket) = await test.OpenPausedAsync();
            socket.Send(new byte[500_000]);
            peer.ReadOn();
            Assert.Equal(2, (await peer.NextAsync())!.Opcode);
        }
        else
        {
            peer = await test.OpenAsync();
        }

        peer.Send(Frame.OfText("go"), new Frame(Frame.PongOpcode, []));

        Assert.Equal((1011, "A handler failed."), await peer.AnswerCloseAsync());
        Assert.Equal(CloseCode.InternalError, (await ending.First).Code);
        Assert.IsType<InvalidTimeZoneException>(test.Log.CauseOf(HandlerFailed));

        // The server and its other connections live.
        isFirst = false;
        var other = await test.OpenAsync();
        other.Send(Frame.OfText("still here"));
        Assert.Equal("still here", await other.NextTextAsync());
        Assert.Equal(1, ending.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CVE_2024_38355_in_OnClose_is_logged_and_everything_is_told_and_removed_all_the_same(bool isAsyncVoid)
    {
        await using var test = TestServer.Start(socket =>
        {
            if (isAsyncVoid)
            {
                socket.OnClose += async (_, _) =>
                {
                    await Task.Yield();
                    throw new InvalidTimeZoneException();
                };
            }
            else
            {
                socket.OnClose += (_, _) => throw new InvalidTimeZoneException();
            }
        });
        var peer = await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
        var socket = test.Server.Clients.Single();

        peer.Send(Frame.Close(1000));

        await socket.Closed.InTime();
        await Eventually.IsTrue(() => test.Log.Has(HandlerFailed));
        Assert.Empty(test.Server.Clients);
        Assert.Equal(CloseCode.NormalClosure, socket.CloseCode);
        await test.OpenAsync();
    }

    [Fact]
    public async Task CVE_2024_38355_behind_ConfigureAwait_false_is_caught_too()
    {
        await using var test = TestServer.Start(server => server.OnConnection += async (_, _) =>
        {
            await Task.Delay(1).ConfigureAwait(false);
            throw new InvalidTimeZoneException();
        });

        var peer = await test.OpenAsync();

        Assert.Equal(1011, (await peer.AnswerCloseAsync()).Code);
    }

    [Fact]
    public async Task Messages_behind_a_failure_are_not_handed_up()
    {
        var calls = 0;
        await using var test = TestServer.Start(socket => socket.OnMessage += _ =>
        {
            calls++;
            throw new InvalidTimeZoneException();
        });
        var peer = await test.OpenAsync();

        peer.Send(Frame.OfText("a"), Frame.OfText("b"), Frame.OfText("c"));

        Assert.Equal(1011, (await peer.AnswerCloseAsync()).Code);
        Assert.Equal(1, calls);
        Assert.Equal(1, test.Log.Count(HandlerFailed));
    }

    [Fact]
    public async Task In_a_broadcasts_filter_is_the_callers()
    {
        await using var test = TestServer.Start();
        await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);

        Assert.Throws<InvalidTimeZoneException>(() => test.Server.Broadcast("x", _ => throw new InvalidTimeZoneException()));

        Assert.Equal(1, test.Server.Broadcast("x"));
    }

    private static void FailInOnConnection(ServerWebSocket socket, string where)
    {
        if (where == "OnConnection")
        {
            throw new InvalidTimeZoneException($"{where}, connection {socket.Id}");
        }

        FailLater(where);
    }

    private static async void FailLater(string where)
    {
        await Task.Yield();
        throw new InvalidTimeZoneException(where);
    }

    private static void Attach(ServerWebSocket socket, string where)
    {
        switch (where)
        {
            case "OnMessage":
                socket.OnMessage += _ => throw new InvalidTimeZoneException(where);
                break;
            case "OnMessage, async void":
                socket.OnMessage += _ => FailLater(where);
                break;
            case "OnMessageAsync":
                socket.OnMessageAsync += _ => throw new InvalidTimeZoneException(where);
                break;
            case "OnMessageAsync, later":
                socket.OnMessageAsync += async _ =>
                {
                    await Task.Yield();
                    throw new InvalidTimeZoneException(where);
                };
                break;
            case "OnPong":
                socket.OnPong += _ => throw new InvalidTimeZoneException(where);
                break;
            case "OnDrain":
                socket.OnDrain += () => throw new InvalidTimeZoneException(where);
                break;
        }
    }
}
