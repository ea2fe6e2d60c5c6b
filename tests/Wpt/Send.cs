using System.Runtime.InteropServices;
using System.Text;

namespace Switchboard.Wpt;

/// <summary><c>websockets/Send-*</c>: what is sent comes back as it was, and <c>bufferedAmount</c> counts it.</summary>
public sealed class Send
{
    [Theory, WebPlatformTest("Send-0byte-data.any.js")]
    public Task Send_0byte_data(Variant variant) => TextComesBackAsync(variant, "", "");

    [Theory, WebPlatformTest("Send-65K-data.any.js")]
    public Task Send_65K_data(Variant variant) => TextComesBackAsync(variant, new string('c', 65_000), new string('c', 65_000));

    [Theory, WebPlatformTest("Send-before-open.any.js")]
    public Task Send_before_open(Variant variant) => variant.RunAsync(async () =>
    {
        // Its server answers nothing until the gate is open: it is connecting.
        var socket = variant.Create($"/sleep_10_v13?{new Gate().Name}");
        Assert.Throws<InvalidStateErrorException>(() => socket.Send("Message to send"));
        socket.Close();
        await socket.Closed.InTime();
    });

    [Theory, WebPlatformTest("Send-binary-65K-arraybuffer.any.js")]
    public Task Send_binary_65K_arraybuffer(Variant variant) => BinaryComesBackAsync(variant, new byte[65_000]);

    [Theory, WebPlatformTest("Send-binary-arraybuffer.any.js")]
    public Task Send_binary_arraybuffer(Variant variant) => BinaryComesBackAsync(variant, new byte[15]);

    [Theory, WebPlatformTest("Send-binary-arraybufferview-float16.any.js")]
    public Task Send_binary_arraybufferview_float16(Variant variant) => BinaryComesBackAsync(variant, View<Half>((Half)0, (Half)1, (Half)2, (Half)3));

    [Theory, WebPlatformTest("Send-binary-arraybufferview-float32.any.js")]
    public Task Send_binary_arraybufferview_float32(Variant variant) => BinaryComesBackAsync(variant, View(0f, 1f));

    [Theory, WebPlatformTest("Send-binary-arraybufferview-float64.any.js")]
    public Task Send_binary_arraybufferview_float64(Variant variant) => BinaryComesBackAsync(variant, View(1d));

    [Theory, WebPlatformTest("Send-binary-arraybufferview-int16-offset.any.js")]
    public Task Send_binary_arraybufferview_int16_offset(Variant variant) => BinaryComesBackAsync(variant, View<short>(0, 1, 2, 3)[2..]);

    [Theory, WebPlatformTest("Send-binary-arraybufferview-int32.any.js")]
    public Task Send_binary_arraybufferview_int32(Variant variant) => BinaryComesBackAsync(variant, View(0, 1));

    [Theory, WebPlatformTest("Send-binary-arraybufferview-int8.any.js")]
    public Task Send_binary_arraybufferview_int8(Variant variant) => BinaryComesBackAsync(variant, View<sbyte>(0, 1, 2, 3, 4, 5, 6, -7));

    [Theory, WebPlatformTest("Send-binary-arraybufferview-uint16-offset-length.any.js")]
    public Task Send_binary_arraybufferview_uint16_offset_length(Variant variant) =>
        BinaryComesBackAsync(variant, View<ushort>(0, 1, 2, 3).Slice(2, 4));

    [Theory, WebPlatformTest("Send-binary-arraybufferview-uint32-offset.any.js")]
    public Task Send_binary_arraybufferview_uint32_offset(Variant variant) => BinaryComesBackAsync(variant, View(0u, 1u)[0..]);

    [Theory, WebPlatformTest("Send-binary-arraybufferview-uint8-offset-length.any.js")]
    public Task Send_binary_arraybufferview_uint8_offset_length(Variant variant) =>
        BinaryComesBackAsync(variant, View<byte>(0, 1, 2, 3, 4, 5, 6, 7).Slice(2, 4));

