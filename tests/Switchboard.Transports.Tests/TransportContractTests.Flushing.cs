using System.Buffers.Binary;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests;

/// <content>Flushes that are put off, and work that is posted.</content>
public abstract partial class TransportContractTests
{
    [Fact]
    public async Task FlushSoon_without_a_cork_sends()
    {
        using var pair = (await ConnectAsync()).Start();
        var bytes = Pattern.Of(100_000);

        foreach (var chunk in bytes.Chunk(1000))
        {
            pair.Left.Put(chunk);
            Recorder.Call(pair.Left.FlushSoon);
        }

        await Eventually.IsTrue(() => pair.AtRight.Length == bytes.Length);
        Assert.Equal(bytes, pair.AtRight.Bytes);
        await Eventually.IsTrue(() => pair.Left.Unsent == 0);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task FlushSoon_before_the_start_sends()
    {
        using var pair = await ConnectAsync();
        pair.Left.Put([1, 2]);
        Recorder.Call(pair.Left.FlushSoon);

        pair.Start();

        await Eventually.IsTrue(() => pair.AtRight.Length == 2);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Under_a_cork_all_leaves_when_it_is_pulled()
    {
        using var pair = (await ConnectAsync()).Start();

        OnThread(() =>
        {
            Cork.Put();
            for (var i = 0; i < 1000; i++)
            {
                pair.Left.Put(BitConverter.GetBytes(i));
                Recorder.Call(pair.Left.FlushSoon);
            }

            Assert.Equal(4000, pair.Left.Unsent);
            Cork.Pull();
        });

        await Eventually.IsTrue(() => pair.AtRight.Length == 4000 && pair.AtLeft.SentCount == 1);
        Assert.Equal(Enumerable.Range(0, 1000).SelectMany(BitConverter.GetBytes), pair.AtRight.Bytes);
        Assert.Equal(0, pair.Left.Unsent);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Of_corks_on_corks_the_outermost_counts()
    {
        using var pair = (await ConnectAsync()).Start();

        OnThread(() =>
        {
            Cork.Put();
            Cork.Put();
            pair.Left.Put([1]);
            Recorder.Call(pair.Left.FlushSoon);
            Cork.Pull();
            pair.Left.Put([2]);
            Recorder.Call(pair.Left.FlushSoon);
            Assert.Equal(2, pair.Left.Unsent);
            Cork.Pull();
        });

        await Eventually.IsTrue(() => pair.AtRight.Length == 2);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task A_flush_does_not_wait_for_the_cork()
    {
        using var pair = (await ConnectAsync()).Start();
        using var isFlushed = new SemaphoreSlim(0);
        using var hasArrived = new SemaphoreSlim(0);
        var corked = Task.Factory.StartNew(
            () =>
            {
                Cork.Put();
                pair.Left.Put([1]);
                Recorder.Call(pair.Left.FlushSoon);
                Recorder.Call(pair.Left.Flush);
                isFlushed.Release();
                Assert.True(hasArrived.Wait(Eventually.Patience));
                pair.Left.Put([2]);
                Cork.Pull();
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        await isFlushed.WaitAsync(TestContext.Current.CancellationToken);
        await Eventually.IsTrue(() => pair.AtRight.Length == 1);
        hasArrived.Release();
        await corked.InTime();

        // Noted before the flush, so what was written since leaves too.
        await Eventually.IsTrue(() => pair.AtRight.Length == 2);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task What_another_thread_writes_meanwhile_leaves_with_the_cork_at_the_latest()
    {
        using var pair = (await ConnectAsync()).Start();
        using var isNoted = new SemaphoreSlim(0);
        using var hasWritten = new SemaphoreSlim(0);
        var corked = Task.Factory.StartNew(
            () =>
            {
                Cork.Put();
                pair.Left.Put([1]);
                Recorder.Call(pair.Left.FlushSoon);
                isNoted.Release();
                Assert.True(hasWritten.Wait(Eventually.Patience));
                Cork.Pull();
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await isNoted.WaitAsync(TestContext.Current.CancellationToken);

        pair.Left.Put([2]);
        Recorder.Call(pair.Left.FlushSoon);
        hasWritten.Release();
        await corked.InTime();

        await Eventually.IsTrue(() => pair.AtRight.Length == 2);
        Assert.Equal([1, 2], pair.AtRight.Bytes);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Nothing_stays_behind_when_corked_and_uncorked_threads_write_at_once()
    {
        const int writers = 6;
        const int recordsEach = 3000;
        using var pair = (await ConnectAsync()).Start();

        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() =>
        {
            var record = new byte[5];
            record[0] = (byte)writer;
            for (var n = 0; n < recordsEach;)
            {
                var isCorked = (writer + (n / 7)) % 3 > 0;
                if (isCorked)
                {
                    Cork.Put();
                }

                for (var i = 0; i < 7 && n < recordsEach; i++)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(1), n++);
                    pair.Left.Put(record);
                    Recorder.Call(pair.Left.FlushSoon);
                }

                if (isCorked)
                {
                    Cork.Pull();
                }
            }
        })));

        await Eventually.IsTrue(() => pair.AtRight.Length == writers * recordsEach * 5);
        var next = new int[writers];
        foreach (var record in pair.AtRight.Bytes.Chunk(5))
        {
            Assert.Equal(next[record[0]]++, BinaryPrimitives.ReadInt32LittleEndian(record.AsSpan(1)));
        }

        await Eventually.IsTrue(() => pair.Left.Unsent == 0);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task What_a_callback_sends_soon_leaves_after_it_and_is_told()
    {
        var stillThere = 0L;
        using var connected = await ConnectAsync();
        var pair = connected with
        {
            AtRight = new Recorder
            {
                WhenReceived = _ =>
                {
                    for (var i = 0; i < 100; i++)
                    {
                        connected.Right.Put([(byte)i]);
                        Recorder.Call(connected.Right.FlushSoon);
                    }

                    stillThere = connected.Right.Unsent;
                },
            },
        };
        pair.Start();

        pair.Left.Send([1]);

        await Eventually.IsTrue(() => pair.AtLeft.Length == 100 && pair.AtRight.SentCount == 1);
        Assert.Equal(100, stillThere);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)i), pair.AtLeft.Bytes);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task FlushSoon_and_Post_are_harmless_after_the_end()
    {
        using var pair = (await ConnectAsync()).Start();
        Recorder.Call(pair.Left.Abort);
        await BothAreClosed(pair);
        var work = new Work();

        OnThread(() =>
        {
            Cork.Put();
            pair.Left.Put([1]);
            Recorder.Call(pair.Left.FlushSoon);
            Cork.Pull();
            pair.Left.Put([2]);
            Recorder.Call(pair.Left.FlushSoon);
        });
        Recorder.Call(() => pair.Left.Post(work));

        await Eventually.IsTrue(() => work.Runs == 1);
        pair.EndAndCheck();
    }

    // ---- Posting

    [Fact]
    public async Task What_is_posted_runs_once_and_not_inside_the_call()
    {
        using var pair = (await ConnectAsync()).Start();
        var order = new List<int>();
        var all = Enumerable.Range(0, 500).Select(i => new Work
        {
            What = () =>
            {
                lock (order)
                {
                    order.Add(i);
                }
            },
        }).ToArray();

        Array.ForEach(all, work => Recorder.Call(() => pair.Left.Post(work)));

        await Eventually.IsTrue(() => all.All(work => work.Runs > 0));
        Assert.All(all, work => Assert.Equal((1, false), (work.Runs, work.HasRunInCall)));
        if (HasThread)
        {
            Assert.Equal(Enumerable.Range(0, all.Length), order);
            Assert.Single(all.Select(work => work.ThreadId).Distinct());
        }

        pair.EndAndCheck();
    }

    [Fact]
    public async Task What_posted_work_posts_runs_after_it()
    {
        using var pair = (await ConnectAsync()).Start();
        var second = new Work();
        var hasRunInside = true;
        var first = new Work
        {
            What = () =>
            {
                Recorder.Call(() => pair.Left.Post(second));
                hasRunInside = HasThread && second.Runs > 0;
            },
        };

        pair.Left.Post(first);

        await Eventually.IsTrue(() => second.Runs == 1);
        Assert.False(hasRunInside);
        Assert.False(second.HasRunInCall);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task What_is_posted_runs_where_the_receiver_is_called()
    {
        if (!HasThread)
        {
            return; // It has no thread of its own.
        }

        var receiving = 0;
        using var connected = await ConnectAsync();
        var pair = connected with { AtLeft = new Recorder { WhenReceived = _ => receiving = Environment.CurrentManagedThreadId } };
        pair.Start();
        var work = new Work();

        pair.Right.Send([1]);
        await Eventually.IsTrue(() => pair.AtLeft.Length == 1);
        pair.Left.Post(work);

        await Eventually.IsTrue(() => work.Runs == 1);
        Assert.Equal(receiving, work.ThreadId);
        pair.EndAndCheck();
    }

    /// <summary>Runs on a thread that nobody else uses meanwhile, and has no cork left from anybody.</summary>
    private static void OnThread(Action action)
    {
        Exception? problem = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                problem = e;
            }
        });
        thread.Start();
        thread.Join();
        if (problem is not null)
        {
            throw new AggregateException(problem);
        }
    }

    private sealed class Work : IThreadPoolWorkItem
    {
        private int _runs;

        internal Action What { get; init; } = static () => { };

        internal int Runs => Volatile.Read(ref _runs);

        internal bool HasRunInCall { get; private set; }

        internal int ThreadId { get; private set; }

        public void Execute()
        {
            HasRunInCall |= Recorder.IsInCall;
            ThreadId = Environment.CurrentManagedThreadId;
            What();
            Interlocked.Increment(ref _runs);
        }
    }
}
