using System.Text;
using Switchboard.Tests.Support;

namespace Switchboard.Tests;

/// <summary>OnClose is raised exactly once, however a connection ends, and says why.</summary>
public sealed class CloseTests
{
    public static TheoryData<string, int, string> Breaches => new()
    {
        { "8100", 1002, "A client's frame was not masked." },
        { "C18000000000", 1002, "A frame had a reserved bit set that no extension claims." },
        { "838000000000", 1002, "A frame had a reserved opcode." },
        { "808000000000", 1002, "A continuation frame had no message to continue." },
        { "098000000000", 1002, "A control frame was fragmented." },
        { "89FE007E00000000", 1002, "A control frame was over 125 bytes." },
        { "81FE000100000000", 1002, "A frame's length was not in its shortest form, or negative." },
        { "82FFFFFFFFFFFFFFFFFF00000000", 1002, "A frame's length was not in its shortest form, or negative." },
        { "88810000000000", 1002, "A close frame's body was a single byte." },
        { "88820000000003EC", 1002, "A close frame had a code that must not be sent." },
        { "888300000000" + "03E8FF", 1007, "A close frame's reason was not UTF-8." },
        { "818100000000" + "FF", 1007, "A text message was not UTF-8." },
        { "82FF00000000001000010000000000", 1009, "A message was larger than the limit." },
    };

    [Fact]
    public async Task With_the_peers_code_and_reason_and_the_code_is_answered()
    {
        var (test, peer, socket, ending) = await OpenAsync();
        await using var _ = test;

        peer.Send(Frame.Close(4321, "enough"));

        Assert.Equal((4321, ""), await peer.NextCloseAsync());
        await peer.Closed.InTime();
        Assert.Equal(((CloseCode)4321, "enough"), await ending.First);
        Assert.True(socket.WasClean);
        await IsToldOnce(test, socket, ending);
    }

    [Fact]
    public async Task Without_a_code_it_is_1005()
    {
        var (test, peer, socket, ending) = await OpenAsync();
        await using var _ = test;

        peer.Send(new Frame(Frame.CloseOpcode, []));

        Assert.Null((await peer.NextCloseAsync()).Code);
        Assert.Equal((CloseCode.NoStatusReceived, ""), await ending.First);
        Assert.True(socket.WasClean);
        await IsToldOnce(test, socket, ending);
    }

    [Fact]
    public async Task Without_a_close_frame_it_is_1006()
    {
        var (test, peer, socket, ending) = await OpenAsync();
        await using var _ = test;

        peer.Shutdown();

        Assert.Equal(CloseCode.AbnormalClosure, (await ending.First).Code);
        Assert.False(socket.WasClean);
        await IsToldOnce(test, socket, ending);
    }

    [Fact]
    public async Task By_a_reset_it_is_1006_and_the_cause_is_known()
    {
        var (test, peer, socket, ending) = await OpenAsync();
        await using var _ = test;

        peer.Abort();

        Assert.Equal(CloseCode.AbnormalClosure, (await ending.First).Code);
        Assert.IsType<IOException>(socket.Failure?.Exception);
        await IsToldOnce(test, socket, ending);
    }

    [Theory]
    [MemberData(nameof(Breaches))]
    public async Task By_a_breach_of_the_protocol_the_peer_is_told_which(string hex, int code, string reason)
    {
        var (test, peer, socket, ending) = await OpenAsync();
        await using var _ = test;

        peer.Send(Convert.FromHexString(hex));

        Assert.Equal((code, reason), await peer.NextCloseAsync());
        peer.Shutdown();
        Assert.Equal(((CloseCode)code, reason), await ending.First);
        Assert.False(socket.WasClean);
        Assert.True(test.Log.Has(1001));
        await IsToldOnce(test, socket, ending);
    }

    [Fact]
    public async Task After_a_breach_the_TCP_connection_is_ended_here()
    {
        var (test, peer, socket, _) = await OpenAsync();
        await using var __ = test;

        peer.Send(Convert.FromHexString("8100"));

        Assert.Equal(1002, (await peer.NextCloseAsync()).Code);
        await peer.Closed.InTime();
        await socket.Closed.InTime();
    }

