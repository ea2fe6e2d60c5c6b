using System.Buffers;
using System.Text;
using Switchboard.Tests.Compression;
using Switchboard.Tests.Support;

namespace Switchboard.Tests.Hostile;

/// <summary>CVE-2026-45736, CVE-2016-10518: pooled buffers are full of canaries, and none of them reaches the wire. Alone, for the pool is everybody's.</summary>
[Collection(nameof(Alone))]
public sealed class CanaryTests
{
    private const byte Canary = 0xCA;

    [Theory]
    [InlineData("", CompressionWindows.Shared)]
    [InlineData(Deflated.Offer, CompressionWindows.Shared)]
    [InlineData(Deflated.Offer, CompressionWindows.Dedicated)]
    public async Task CVE_2026_45736_and_CVE_2016_10518_none_in_whatever_is_sent(string offer, CompressionWindows windows)
    {
        await using var test = TestServer.Start(
            (ServerWebSocket _) => { },
            new WebSocketServerOptions { Compression = new CompressionOptions { ThresholdBytes = 0, Windows = windows } });
        var peer = await test.OpenAsync(headers: offer);
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
        var socket = test.Server.Clients.Single();
        var sent = new List<string>();
        foreach (var length in new[] { 0, 1, 100, 125, 126, 1000, 5000, 70_000 })
        {
            // Some of it is worth compressing.
            var text = string.Concat(Deflated.Story.AsSpan(0, Math.Min(length, Deflated.Story.Length)), new string('x', Math.Max(0, length - Deflated.Story.Length)));
            FillThePool();
            Assert.True(socket.Send(text));
            FillThePool();
            Assert.True(socket.Send(Encoding.ASCII.GetBytes(text)));
            FillThePool();
            Assert.True(await socket.SendAsync(text, TestContext.Current.CancellationToken));
            FillThePool();
            Assert.True(socket.Send(PreparedMessage.FromText(text)));
            FillThePool();
            Assert.Equal(1, test.Server.Broadcast(text));
            sent.AddRange(Enumerable.Repeat(text, 5));
        }

        FillThePool();
        socket.Ping("ping"u8);
        socket.Close(CloseCode.NormalClosure, "done");

        using var inflating = new Inflating();
        foreach (var text in sent)
        {
            var frame = (await peer.NextAsync())!;
            if (windows == CompressionWindows.Shared)
            {
                inflating.Forget();
            }

            var payload = frame.IsCompressed ? inflating.Next(frame.Payload, text.Length) : frame.Payload;
            Assert.Equal(text, Encoding.ASCII.GetString(payload));
            Assert.False(frame.Payload.AsSpan().IndexOf([Canary, Canary, Canary, Canary]) >= 0);
        }

        var ping = (await peer.NextAsync())!;
        Assert.Equal((Frame.PingOpcode, "ping"), (ping.Opcode, ping.Text));
        Assert.Equal((1000, "done"), await peer.AnswerCloseAsync());
    }

    private static void FillThePool()
    {
        foreach (var size in new[] { 16, 64, 256, 1024, 4096, 16_384, 65_536, 131_072 })
        {
            foreach (var buffer in Enumerable.Range(0, 4).Select(_ => ArrayPool<byte>.Shared.Rent(size)).ToList())
            {
                buffer.AsSpan().Fill(Canary);
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>Inflates messages that may refer to those before them; each must say what is expected of it, and no more.</summary>
    private sealed class Inflating : IDisposable
    {
        private readonly MemoryStream _compressed = new();
        private System.IO.Compression.DeflateStream? _stream;

        internal void Forget()
        {
            _stream?.Dispose();
            _stream = null;
            _compressed.SetLength(0);
        }

        internal byte[] Next(byte[] payload, int length)
        {
            var end = _compressed.Length;
            _compressed.Position = end;
            _compressed.Write([.. payload, 0x00, 0x00, 0xFF, 0xFF]);
            _compressed.Position = end;
            _stream ??= new(_compressed, System.IO.Compression.CompressionMode.Decompress, leaveOpen: true);
            var message = new byte[length + 100];
            var read = 0;
            while (read < length && _stream.Read(message, read, message.Length - read) is > 0 and var count)
            {
                read += count;
            }

            return message[..read];
        }

        public void Dispose()
        {
            _stream?.Dispose();
            _compressed.Dispose();
        }
    }
}