    [Theory, WebPlatformTest("Send-binary-arraybufferview-uint8-offset.any.js")]
    public Task Send_binary_arraybufferview_uint8_offset(Variant variant) =>
        BinaryComesBackAsync(variant, View<byte>(0, 1, 2, 3, 4, 5, 6, 7)[2..]);

    // A Blob is bytes that are read when they are sent: here memory that is awaited.
    [Theory, WebPlatformTest("Send-binary-blob.any.js")]
    public Task Send_binary_blob(Variant variant) => variant.RunAsync(async () =>
    {
        var sending = default(ValueTask<bool>);
        var data = new byte[65_000];
        data[^1] = 1;
        byte[] received = [];
        var witness = variant.Watch("/echo", new Acts
        {
            Open = socket => sending = socket.SendAsync(data),
            Message = (socket, message) =>
            {
                received = message.Data.ToArray();
                socket.Close();
            },
        });
        await witness.EndAsync();
        Assert.True(await sending);
        Assert.Equal(data, received);
        Assert.Equal(["open", "message Binary of 65000 bytes", "close 1005 '' clean"], witness.Events);
    });

    [Theory, WebPlatformTest("Send-data.any.js")]
    public Task Send_data(Variant variant) => TextComesBackAsync(variant, "Message to send", "Message to send");

    // JavaScript makes "null" of it; C# says that it is nothing to send.
    [Theory, WebPlatformTest("Send-null.any.js")]
    public Task Send_null(Variant variant) => variant.SeesAsync(
        "/echo",
        new Acts
        {
            Open = socket =>
            {
                Assert.Throws<ArgumentNullException>(() => socket.Send((string)null!));
                Assert.Equal(0, socket.BufferedAmount);
                socket.Send("");
            },
            Message = (socket, _) => socket.Close(),
        },
        "open", "message Text ", "close 1005 '' clean");

    [Theory, WebPlatformTest("Send-paired-surrogates.any.js")]
    public Task Send_paired_surrogates(Variant variant) => TextComesBackAsync(variant, "\uD801\uDC07", "\uD801\uDC07");

    [Theory, WebPlatformTest("Send-unicode-data.any.js")]
    public Task Send_unicode_data(Variant variant) => TextComesBackAsync(variant, "\u00A5\u00A5\u00A5", "\u00A5\u00A5\u00A5");

    [Theory, WebPlatformTest("Send-unpaired-surrogates.any.js")]
    public Task Send_unpaired_surrogates(Variant variant) => TextComesBackAsync(variant, "\uD807", "\uFFFD");

    private static ReadOnlyMemory<byte> View<T>(params T[] elements)
        where T : struct => MemoryMarshal.AsBytes(elements.AsSpan()).ToArray();

    private static Task TextComesBackAsync(Variant variant, string sent, string received) => ComesBackAsync(
        variant, MessageType.Text, Encoding.UTF8.GetBytes(received), socket => socket.Send(sent));

    private static Task BinaryComesBackAsync(Variant variant, ReadOnlyMemory<byte> sent) => ComesBackAsync(
        variant, MessageType.Binary, sent.ToArray(), socket => socket.Send(sent.Span));

    private static Task ComesBackAsync(Variant variant, MessageType type, byte[] data, Func<WebSocket, bool> send) => variant.RunAsync(async () =>
    {
        var received = new List<Message>();
        var witness = variant.Watch("/echo", new Acts
        {
            Open = socket =>
            {
                Assert.True(send(socket));
                Assert.Equal(data.Length, socket.BufferedAmount);
            },
            Message = (socket, message) =>
            {
                received.Add(message);
                socket.Close();
            },
        });
        await witness.EndAsync();
        var message = Assert.Single(received);
        Assert.Equal(type, message.Type);
        Assert.Equal(data, message.Data.ToArray());
        Assert.Equal(("open", "close 1005 '' clean"), (witness.Events[0], witness.Events[^1]));
    });
}