    [Fact]
    public async Task Nothing_behind_a_breach_is_looked_at()
    {
        var messages = 0;
        await using var test = TestServer.Start(socket => socket.OnMessage += _ => messages++);
        var peer = await test.OpenAsync();

        peer.Send([.. Frame.OfText("one").ToBytes(isMasked: true), 0x81, 0x00, .. Frame.OfText("two").ToBytes(isMasked: true)]);

        Assert.Equal(1002, (await peer.NextCloseAsync()).Code);
        peer.Shutdown();
        await peer.Closed.InTime();
        Assert.Equal(1, messages);
    }

    [Fact]
    public async Task Closed_here_the_peers_answer_ends_it()
    {
        var (test, peer, socket, ending) = await OpenAsync();
        await using var _ = test;
        socket.Send("before");

        socket.Close(CloseCode.GoingAway, "so long");
        Assert.Equal(ReadyState.Closing, socket.ReadyState);
        Assert.False(socket.Send("after"));
        socket.Close((CloseCode)4000, "too late");

        Assert.Equal("before", await peer.NextTextAsync());
        Assert.Equal((1001, "so long"), await peer.AnswerCloseAsync());
        Assert.Equal((CloseCode.GoingAway, ""), await ending.First);
        Assert.True(socket.WasClean);
        await IsToldOnce(test, socket, ending);
    }

    [Fact]
    public async Task A_peer_that_never_answers_is_cut_at_the_close_timeout()
    {
        var (test, peer, socket, ending) = await OpenAsync();
        await using var _ = test;

        socket.Close();
        test.Pass(4);
        Assert.Equal(ReadyState.Closing, socket.ReadyState);
        test.Pass(3);

        Assert.Equal(CloseCode.AbnormalClosure, (await ending.First).Code);
        await peer.Closed.InTime();
        await IsToldOnce(test, socket, ending);
    }

    [Fact]
    public async Task A_peer_that_answers_but_stays_is_cut_and_the_end_is_clean()
    {
        var ending = new Ending();
        await using var test = TestServer.Start(ending.Watch);
        var (peer, socket) = await test.OpenPausedAsync();

        peer.Send(Frame.Close(1000, "bye"));
        await Eventually.IsTrue(() =>
        {
            test.Pass(1);
            return socket.ReadyState == ReadyState.Closed;
        });

        Assert.Equal((CloseCode.NormalClosure, "bye"), await ending.First);
        Assert.True(socket.WasClean);
    }

    [Fact]
    public async Task By_Abort_it_is_1006_at_once()
    {
        var (test, peer, socket, ending) = await OpenAsync();
        await using var _ = test;

        socket.Abort();

        Assert.Equal(CloseCode.AbnormalClosure, (await ending.First).Code);
        await peer.Closed.InTime();
        await IsToldOnce(test, socket, ending);
    }

    [Fact]
    public async Task Both_closing_at_once_is_clean()
    {
        for (var round = 0; round < 50; round++)
        {
            var (test, peer, socket, ending) = await OpenAsync();
            await using var _ = test;

            var closing = Task.Run(() => socket.Close(CloseCode.NormalClosure), TestContext.Current.CancellationToken);
            peer.Send(Frame.Close(1000));
            await closing;

            await peer.Closed.InTime();
            Assert.Equal(CloseCode.NormalClosure, (await ending.First).Code);
            Assert.True(socket.WasClean);
            await IsToldOnce(test, socket, ending);
        }
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("async")]
    [InlineData("awaited at once")]
    [InlineData("awaited later")]
    [InlineData("disposed")]
    public async Task Close_inside_a_message_handler_does_not_wait_for_itself(string how)
    {
        var ending = new Ending();
        var isOver = new TaskCompletionSource();
        await using var test = TestServer.Start(socket =>
        {
            ending.Watch(socket);
            if (how == "sync")
            {
                socket.OnMessage += _ => socket.Close((CloseCode)4000, "here");
                return;
            }

            socket.OnMessageAsync += async _ =>
            {
                switch (how)
                {
                    case "async":
                        await Task.Yield();
                        socket.Close((CloseCode)4000, "here");
                        break;
                    case "awaited at once":
                        await socket.CloseAsync((CloseCode)4000, "here");
                        break;
                    case "awaited later":
                        await Task.Yield();
                        await socket.CloseAsync((CloseCode)4000, "here");
                        break;
                    default:
                        socket.Close((CloseCode)4000, "here");
                        await socket.DisposeAsync();
                        break;
                }

                isOver.SetResult();
            };
        });
        var peer = await test.OpenAsync();

        peer.Send(Frame.OfText("go"), Frame.OfText("dropped"));

        Assert.Equal((4000, "here"), await peer.AnswerCloseAsync());
        Assert.Equal((CloseCode)4000, (await ending.First).Code);
        if (how != "sync")
        {
            await isOver.Task.InTime();
        }
    }

