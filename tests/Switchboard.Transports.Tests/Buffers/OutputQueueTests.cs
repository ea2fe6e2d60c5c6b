using CsCheck;
using Switchboard.Transports.Buffers;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests.Buffers;

public sealed class OutputQueueTests
{
    private OutputQueue _queue;

    [Fact]
    public void Is_empty_at_first()
    {
        Assert.True(_queue.IsEmpty);
        Assert.Equal(0, _queue.Pieces);
        Assert.Equal(0, _queue.PeekFirst().Count);
    }

    [Fact]
    public void Gives_back_what_was_written()
    {
        Write([1, 2, 3]);
        Write([4]);

        Assert.Equal([1, 2, 3, 4], _queue.PeekFirst().ToArray());
        Assert.Equal(1, _queue.Pieces);
        Assert.Equal(4, _queue.Length);
    }

    [Fact]
    public void Remembers_what_was_sent_in_part()
    {
        Write([1, 2, 3, 4]);

        _queue.Consume(3);

        Assert.Equal([4], _queue.PeekFirst().ToArray());
        Assert.Equal(1, _queue.Length);
    }

    [Fact]
    public void Knows_which_bytes_are_its_own()
    {
        Write(Pattern.Of(1000));
        var shared = Share(Pattern.Of(500));
        _queue.Append(shared);
        Assert.Equal((1500, 1000), (_queue.Length, _queue.OwnLength));
        Write(Pattern.Of(200));
        Assert.Equal((1700, 1200), (_queue.Length, _queue.OwnLength));

        _queue.Consume(1100);
        Assert.Equal((600, 200), (_queue.Length, _queue.OwnLength));
        _queue.Consume(400);
        Assert.Equal((200, 200), (_queue.Length, _queue.OwnLength));
        _queue.Append(shared);
        _queue.Consume(300);
        Assert.Equal((400, 0), (_queue.Length, _queue.OwnLength));
        _queue.Consume(400);
        Assert.Equal((0, 0), (_queue.Length, _queue.OwnLength));
        shared.Release();
    }

    [Fact]
    public void Leaves_peeked_bytes_where_they_are_while_more_are_written_behind_them()
    {
        Write(Pattern.Of(3000));
        var peeked = _queue.PeekFirst();

        Write(Pattern.Of(100_000, seed: 2));

        Assert.Equal(Pattern.Of(3000), peeked.ToArray());
        Assert.Same(peeked.Array, _queue.PeekFirst().Array);
    }

    [Fact]
    public void Gives_room_for_at_least_what_is_asked_and_never_none()
    {
        Assert.NotEmpty(_queue.GetMemory(0).ToArray());
        Assert.InRange(_queue.GetSpan(5_000_000).Length, 5_000_000, int.MaxValue);
        Assert.True(_queue.IsEmpty);
    }

