using System.Collections.Concurrent;
using System.Runtime.Versioning;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Transports.Linux;
using Switchboard.Transports.Linux.Epoll;

namespace Switchboard.Transports.Tests.Epoll;

/// <summary>Who keeps a loop for too long is told, once; and while all loops sleep nobody looks. The clock is the test's.</summary>
[SupportedOSPlatform("linux")]
public sealed class LoopWatchTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    private readonly FakeTimeProvider _clock = new();
    private readonly LoopWatch _watch;
    private readonly EpollLoop[] _loops;

    public LoopWatchTests()
    {
        _watch = new LoopWatch(Limit, _clock);
        _loops = [new EpollLoop(0, _watch), new EpollLoop(1, _watch)];
        _watch.Watch(_loops);
    }

    [Fact]
    public async Task Work_that_blocks_is_told_once_and_for_how_long()
    {
        using var work = new Work();
        _loops[0].Post(work);
        await work.HasBegun.Task.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);

        Pass(1);
        Assert.Empty(work.Told);
        Pass(50);

        Assert.InRange(Assert.Single(work.Told).TotalMilliseconds, 100, 125);
    }

    [Fact]
    public async Task Work_that_blocks_again_is_told_again()
    {
        for (var i = 0; i < 3; i++)
        {
            using var work = new Work();
            _loops[1].Post(work);
            await work.HasBegun.Task.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
            Pass(50);

            Assert.Single(work.Told);
        }
    }

    [Fact]
    public async Task Work_that_is_brief_is_never_told_however_much_of_it_there_is()
    {
        var told = 0;
        for (var i = 0; i < 50; i++)
        {
            using var work = new Work();
            _loops[0].Post(work);
            await work.HasBegun.Task.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
            Pass(3);
            told += work.Told.Count;
        }

        Assert.Equal(0, told);
    }

    [Fact]
    public async Task The_clock_stands_still_while_all_loops_sleep_and_goes_on_when_one_wakes()
    {
        for (var i = 0; i < 3; i++)
        {
            await Eventually.IsTrue(() =>
            {
                Pass(1);
                return !_watch.IsTicking;
            });

            using var work = new Work();
            _loops[i % 2].Post(work);
            await work.HasBegun.Task.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
            Assert.True(_watch.IsTicking);
            Pass(50);
            Assert.Single(work.Told);
        }
    }

    [Fact]
    public void The_limit_is_100_ms_unless_it_is_said_and_is_not_negative()
    {
        Assert.Equal(100, new EpollOptions().BlockedAfter.TotalMilliseconds);
        Assert.Throws<ArgumentOutOfRangeException>(() => new EpollTransportFactory(new EpollOptions { BlockedAfter = TimeSpan.FromTicks(-1) }));
    }

    public void Dispose()
    {
        _watch.Dispose();
        foreach (var loop in _loops)
        {
            loop.Stop();
        }
    }

    // In steps of a check.
    private void Pass(int checks)
    {
        for (var i = 0; i < checks; i++)
        {
            _clock.Advance(Limit / 4);
        }
    }

    private sealed class Work : IThreadPoolWorkItem, IBlockingObserver, IDisposable
    {
        private readonly SemaphoreSlim _end = new(0);
        private readonly TaskCompletionSource _hasEnded = new();

        internal TaskCompletionSource HasBegun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal ConcurrentQueue<TimeSpan> Told { get; } = new();

        public void Execute()
        {
            HasBegun.SetResult();
            _end.Wait(Eventually.Patience);
            _hasEnded.SetResult();
        }

        public void OnBlocking(TimeSpan soFar) => Told.Enqueue(soFar);

        public void Dispose()
        {
            _end.Release();
            _hasEnded.Task.Wait(Eventually.Patience);
            _end.Dispose();
        }
    }
}
