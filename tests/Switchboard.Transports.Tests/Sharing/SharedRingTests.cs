using Switchboard.Transports.Sharing;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests.Sharing;

public sealed class SharedRingTests
{
    [Fact]
    public void What_is_written_one_after_the_other_lies_one_behind_the_other()
    {
        // Room for both, whatever the thread has written before.
        Write(Pattern.Of(SharedBlock.UsualSize)).Release();

        var first = Write([1, 2, 3]);
        var second = Write([4, 5]);

        Assert.Same(first.Array, second.Array);
        Assert.Equal(first.Start + 3, second.Start);
        Assert.Equal([4, 5], second.Span.ToArray());
        first.Release();
        second.Release();
    }

    [Fact]
    public void Less_may_be_committed_than_was_reserved_and_not_more()
    {
        var ring = SharedRing.OfThread;
        ring.Reserve(100)[0] = 7;

        var bytes = ring.Commit(1);

        Assert.Equal([7], bytes.Span.ToArray());
        Assert.Throws<InvalidOperationException>(() => ring.Commit(10 * SharedBlock.UsualSize));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Reserve(-1).Length);
        bytes.Release();
    }

    [Fact]
    public void No_bytes_are_bytes_too()
    {
        var bytes = Write([]);

        Assert.Equal(0, bytes.Length);
        bytes.Release();
    }

    [Fact]
    public void Bytes_stay_as_long_as_somebody_holds_them_however_far_the_ring_moves()
    {
        var expected = Pattern.Of(1000, seed: 5);
        var bytes = Write(expected);
        bytes.Retain();
        bytes.Release();

        for (var i = 0; i < 1000; i++)
        {
            Write(Pattern.Of(1000, i)).Release();
        }

        Assert.Equal(expected, bytes.Span);
        Assert.Equal(1, bytes.Block!.References);
        bytes.Release();
    }

    [Fact]
    public void A_block_goes_back_when_the_ring_and_all_holders_are_done_with_it()
    {
        var bytes = Write([1]);
        var block = bytes.Block!;
        Assert.Equal(2, block.References);

        Write(Pattern.Of(SharedBlock.UsualSize)).Release();
        Assert.Equal(1, block.References);
        bytes.Release();

        Assert.Equal(0, block.References);
        Assert.Empty(block.Array);
    }

    [Fact]
    public void A_large_message_has_a_block_of_its_own_which_the_ring_does_not_keep()
    {
        var small = Write([1]);

        var large = Write(Pattern.Of(SharedBlock.UsualSize + 1));
        var next = Write([2]);

        Assert.Equal(1, large.Block!.References);
        Assert.NotSame(large.Block, small.Block);
        Assert.NotSame(large.Block, next.Block);
        Assert.Equal(Pattern.Of(SharedBlock.UsualSize + 1), large.Span);
        small.Release();
        large.Release();
        next.Release();
    }

    [Fact]
    public void Each_thread_has_a_ring_of_its_own()
    {
        var ours = SharedRing.OfThread;
        SharedRing? theirs = null;
        var thread = new Thread(() => theirs = SharedRing.OfThread);
        thread.Start();
        thread.Join();

        Assert.Same(ours, SharedRing.OfThread);
        Assert.NotNull(theirs);
        Assert.NotSame(ours, theirs);
    }

    [Fact]
    public void An_array_is_shared_as_it_is_and_not_counted()
    {
        byte[] array = [1, 2, 3];
        var bytes = SharedBytes.Of(array);

        bytes.Release();
        bytes.Release();

        Assert.Same(array, bytes.Array);
        Assert.Equal(array, bytes.Span);
        Assert.Throws<ArgumentNullException>(() => SharedBytes.Of(null!).Length);
    }

    private static SharedBytes Write(byte[] bytes)
    {
        bytes.CopyTo(SharedRing.OfThread.Reserve(bytes.Length));
        return SharedRing.OfThread.Commit(bytes.Length);
    }
}