    [Fact]
    public void Refuses_to_advance_beyond_the_room_it_gave()
    {
        var room = _queue.GetSpan(1).Length;

        Assert.Throws<ArgumentOutOfRangeException>(() => _queue.Advance(room + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _queue.Advance(-1));
        _queue.Advance(room);
        Assert.Throws<ArgumentOutOfRangeException>(() => _queue.Advance(1));
    }

    [Fact]
    public void Peeks_no_more_pieces_than_wanted()
    {
        for (var i = 0; i < 10; i++)
        {
            Write(new byte[40_000]);
        }

        var pieces = new List<ArraySegment<byte>>();
        _queue.Peek(pieces, 3);

        Assert.Equal(3, pieces.Count);
        Assert.True(_queue.Pieces > 3);
    }

    [Fact]
    public void What_was_abandoned_counts_as_never_taken()
    {
        Write(new byte[200_000]);
        _queue.Consume(70_000);

        _queue.Abandon();
        _queue.Abandon();

        Assert.Equal(130_000, _queue.Length);
        Assert.Equal(0, _queue.Pieces);
        Assert.Equal(0, _queue.PeekFirst().Count);
    }

    [Fact]
    public void Is_a_queue_of_bytes_whatever_is_done_with_it()
    {
        var step = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 80_000], Gen.Int[0, 100]);
        step.List[0, 60].Sample(steps =>
        {
            var queue = new OutputQueue();
            var model = new List<byte>();
            byte next = 0;
            foreach (var (kind, size, percent) in steps)
            {
                if (kind < 3)
                {
                    // Mostly small: what lies together in a segment matters most.
                    var count = kind == 0 ? size : size % 300;
                    var span = queue.GetSpan(count);
                    for (var i = 0; i < count; i++)
                    {
                        span[i] = next;
                        model.Add(next++);
                    }

                    queue.Advance(count);
                }
                else
                {
                    var count = (int)((long)model.Count * percent / 100);
                    queue.Consume(count);
                    model.RemoveRange(0, count);
                }

                var pieces = new List<ArraySegment<byte>>();
                queue.Peek(pieces, int.MaxValue);
                Assert.Equal(model.Count, queue.Length);
                Assert.True(pieces.SelectMany(piece => piece).SequenceEqual(model));
                Assert.True(queue.IsEmpty || queue.Pieces == pieces.Count);
                Assert.True(queue.IsEmpty ? queue.PeekFirst().Count == 0 : queue.PeekFirst() == pieces[0]);
            }

            queue.Abandon();
        }, iter: 100);
    }

    [Fact]
    public void Shared_bytes_that_follow_each_other_are_one_piece()
    {
        var first = Share([1, 2, 3]);
        var second = Share([4, 5]);

        _queue.Append(first);
        _queue.Append(second);
        first.Release();
        second.Release();

        Assert.Equal(1, _queue.Pieces);
        Assert.Equal([1, 2, 3, 4, 5], _queue.PeekFirst().ToArray());
        Assert.Same(first.Array, _queue.PeekFirst().Array);
        _queue.Abandon();
    }

    [Fact]
    public void A_shared_piece_that_was_sent_in_part_still_grows()
    {
        var first = Share([1, 2, 3]);
        var second = Share([4, 5]);

        _queue.Append(first);
        _queue.Consume(2);
        _queue.Append(second);
        _queue.Consume(2);

        Assert.Equal([5], _queue.PeekFirst().ToArray());
        _queue.Consume(1);
        Assert.True(_queue.IsEmpty);
        first.Release();
        second.Release();
    }

    [Fact]
    public void No_shared_bytes_leave_no_trace()
    {
        _queue.Append(SharedBytes.Of([]));

        Assert.Equal((0L, 0), (_queue.Length, _queue.Pieces));
    }

    [Fact]
    public void Nothing_is_written_into_shared_memory()
    {
        byte[] shared = [1, 2, 3, 4];
        _queue.Append(SharedBytes.Of(shared));
        _queue.Consume(3);

        Write([9, 9]);

        Assert.Equal([1, 2, 3, 4], shared);
        Assert.Equal(2, _queue.Pieces);
        _queue.Abandon();
    }

    [Fact]
    public void Who_does_not_read_pins_only_so_many_blocks()
    {
        var messages = Enumerable.Range(0, 200).Select(i => Pattern.Of(100, i)).ToArray();
        foreach (var message in messages)
        {
            _queue.Append(SharedBytes.Of(message));
        }

        var pieces = new List<ArraySegment<byte>>();
        _queue.Peek(pieces, int.MaxValue);

        Assert.Equal(messages.SelectMany(m => m), pieces.SelectMany(p => p));
        Assert.InRange(pieces.Count(piece => messages.Contains(piece.Array)), 1, 16);
        _queue.Abandon();
    }

    [Fact]
    public void Is_a_queue_of_bytes_also_when_some_are_shared_and_gives_each_reference_back_once()
    {
        var step = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 80_000], Gen.Int[0, 100]);
        step.List[0, 80].Sample(steps =>
        {
            var queue = new OutputQueue();
            var model = new List<byte>();
            var held = new List<SharedBytes>();
            byte next = 0;
            foreach (var (kind, size, percent) in steps)
            {
                // Mostly small: what lies together matters most.
                var count = percent % 4 == 0 ? size : size % 300;
                var bytes = new byte[count];
                for (var i = 0; i < count; i++)
                {
                    bytes[i] = next++;
                }

                switch (kind)
                {
                    case < 2:
                        bytes.CopyTo(queue.GetSpan(count));
                        queue.Advance(count);
                        model.AddRange(bytes);
                        break;
                    case < 4:
                        held.Add(Share(bytes));
                        queue.Append(held[^1]);
                        model.AddRange(bytes);
                        break;
                    case 4:
                        queue.Append(SharedBytes.Of(bytes));
                        model.AddRange(bytes);
                        break;
                    default:
                        var gone = (int)((long)model.Count * percent / 100);
                        queue.Consume(gone);
                        model.RemoveRange(0, gone);
                        break;
                }

                var pieces = new List<ArraySegment<byte>>();
                queue.Peek(pieces, int.MaxValue);
                Assert.Equal(model.Count, queue.Length);
                Assert.True(pieces.SelectMany(piece => piece).SequenceEqual(model));
                Assert.DoesNotContain(pieces, piece => piece.Count == 0);
                Assert.True(queue.IsEmpty || queue.Pieces == pieces.Count);
                Assert.True(queue.IsEmpty ? queue.PeekFirst().Count == 0 : queue.PeekFirst() == pieces[0]);
            }

            if (steps.Count % 2 == 0)
            {
                queue.Abandon();
            }
            else
            {
                queue.Consume(model.Count);
            }

            // What is left are our own references, and the ring's to the block that it fills.
            foreach (var block in held.GroupBy(bytes => bytes.Block!))
            {
                Assert.InRange(block.Key.References, block.Count(), block.Count() + 1);
            }

            Assert.InRange(held.GroupBy(bytes => bytes.Block!).Count(block => block.Key.References > block.Count()), 0, 1);
            held.ForEach(bytes => bytes.Release());
        }, iter: 200, threads: 1);
    }

    private static SharedBytes Share(byte[] bytes)
    {
        bytes.CopyTo(SharedRing.OfThread.Reserve(bytes.Length));
        return SharedRing.OfThread.Commit(bytes.Length);
    }

    private void Write(byte[] bytes)
    {
        bytes.CopyTo(_queue.GetSpan(bytes.Length));
        _queue.Advance(bytes.Length);
    }
}
