namespace Switchboard.Wpt;

/// <summary>What else lies in <c>websockets/</c> itself.</summary>
public sealed class Websockets
{
    [Theory, WebPlatformTest("basic-auth.any.js")]
    public Task Basic_auth(Variant variant) => variant.RunAsync(async () =>
    {
        var url = variant.Url("/basic_auth");
        var known = new Witness(url.Replace("://", "://foo:bar@", StringComparison.Ordinal), new Acts { Open = socket => socket.Close() });
        await known.EndAsync();
        Assert.Equal(["open", "close 1005 '' clean"], known.Events);

        var unknown = new Witness(url);
        await unknown.EndAsync();
        Assert.Equal(["error HttpStatus", "close 1006 '' not clean"], unknown.Events);
    });

    // A browser stops its page with a synchronous request; here its handler blocks.
    [Theory, WebPlatformTest("bufferedAmount-unchanged-by-sync-xhr.any.js")]
    public Task BufferedAmount_unchanged_by_sync_xhr(Variant variant) => variant.RunAsync(async () =>
    {
        var gate = new Gate();
        var witness = variant.Watch($"/receive-backpressure?{gate.Name}", new Acts
        {
            Open = socket =>
            {
                Assert.Equal(0, socket.BufferedAmount);
                socket.Send("hello");
                Assert.Equal(5, socket.BufferedAmount);
                Thread.Sleep(100);
                Assert.Equal(5, socket.BufferedAmount);
                socket.Close();
            },
        });
        await gate.Reached;
        gate.Open();
        await witness.EndAsync();
        Assert.Equal(0, witness.Socket.BufferedAmount);
    });

    [Theory, WebPlatformTest("close-invalid.any.js")]
    public Task Close_invalid(Variant variant) => variant.RunAsync(async () =>
    {
        foreach (var code in new[] { 0, 500, 999, 1001, 5000, 0x10000 + 1000 })
        {
            var witness = variant.Watch("/echo");
            Assert.Throws<InvalidAccessErrorException>(() => witness.Socket.Close(code));
            Assert.NotEqual(ReadyState.Closing, witness.Socket.ReadyState);
            witness.Socket.Close();
            await witness.EndAsync();

            // Codes are looked at also when there is nothing left to close.
            Assert.Throws<InvalidAccessErrorException>(() => witness.Socket.Close(code));
        }
    });

    [Theory, WebPlatformTest("extended-payload-length.html")]
    public Task Extended_payload_length(Variant variant) => variant.RunAsync(async () =>
    {
        foreach (var length in new[] { 125, 126, 0xFFFF, 0xFFFF + 1 })
        {
            var data = new string('a', length);
            var received = "";
            var witness = variant.Watch("/echo", new Acts
            {
                Open = socket => socket.Send(data, compress: false),
                Message = (socket, message) =>
                {
                    received = message.Text;
                    socket.Close();
                },
            });
            await witness.EndAsync();
            Assert.Equal(data, received);
            Assert.Equal(["open", $"message Text of {length} bytes", "close 1005 '' clean"], witness.Events);
        }
    });

    [Theory, WebPlatformTest("referrer.any.js")]
    public Task Referrer(Variant variant) => variant.SeesAsync(
        "/referrer", new Acts { Message = (socket, _) => socket.Close() }, "open", "message Text (none)", "close 1005 '' clean");

    [Theory, WebPlatformTest("send-many-64K-messages-with-backpressure.any.js")]
    public Task Send_many_64K_messages_with_backpressure(Variant variant)
    {
        const int Messages = 50;
        const int Size = 65_536;
        var received = 0;
        return variant.SeesAsync(
            "/receive-many-with-backpressure",
            new Acts
            {
                Open = socket =>
                {
                    for (var i = 0; i < Messages; i++)
                    {
                        Assert.True(socket.Send(new byte[Size], compress: false));
                    }
                },
                Message = (socket, _) =>
                {
                    if (++received == Messages)
                    {
                        socket.Close();
                    }
                },
            },
            ["open", .. Enumerable.Repeat($"message Text {Size}", Messages), "close 1005 '' clean"]);
    }
}
