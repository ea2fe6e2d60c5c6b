namespace Switchboard.Wpt.Interfaces;

/// <summary><c>websockets/interfaces/WebSocket/events/</c>.</summary>
public sealed class Events
{
    // A text frame, and then one of a reserved opcode, which fails the connection.
    private static readonly byte[] GoodThenBad = [0x81, 4, (byte)'t', (byte)'e', (byte)'s', (byte)'t', 0x83, 3, (byte)'L', (byte)'O', (byte)'L'];

    // That the ready state is OPEN in the message's event and CLOSED in the error's is checked by the witness.
    [Theory, WebPlatformTest("interfaces/WebSocket/events/015.html")]
    public Task N015_a_good_message_before_a_bad_frame_comes_while_OPEN(Variant variant) => SeesGoodThenBadAsync(variant);

    [Theory, WebPlatformTest("interfaces/WebSocket/events/016.html")]
    public Task N016_handlers_run_in_the_order_in_which_they_were_added(Variant variant) => variant.RunAsync(async () =>
    {
        var count = 0;
        var seen = new List<int>();
        var socket = variant.Create("/echo");
        socket.OnOpen += () => See(1);
        socket.OnOpen += () => See(2);
        socket.OnOpen += () =>
        {
            See(3);
            socket.Send("Goodbye");
        };
        socket.OnMessage += _ => See(4);
        socket.OnMessage += _ => See(5);
        socket.OnMessage += _ => See(6);
        socket.OnClose += (_, _) => See(7);
        socket.OnClose += (_, _) => See(8);
        socket.OnClose += (_, _) => See(9);

        await socket.Closed.InTime();
        Assert.Equal(Enumerable.Range(1, 9), seen);
        Assert.Equal(9, count);

        void See(int number)
        {
            count++;
            seen.Add(number);
        }
    });

    // The handler's socket is the one that it was attached to: also where it handles those of several.
    [Theory, WebPlatformTest("interfaces/WebSocket/events/017.html")]
    public Task N017_each_event_is_of_its_own_socket(Variant variant) => variant.RunAsync(async () =>
    {
        var witnesses = Enumerable.Range(0, 2).Select(_ => variant.Watch("/echo_raw", new Acts { Open = Say })).ToList();
        foreach (var witness in witnesses)
        {
            await witness.EndAsync();
            Assert.Equal(["open", "message Text test", "error Protocol", "close 1006 '' not clean"], witness.Events);
        }
    });

    [Theory, WebPlatformTest("interfaces/WebSocket/events/018.html")]
    public Task N018_open_message_error_and_close(Variant variant) => SeesGoodThenBadAsync(variant);

    [Theory, WebPlatformTest("interfaces/WebSocket/events/019.html")]
    public Task N019_a_handler_that_was_removed_is_not_called(Variant variant) => variant.RunAsync(async () =>
    {
        var seen = 0;
        void Opened() => seen++;
        void Received(MessageView message) => seen++;
        void Failed(WebSocketFailure failure) => seen++;
        void Closed(CloseCode code, string reason) => seen++;
        var witness = variant.Watch("/echo_raw", new Acts
        {
            Created = socket =>
            {
                socket.OnOpen += Opened;
                socket.OnMessage += Received;
                socket.OnError += Failed;
                socket.OnClose += Closed;
                socket.OnOpen -= Opened;
                socket.OnMessage -= Received;
                socket.OnError -= Failed;
                socket.OnClose -= Closed;
            },
            Open = Say,
        });
        await witness.EndAsync();
        Assert.Equal(["open", "message Text test", "error Protocol", "close 1006 '' not clean"], witness.Events);
        Assert.Equal(0, seen);
    });

    [Theory, WebPlatformTest("interfaces/WebSocket/events/020.html")]
    public Task N020_a_host_that_does_not_exist(Variant variant) => variant.RunAsync(async () =>
    {
        var witness = new Witness($"{variant.Scheme}://example.invalid/");
        await witness.EndAsync();
        Assert.Equal(["error NameResolution", "close 1006 '' not clean"], witness.Events);
    });

    private static Task SeesGoodThenBadAsync(Variant variant) => variant.SeesAsync(
        "/echo_raw", new Acts { Open = Say }, "open", "message Text test", "error Protocol", "close 1006 '' not clean");

    private static void Say(WebSocket socket) => socket.Send(GoodThenBad);
}
