using System.Buffers.Binary;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests;

/// <summary>What every transport must do, whatever carries its bytes. Derive from it and connect two ends.</summary>
public abstract partial class TransportContractTests
{
    // More than a loopback connection's buffers in the operating system can grow to.
    private const int MoreThanTheSystemTakes = 32 * 1024 * 1024;

    private protected abstract Task<TransportPair> ConnectAsync();

    /// <summary>Whether one direction can end while the other goes on.</summary>
    private protected virtual bool HasHalfClose => true;

    /// <summary>Whether the peer of one that aborts is told that it was no good order.</summary>
    private protected virtual bool HasReset => true;

    /// <summary>Whether it calls its receiver, and runs what is posted, on one thread for its whole life.</summary>
    private protected virtual bool HasThread => false;

    // ---- Bytes

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(5 * 1024 * 1024)]
    public async Task Bytes_arrive_in_order_whatever_the_size_of_a_write(int size)
    {
        using var pair = (await ConnectAsync()).Start();
        var bytes = Pattern.Of(size);
        byte[] end = [1, 2, 3];

        pair.Left.Send(bytes);
        pair.Left.Send(end);

        await Eventually.IsTrue(() => pair.AtRight.Length == size + end.Length);
        Assert.Equal([.. bytes, .. end], pair.AtRight.Bytes);
        await Eventually.IsTrue(() => pair.Left.Unsent == 0);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Bytes_arrive_in_order_when_writes_of_all_sizes_follow_each_other_both_ways()
    {
        using var pair = (await ConnectAsync()).Start();
        var random = new Random(7);
        var there = Enumerable.Range(0, 300).Select(i => Pattern.Of(random.Next(i % 3 == 0 ? 9000 : 40), i)).ToArray();
        var back = Enumerable.Range(0, 300).Select(i => Pattern.Of(random.Next(i % 5 == 0 ? 90_000 : 40), -i)).ToArray();

        var sending = Task.Run(() => Array.ForEach(there, pair.Left.Send), TestContext.Current.CancellationToken);
        Array.ForEach(back, pair.Right.Send);
        await sending;

        await Eventually.IsTrue(() => pair.AtRight.Length == there.Sum(b => b.Length) && pair.AtLeft.Length == back.Sum(b => b.Length));
        Assert.Equal(there.SelectMany(b => b), pair.AtRight.Bytes);
        Assert.Equal(back.SelectMany(b => b), pair.AtLeft.Bytes);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Everything_that_is_written_before_a_flush_leaves_with_it()
    {
        using var pair = (await ConnectAsync()).Start();

        for (var i = 0; i < 1000; i++)
        {
            pair.Left.Put(BitConverter.GetBytes(i));
        }

        Assert.Equal(4000, pair.Left.Unsent);
        Recorder.Call(pair.Left.Flush);

        await Eventually.IsTrue(() => pair.AtRight.Length == 4000);
        Assert.Equal(Enumerable.Range(0, 1000).SelectMany(BitConverter.GetBytes), pair.AtRight.Bytes);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task What_is_written_before_the_start_arrives()
    {
        using var pair = await ConnectAsync();
        pair.Left.Send([1, 2]);
        pair.Right.Send([3, 4]);

        pair.Start();

        await Eventually.IsTrue(() => pair.AtRight.Length == 2 && pair.AtLeft.Length == 2);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task A_flush_without_anything_written_does_nothing()
    {
        using var pair = (await ConnectAsync()).Start();

        Recorder.Call(pair.Left.Flush);
        Recorder.Call(pair.Left.Flush);
        pair.Left.Send([9]);

        await Eventually.IsTrue(() => pair.AtRight.Length == 1);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Writers_on_several_threads_do_not_interleave_within_a_gate()
    {
        const int writers = 8;
        const int recordsEach = 400;
        const int recordSize = 6 + 37;
        using var pair = (await ConnectAsync()).Start();

        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() =>
        {
            for (var n = 0; n < recordsEach; n++)
            {
                using (pair.Left.Gate.Enter())
                {
                    // In two pieces, so that another writer would have a chance to come between them.
                    var head = pair.Left.GetSpan(6);
                    head[0] = 0xAA;
                    head[1] = (byte)writer;
                    BinaryPrimitives.WriteInt32LittleEndian(head[2..], n);
                    pair.Left.Advance(6);
                    pair.Left.GetSpan(37)[..37].Fill((byte)writer);
                    pair.Left.Advance(37);
                }

                Recorder.Call(pair.Left.Flush);
            }
        })));

        await Eventually.IsTrue(() => pair.AtRight.Length == writers * recordsEach * recordSize);
        var next = new int[writers];
        foreach (var record in pair.AtRight.Bytes.Chunk(recordSize))
        {
            var writer = record[1];
            Assert.Equal(0xAA, record[0]);
            Assert.Equal(next[writer]++, BinaryPrimitives.ReadInt32LittleEndian(record.AsSpan(2)));
            Assert.Equal(-1, record.AsSpan(6).IndexOfAnyExcept(writer));
        }

        pair.EndAndCheck();
    }

    [Fact]
    public async Task Bytes_may_be_changed_in_place_by_their_receiver()
    {
        using var pair = await ConnectAsync();
        var bytes = Pattern.Of(10_000);
        var changing = pair with { AtRight = new Recorder { WhenReceived = static received => received.Clear() } };
        changing.Start();

        pair.Left.Send(bytes);

        await Eventually.IsTrue(() => changing.AtRight.Length == bytes.Length);
        Assert.Equal(bytes, changing.AtRight.Bytes);
        changing.EndAndCheck();
    }

    // ---- Pausing

    [Fact]
    public async Task A_peer_that_pauses_stalls_the_sender_and_nothing_is_lost()
    {
        using var pair = await ConnectAsync();
        pair.AtRight.WhenBatchEnds = static () => false;
        pair.Start();
        var bytes = Pattern.Of(MoreThanTheSystemTakes);
        pair.Left.Send(bytes);
        await Eventually.IsTrue(() => pair.AtRight.Batches == 1);
        Assert.True(pair.Left.Unsent > 0);
        Assert.True(pair.AtRight.Length < bytes.Length);

        pair.AtRight.WhenBatchEnds = static () => true;
        Recorder.Call(pair.Right.ResumeReceiving);

        await Eventually.IsTrue(() => pair.AtRight.Length == bytes.Length);
        await Eventually.IsTrue(() => pair.AtLeft.SentCount > 0 && pair.Left.Unsent == 0);
        Assert.True(bytes.AsSpan().SequenceEqual(pair.AtRight.Bytes));
        pair.EndAndCheck();
    }

    [Fact]
    public async Task A_backlog_of_many_writes_moves_each_time_the_peer_resumes()
    {
        using var pair = await ConnectAsync();
        pair.AtRight.WhenBatchEnds = static () => false;
        pair.Start();
        var bytes = Pattern.Of(MoreThanTheSystemTakes / 8);
        foreach (var chunk in bytes.Chunk(50_000))
        {
            pair.Left.Send(chunk);
        }

        for (var batches = 1; pair.AtRight.Length < bytes.Length; batches++)
        {
            var expected = batches;
            await Eventually.IsTrue(() => pair.AtRight.Batches >= expected);
            if (pair.AtRight.Length < bytes.Length)
            {
                Recorder.Call(pair.Right.ResumeReceiving);
            }
        }

        Assert.True(bytes.AsSpan().SequenceEqual(pair.AtRight.Bytes));
        await Eventually.IsTrue(() => pair.Left.Unsent == 0);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task A_paused_receiver_gets_nothing_until_it_resumes()
    {
        using var pair = await ConnectAsync();
        pair.AtRight.WhenBatchEnds = static () => false;
        pair.Start();
        pair.Left.Send([1]);
        await Eventually.IsTrue(() => pair.AtRight.Batches == 1);

        // The answer makes sure that the second byte has had its chance to arrive.
        pair.Left.Send([2]);
        pair.Right.Send([3]);
        await Eventually.IsTrue(() => pair.AtLeft.Length == 1);
        Assert.Equal([1], pair.AtRight.Bytes);

        Recorder.Call(pair.Right.ResumeReceiving);
        await Eventually.IsTrue(() => pair.AtRight.Length == 2);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task A_resume_that_comes_before_the_pause_is_not_lost()
    {
        using var pair = await ConnectAsync();
        pair.AtRight.WhenBatchEnds = () =>
        {
            Recorder.Call(pair.Right.ResumeReceiving);
            return false;
        };
        pair.Start();
        var bytes = Pattern.Of(1_000_000);

        foreach (var chunk in bytes.Chunk(1000))
        {
            pair.Left.Send(chunk);
        }

        await Eventually.IsTrue(() => pair.AtRight.Length == bytes.Length);
        Assert.Equal(bytes, pair.AtRight.Bytes);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task A_resume_that_races_the_pause_is_not_lost()
    {
        using var pair = await ConnectAsync();
        pair.AtRight.WhenBatchEnds = () =>
        {
            ThreadPool.QueueUserWorkItem(_ => pair.Right.ResumeReceiving());
            return false;
        };
        pair.Start();

        for (var i = 1; i <= 3000; i++)
        {
            pair.Left.Send([(byte)i]);
            if (i % 10 == 0)
            {
                var expected = i;
                await Eventually.IsTrue(() => pair.AtRight.Length == expected);
            }
        }

        pair.EndAndCheck();
    }

    // ---- Ending in good order

    [Fact]
    public async Task Shutdown_sends_what_is_written_and_then_the_end()
    {
        using var pair = (await ConnectAsync()).Start();
        var bytes = Pattern.Of(100_000);
        pair.Left.Put(bytes);

        Recorder.Call(pair.Left.Shutdown);

        await pair.AtRight.Closed.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(bytes, pair.AtRight.Bytes);
        Assert.Null(pair.AtRight.Fault);
        await pair.AtLeft.Closed.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        Assert.Null(pair.AtLeft.Fault);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Shutdown_waits_for_a_backlog()
    {
        using var pair = await ConnectAsync();
        pair.AtRight.WhenBatchEnds = static () => false;
        pair.Start();
        var bytes = Pattern.Of(MoreThanTheSystemTakes);
        pair.Left.Send(bytes);
        await Eventually.IsTrue(() => pair.AtRight.Batches == 1);
        Recorder.Call(pair.Left.Shutdown);

        pair.AtRight.WhenBatchEnds = static () => true;
        Recorder.Call(pair.Right.ResumeReceiving);

        await pair.AtRight.Closed.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        Assert.True(bytes.AsSpan().SequenceEqual(pair.AtRight.Bytes));
        Assert.Null(pair.AtRight.Fault);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Shutdown_twice_from_both_ends_closes_both_once()
    {
        using var pair = (await ConnectAsync()).Start();

        Recorder.Call(pair.Left.Shutdown);
        Recorder.Call(pair.Right.Shutdown);
        Recorder.Call(pair.Left.Shutdown);

        await Task.WhenAll(pair.AtLeft.Closed, pair.AtRight.Closed).WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task After_Shutdown_what_the_peer_still_sends_is_received()
    {
        if (!HasHalfClose)
        {
            return; // A stream ends both ways at once.
        }

        using var pair = await ConnectAsync();
        pair.AtRight.WhenBatchEnds = static () => false;
        pair.Start();
        pair.Left.Send([1]);
        await Eventually.IsTrue(() => pair.AtRight.Batches == 1);
        var first = Pattern.Of(300_000, seed: 1);
        var second = Pattern.Of(MoreThanTheSystemTakes / 4, seed: 2);

        // The peer pauses, so it does not know yet that we have ended.
        Recorder.Call(pair.Left.Shutdown);
        pair.Right.Send(first);
        await Eventually.IsTrue(() => pair.AtLeft.Length == first.Length);
        pair.Right.Send(second);
        await Eventually.IsTrue(() => pair.AtLeft.Length == first.Length + second.Length);
        Assert.Equal(0, pair.AtLeft.ClosedCount + pair.AtRight.ClosedCount);
        pair.AtRight.WhenBatchEnds = static () => true;
        Recorder.Call(pair.Right.ResumeReceiving);

        await Task.WhenAll(pair.AtLeft.Closed, pair.AtRight.Closed).InTime();
        Assert.Equal([.. first, .. second], pair.AtLeft.Bytes);
        Assert.Null(pair.AtLeft.Fault);
        Assert.Null(pair.AtRight.Fault);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Nothing_is_sent_after_Shutdown_has_told_the_end()
    {
        using var pair = await ConnectAsync();
        // The first batch only: over TLS the farewell may come as one of its own, and whoever pauses then does not hear the end.
        var hasPaused = false;
        pair.AtRight.WhenBatchEnds = () => hasPaused || !(hasPaused = true);
        pair.Start();
        pair.Left.Send([1]);
        await Eventually.IsTrue(() => pair.AtRight.Batches == 1);

        Recorder.Call(pair.Left.Shutdown);
        pair.Left.Send([2]);
        Recorder.Call(pair.Right.ResumeReceiving);

        await pair.AtRight.Closed.InTime();
        Assert.Equal([1], pair.AtRight.Bytes);
        pair.EndAndCheck();
    }

    // ---- Aborting, in every state

    [Fact]
    public async Task A_peer_that_aborts_is_a_fault()
    {
        if (!HasReset)
        {
            return; // A stream has no reset.
        }

        using var pair = (await ConnectAsync()).Start();

        Recorder.Call(pair.Right.Abort);

        await BothAreClosed(pair);
        Assert.NotNull(pair.AtLeft.Fault);
    }

    [Fact]
    public async Task A_peer_that_aborts_with_bytes_that_it_has_not_read_is_a_fault()
    {
        if (!HasReset)
        {
            return; // A stream has no reset.
        }

        using var pair = await ConnectAsync();
        pair.AtRight.WhenBatchEnds = static () => false;
        pair.Start();
        pair.Left.Send([1]);
        await Eventually.IsTrue(() => pair.AtRight.Batches == 1);
        pair.Left.Send([2, 3]);

        Recorder.Call(pair.Right.Abort);

        await BothAreClosed(pair);
        Assert.NotNull(pair.AtLeft.Fault);
    }

    [Fact]
    public async Task A_peer_that_aborts_is_a_fault_also_for_one_who_has_not_read_all()
    {
        if (!HasReset)
        {
            return; // A stream has no reset.
        }

        using var pair = await ConnectAsync();
        pair.AtLeft.WhenBatchEnds = static () => false;
        pair.Start();
        var bytes = Pattern.Of(1_000_000);
        pair.Right.Send(bytes);
        await Eventually.IsTrue(() => pair.AtLeft.Batches == 1);

        Recorder.Call(pair.Right.Abort);
        await pair.AtRight.Closed.InTime();
        pair.AtLeft.WhenBatchEnds = static () => true;
        Recorder.Call(pair.Left.ResumeReceiving);

        await BothAreClosed(pair);
        Assert.NotNull(pair.AtLeft.Fault);
        var received = pair.AtLeft.Bytes;
        Assert.True(bytes.AsSpan(0, received.Length).SequenceEqual(received));
    }

    [Fact]
    public async Task Abort_before_the_start_is_told_after_it()
    {
        using var pair = await ConnectAsync();
        Recorder.Call(pair.Left.Abort);

        pair.Start();

        await BothAreClosed(pair);
    }

    [Fact]
    public async Task Abort_while_reading_closes_both_ends()
    {
        using var pair = (await ConnectAsync()).Start();
        pair.Left.Send([1]);
        await Eventually.IsTrue(() => pair.AtRight.Length == 1);

        Recorder.Call(pair.Right.Abort);

        await BothAreClosed(pair);
        Assert.NotNull(pair.AtRight.Fault);
    }

    [Fact]
    public async Task Abort_while_paused_is_told_without_a_resume()
    {
        using var pair = await ConnectAsync();
        pair.AtRight.WhenBatchEnds = static () => false;
        pair.Start();
        pair.Left.Send([1]);
        await Eventually.IsTrue(() => pair.AtRight.Batches == 1);

        Recorder.Call(pair.Right.Abort);

        await BothAreClosed(pair);

        // The one who paused still owes a resume, and may pay it late.
        Recorder.Call(pair.Right.ResumeReceiving);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Abort_between_the_answer_and_the_pause_is_told_without_a_resume()
    {
        using var pair = await ConnectAsync();
        pair.AtRight.WhenBatchEnds = () =>
        {
            Recorder.Call(pair.Right.Abort);
            return false;
        };
        pair.Start();

        pair.Left.Send([1]);

        await BothAreClosed(pair);
    }

    [Fact]
    public async Task Abort_that_races_the_pause_is_told_without_a_resume()
    {
        for (var round = 0; round < 100; round++)
        {
            using var pair = await ConnectAsync();
            pair.AtRight.WhenBatchEnds = () =>
            {
                ThreadPool.QueueUserWorkItem(_ => pair.Right.Abort());
                return false;
            };
            pair.Start();

            pair.Left.Send([1]);

            await BothAreClosed(pair);
        }
    }

    [Fact]
    public async Task Abort_inside_a_callback_closes_both_ends()
    {
        using var connected = await ConnectAsync();
        var pair = connected with { AtRight = new Recorder { WhenReceived = _ => Recorder.Call(connected.Right.Abort) } };
        pair.Start();

        pair.Left.Send(Pattern.Of(100_000));

        await BothAreClosed(pair);
    }

    [Fact]
    public async Task Abort_while_a_backlog_is_sent_closes_both_ends_and_tells_nobody_that_it_was_taken()
    {
        using var pair = await ConnectAsync();
        pair.AtRight.WhenBatchEnds = static () => false;
        pair.Start();
        pair.Left.Send(Pattern.Of(MoreThanTheSystemTakes));
        await Eventually.IsTrue(() => pair.AtRight.Batches == 1);

        Recorder.Call(pair.Left.Abort);
        pair.AtRight.WhenBatchEnds = static () => true;
        Recorder.Call(pair.Right.ResumeReceiving);

        await BothAreClosed(pair);
        Assert.True(pair.Left.Unsent > 0);
    }

    [Fact]
    public async Task A_peer_that_aborts_ends_a_backlog()
    {
        using var pair = await ConnectAsync();
        pair.AtRight.WhenBatchEnds = static () => false;
        pair.Start();
        pair.Left.Send(Pattern.Of(MoreThanTheSystemTakes));
        await Eventually.IsTrue(() => pair.AtRight.Batches == 1);

        Recorder.Call(pair.Right.Abort);

        await BothAreClosed(pair);
    }

    [Fact]
    public async Task After_the_end_every_call_is_harmless()
    {
        using var pair = (await ConnectAsync()).Start();
        Recorder.Call(pair.Left.Abort);
        await BothAreClosed(pair);

        pair.Left.Send([1, 2, 3]);
        Recorder.Call(pair.Left.Shutdown);
        Recorder.Call(pair.Left.Abort);
        Recorder.Call(pair.Left.ResumeReceiving);
        pair.Left.Send([1, 2, 3]);

        Assert.Equal(1, pair.AtLeft.ClosedCount);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task The_end_is_told_once_whoever_ends_it_at_the_same_moment()
    {
        for (var round = 0; round < 150; round++)
        {
            using var pair = (await ConnectAsync()).Start();
            var random = new Random(round);
            Action[] deeds =
            [
                pair.Left.Abort, pair.Right.Abort, pair.Left.Shutdown, pair.Right.Shutdown,
                () => pair.Left.Send(Pattern.Of(random.Next(100_000))), () => pair.Right.Send([1]),
            ];
            using var start = new Barrier(3);
            var chosen = Enumerable.Range(0, 3).Select(_ => deeds[random.Next(deeds.Length)]).ToArray();

            await Task.WhenAll(chosen.Select(deed => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    deed();
                },
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
            pair.Left.Abort();
            pair.Right.Abort();

            await BothAreClosed(pair);
        }
    }

    // ---- Handing over

    [Fact]
    public async Task Receiving_is_handed_over_from_inside_a_callback()
    {
        using var connected = await ConnectAsync();
        var second = new Recorder();
        var pair = connected with { AtRight = new Recorder { WhenReceived = _ => connected.Right.Start(second) } };
        pair.Start();

        pair.Left.Send([1]);
        await Eventually.IsTrue(() => pair.AtRight.Length + second.Length == 1);
        pair.Left.Send([2, 3]);

        await Eventually.IsTrue(() => second.Length == 2);
        Assert.Equal([1], pair.AtRight.Bytes);
        Recorder.Call(pair.Left.Shutdown);
        await second.Closed.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(0, pair.AtRight.ClosedCount);
        Assert.Empty(second.Complaints);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Receiving_is_handed_over_while_it_is_paused()
    {
        using var pair = await ConnectAsync();
        var second = new Recorder();
        pair.AtRight.WhenBatchEnds = static () => false;
        pair.Start();
        pair.Left.Send([1]);
        await Eventually.IsTrue(() => pair.AtRight.Batches == 1);
        pair.Left.Send([2, 3]);

        Recorder.Call(() => pair.Right.Start(second));
        Recorder.Call(pair.Right.ResumeReceiving);

        await Eventually.IsTrue(() => second.Length == 2);
        Assert.Equal([1], pair.AtRight.Bytes);
        Recorder.Call(pair.Right.Abort);
        await second.Closed.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(0, pair.AtRight.ClosedCount);
        Assert.Empty(second.Complaints);
        pair.EndAndCheck();
    }

    private static async Task BothAreClosed(TransportPair pair)
    {
        await pair.AtLeft.Closed.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        await pair.AtRight.Closed.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        pair.EndAndCheck();
    }
}
