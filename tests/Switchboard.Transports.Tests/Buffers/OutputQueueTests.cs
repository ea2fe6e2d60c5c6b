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

    private void Write(byte[] bytes)
    {
        bytes.CopyTo(_queue.GetSpan(bytes.Length));
        _queue.Advance(bytes.Length);
    }
}