    [Fact]
    public async Task Close_awaited_inside_the_opening_handler_does_not_wait_for_itself()
    {
        var isOver = new TaskCompletionSource();
        await using var test = TestServer.Start(server => server.OnConnectionAsync += async (socket, _) =>
        {
            await socket.CloseAsync((CloseCode)4001, "not you");
            isOver.SetResult();
        });

        var peer = await test.OpenAsync();

        Assert.Equal((4001, "not you"), await peer.AnswerCloseAsync());
        await isOver.Task.InTime();
    }

    [Fact]
    public async Task Closed_from_outside_while_a_handler_is_awaited_the_answer_is_read()
    {
        var started = new TaskCompletionSource();
        var forever = new TaskCompletionSource();
        var ending = new Ending();
        await using var test = TestServer.Start(socket =>
        {
            ending.Watch(socket);
            socket.OnMessageAsync += async _ =>
            {
                started.SetResult();
                await forever.Task;
            };
        });
        var peer = await test.OpenAsync();
        peer.Send(Frame.OfText("go"));
        await started.Task.InTime();

        test.Server.Clients.Single().Close(CloseCode.NormalClosure);

        await peer.AnswerCloseAsync();
        Assert.Equal(CloseCode.NormalClosure, (await ending.First).Code);
        forever.SetResult();
    }

    [Fact]
    public async Task A_zero_close_timeout_waits_for_nothing()
    {
        var ending = new Ending();
        await using var test = TestServer.Start(ending.Watch, new WebSocketServerOptions { CloseTimeout = TimeSpan.Zero });
        var peer = await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);

        test.Server.Clients.Single().Close();
        test.Pass(seconds: 1);

        Assert.Equal(CloseCode.AbnormalClosure, (await ending.First).Code);
        await peer.Closed.InTime();
    }

    [Fact]
    public async Task A_zero_close_timeout_still_answers_a_close()
    {
        var ending = new Ending();
        await using var test = TestServer.Start(ending.Watch, new WebSocketServerOptions { CloseTimeout = TimeSpan.Zero });
        var peer = await test.OpenAsync();

        peer.Send(Frame.Close(1000));

        Assert.Equal(CloseCode.NormalClosure, (await ending.First).Code);
        Assert.Equal(1000, (await peer.NextCloseAsync()).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(1004)]
    [InlineData(1005)]
    [InlineData(1006)]
    [InlineData(1015)]
    [InlineData(2999)]
    [InlineData(5000)]
    public async Task A_code_that_must_not_be_sent_is_an_InvalidAccessError(int code)
    {
        var (test, _, socket, _) = await OpenAsync();
        await using var __ = test;

        Assert.Throws<InvalidAccessErrorException>(() => socket.Close(code));
        Assert.Equal(ReadyState.Open, socket.ReadyState);
    }

    [Fact]
    public async Task A_reason_may_have_123_bytes_and_no_more()
    {
        var (test, peer, socket, _) = await OpenAsync();
        await using var __ = test;
        var longest = new string('é', 61) + "x";
        Assert.Equal(123, Encoding.UTF8.GetByteCount(longest));

        Assert.Throws<SyntaxErrorException>(() => socket.Close(CloseCode.NormalClosure, longest + "x"));
        socket.Close(CloseCode.NormalClosure, longest);

        Assert.Equal((1000, longest), await peer.AnswerCloseAsync());
    }

    private static async Task<(TestServer Test, RawPeer Peer, ServerWebSocket Socket, Ending Ending)> OpenAsync()
    {
        var ending = new Ending();
        var sockets = new TaskCompletionSource<ServerWebSocket>(TaskCreationOptions.RunContinuationsAsynchronously);
        var test = TestServer.Start(socket =>
        {
            ending.Watch(socket);
            sockets.SetResult(socket);
        });
        var peer = await test.OpenAsync();
        return (test, peer, await sockets.Task.InTime(), ending);
    }

    private static async Task IsToldOnce(TestServer test, ServerWebSocket socket, Ending ending)
    {
        await socket.Closed.InTime();
        Assert.Equal(ReadyState.Closed, socket.ReadyState);
        Assert.Equal(socket.CloseCode, (await ending.First).Code);
        Assert.Empty(test.Server.Clients);
        test.Pass(60);
        Assert.Equal(1, ending.Count);
    }
}
