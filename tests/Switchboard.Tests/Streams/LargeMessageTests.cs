using Switchboard.Tests.Support;
using Switchboard.Transports;
using Switchboard.Transports.Linux;
using Switchboard.Transports.Sockets;

namespace Switchboard.Tests.Streams;

/// <summary>A message of 1 GiB over the system's sockets, there and back: nothing else runs meanwhile, for memory is counted for the process.</summary>
[Collection(nameof(Hostile.Alone))]
public sealed class LargeMessageTests
{
    private const long Size = 1L << 30;
    private const long MostHeld = 32 << 20;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Sockets")]
    [InlineData("Epoll")]
    public async Task A_gibibyte_there_and_back_is_never_held(string transport)
    {
        Assert.SkipUnless(transport != "Epoll" || EpollTransportFactory.IsSupported, "Epoll is Linux's.");
        ITransportFactory factory = transport == "Sockets" || !EpollTransportFactory.IsSupported ? SocketTransportFactory.Instance : EpollTransportFactory.Shared;
        var budget = new MemoryBudget();
        await using var server = new WebSocketServer(new WebSocketServerOptions { Transport = factory, Memory = budget });
        server.OnConnectionAsync += async (socket, _) =>
        {
            await foreach (var message in socket.MessageStreams)
            {
                await socket.SendAsync(message, message.Type, compress: false, Stop);
            }
        };
        server.Start();
        await using var client = new WebSocket($"ws://127.0.0.1:{server.Port}/", new WebSocketClientOptions { Memory = budget, Transport = factory });
        await client.IsOpen();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        // Who reads begins before the first message does: what came earlier would be gathered, within the limit of whole messages.
        var (mostPinned, mostHeld) = (0L, 0L);
        var receiving = ReceiveAsync();
        Assert.True(await client.SendAsync(new Counting(Size), compress: false, cancellationToken: Stop).AsTask().InTime());
        Assert.Equal(Size, await receiving.InTime());
        TestContext.Current.TestOutputHelper?.WriteLine($"{transport}: at most {mostPinned} bytes pinned, and {mostHeld} on the heap, garbage included.");
        Assert.InRange(mostPinned, 0, 4 << 20);
        Assert.InRange(mostHeld, long.MinValue, MostHeld);

        async Task<long> ReceiveAsync()
        {
            var came = 0L;
            await foreach (var message in client.MessageStreams.WithCancellation(Stop))
            {
                var buffer = new byte[1 << 16];
                for (var reads = 0; await message.ReadAsync(buffer, Stop) is > 0 and var count; reads++)
                {
                    Counting.Check(buffer.AsSpan(0, count), came);
                    came += count;
                    mostPinned = Math.Max(mostPinned, budget.PinnedBytes);
                    if (reads % 256 == 0)
                    {
                        mostHeld = Math.Max(mostHeld, GC.GetTotalMemory(forceFullCollection: false) - before);
                    }
                }

                break;
            }

            return came;
        }
    }

    /// <summary>So many bytes, each of which tells where it belongs.</summary>
    private sealed class Counting(long length) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public static void Check(ReadOnlySpan<byte> bytes, long position)
        {
            foreach (var value in bytes)
            {
                if (value != At(position))
                {
                    Assert.Fail($"The byte at {position} is another.");
                }

                position++;
            }
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var taken = (int)Math.Min(count, length - _position);
            foreach (ref var value in buffer.AsSpan(offset, taken))
            {
                value = At(_position++);
            }

            return taken;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        // Differs from one 64 KiB to the next.
        private static byte At(long position) => (byte)(position ^ (position >> 8) ^ (position >> 16) ^ (position >> 24));
    }
}
