using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests;

/// <content>Bytes that several connections send.</content>
public abstract partial class TransportContractTests
{
    [Fact]
    public async Task Shared_bytes_keep_their_place_between_others()
    {
        using var pair = (await ConnectAsync()).Start();
        var expected = new List<byte>();

        OnThread(() =>
        {
            var random = new Random(11);
            for (var i = 0; i < 3000; i++)
            {
                WriteSomething(pair.Left, random, expected, i);
                if (random.Next(20) == 0)
                {
                    Recorder.Call(pair.Left.Flush);
                }
            }

            Recorder.Call(pair.Left.Flush);
        });

        await Eventually.IsTrue(() => pair.AtRight.Length == expected.Count);
        Assert.True(pair.AtRight.Bytes.AsSpan().SequenceEqual(expected.ToArray()));
        await Eventually.IsTrue(() => pair.Left.Unsent == 0);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Shared_bytes_keep_their_place_also_when_the_peer_does_not_read()
    {
        using var pair = await ConnectAsync();
        pair.AtRight.WhenBatchEnds = static () => false;
        pair.Start();
        var expected = new List<byte>();

        OnThread(() =>
        {
            var random = new Random(12);
            for (var i = 0; expected.Count < MoreThanTheSystemTakes; i++)
            {
                WriteSomething(pair.Left, random, expected, i, largest: 40_000);
                Recorder.Call(pair.Left.Flush);
            }
        });
        await Eventually.IsTrue(() => pair.AtRight.Batches == 1);
        Assert.True(pair.Left.Unsent > 0);
        pair.AtRight.WhenBatchEnds = static () => true;
        Recorder.Call(pair.Right.ResumeReceiving);

        await Eventually.IsTrue(() => pair.AtRight.Length == expected.Count);
        Assert.True(pair.AtRight.Bytes.AsSpan().SequenceEqual(expected.ToArray()));
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Shared_bytes_stay_what_they_are_for_who_is_slow_while_the_ring_moves_on()
    {
        const int messages = 6000;
        using var fast = (await ConnectAsync()).Start();
        using var slow = await ConnectAsync();
        slow.AtRight.WhenBatchEnds = static () => false;
        slow.Start();
        using var leaving = await ConnectAsync();
        leaving.AtRight.WhenBatchEnds = static () => false;
        leaving.Start();
        TransportPair[] all = [fast, slow, leaving];
        var expected = new List<byte>();

        OnThread(() =>
        {
            var random = new Random(13);
            for (var i = 0; i < messages; i++)
            {
                // The last of them alone fill the ring dozens of times; some of them take a block of their own.
                var bytes = Pattern.Of(i % 500 == 0 ? 100_000 : random.Next(1, 4000), i);
                expected.AddRange(bytes);
                Cork.Put();
                var shared = Share(bytes);
                foreach (var pair in all)
                {
                    using (pair.Left.Gate.Enter())
                    {
                        pair.Left.Write(shared);
                    }

                    Recorder.Call(pair.Left.FlushSoon);
                }

                shared.Release();
                Cork.Pull();
                if (i == messages / 2)
                {
                    Recorder.Call(leaving.Left.Abort);
                }
            }
        });
        await Eventually.IsTrue(() => slow.AtRight.Batches == 1);
        slow.AtRight.WhenBatchEnds = static () => true;
        Recorder.Call(slow.Right.ResumeReceiving);

        await Eventually.IsTrue(() => fast.AtRight.Length == expected.Count && slow.AtRight.Length == expected.Count);
        var bytes = expected.ToArray();
        Assert.True(fast.AtRight.Bytes.AsSpan().SequenceEqual(bytes));
        Assert.True(slow.AtRight.Bytes.AsSpan().SequenceEqual(bytes));
        fast.EndAndCheck();
        slow.EndAndCheck();
        leaving.EndAndCheck();
    }

    private static SharedBytes Share(byte[] bytes)
    {
        bytes.CopyTo(SharedRing.OfThread.Reserve(bytes.Length));
        return SharedRing.OfThread.Commit(bytes.Length);
    }

    private static void WriteSomething(ITransport transport, Random random, List<byte> expected, int seed, int largest = 5000)
    {
        var kind = random.Next(4);
        var bytes = Pattern.Of(random.Next(random.Next(3) == 0 ? largest : 150), seed);
        expected.AddRange(bytes);
        if (kind == 0)
        {
            transport.Put(bytes);
            return;
        }

        var shared = kind == 1 ? SharedBytes.Of(bytes) : Share(bytes);
        using (transport.Gate.Enter())
        {
            transport.Write(shared);
        }

        shared.Release();
    }
}
