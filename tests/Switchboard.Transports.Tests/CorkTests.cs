using Switchboard.Transports.Memory;

namespace Switchboard.Transports.Tests;

/// <summary>Each test runs on a thread of its own: a cork belongs to its thread.</summary>
public sealed class CorkTests
{
    private readonly Flusher _flusher = new();

    [Fact]
    public Task Without_a_cork_there_is_nothing_to_pull_and_nobody_is_noted() => OnThread(() =>
    {
        Assert.Throws<InvalidOperationException>(Cork.Pull);
        Assert.False(Cork.TryNote(_flusher, Transport()));
        Cork.Put();
        Cork.Pull();
        Assert.Throws<InvalidOperationException>(Cork.Pull);
        Assert.False(Cork.TryNote(_flusher, Transport()));
    });

    [Fact]
    public Task Who_is_noted_is_flushed_when_it_is_pulled() => OnThread(() =>
    {
        ITransport[] transports = [Transport(), Transport()];
        Cork.Put();
        Assert.True(Cork.TryNote(_flusher, transports[0]));
        Assert.True(Cork.TryNote(_flusher, transports[1]));
        Assert.Empty(_flusher.Flushed);

        Cork.Pull();

        Assert.Equal(transports, _flusher.Flushed);
        Assert.Equal(1, _flusher.Calls);

        // It is forgotten with that.
        Cork.Put();
        Cork.Pull();
        Assert.Equal(1, _flusher.Calls);
    });

    [Fact]
    public Task Each_flusher_gets_its_own() => OnThread(() =>
    {
        var other = new Flusher();
        ITransport[] transports = [Transport(), Transport(), Transport()];
        Cork.Put();
        Cork.TryNote(_flusher, transports[0]);
        Cork.TryNote(other, transports[1]);
        Cork.TryNote(_flusher, transports[2]);

        Cork.Pull();

        Assert.Equal([transports[0], transports[2]], _flusher.Flushed);
        Assert.Equal([transports[1]], other.Flushed);
    });

    [Fact]
    public Task Of_corks_on_corks_the_outermost_flushes() => OnThread(() =>
    {
        Cork.Put();
        Cork.Put();
        Cork.TryNote(_flusher, Transport());
        Cork.Pull();
        Assert.Empty(_flusher.Flushed);
        Assert.True(Cork.TryNote(_flusher, Transport()));

        Cork.Pull();

        Assert.Equal(2, _flusher.Flushed.Count);
    });

    [Fact]
    public Task What_a_flush_causes_to_be_sent_leaves_too() => OnThread(() =>
    {
        var other = new Flusher();
        var again = 5;
        _flusher.WhenFlushed = () => Cork.TryNote(other, Transport());
        other.WhenFlushed = () =>
        {
            if (again-- > 0)
            {
                Cork.TryNote(_flusher, Transport());
            }
        };
        Cork.Put();
        Cork.TryNote(other, Transport());

        Cork.Pull();

        Assert.Equal(5, _flusher.Flushed.Count);
        Assert.Equal(6, other.Flushed.Count);
        Assert.False(Cork.TryNote(_flusher, Transport()));
    });

    [Fact]
    public Task A_flush_may_put_a_cork_and_pull_it() => OnThread(() =>
    {
        var late = Transport();
        var isFirst = true;
        _flusher.WhenFlushed = () =>
        {
            Cork.Put();
            if (isFirst)
            {
                isFirst = false;
                Cork.TryNote(_flusher, late);
            }

            Cork.Pull();
        };
        Cork.Put();
        Cork.TryNote(_flusher, Transport());

        Cork.Pull();

        Assert.Equal(2, _flusher.Flushed.Count);
        Assert.Same(late, _flusher.Flushed[1]);
    });

    [Fact]
    public Task A_flush_that_throws_does_not_leave_the_thread_corked() => OnThread(() =>
    {
        _flusher.WhenFlushed = static () => throw new InvalidOperationException("A test's own.");
        Cork.Put();
        Cork.TryNote(_flusher, Transport());

        Assert.Throws<InvalidOperationException>(Cork.Pull);

        Assert.False(Cork.TryNote(_flusher, Transport()));
    });

    [Fact]
    public Task A_cork_is_its_threads_own() => OnThread(() =>
    {
        var isNoted = true;
        Cork.Put();
        var other = new Thread(() => isNoted = Cork.TryNote(_flusher, Transport()));
        other.Start();
        other.Join();

        Assert.False(isNoted);
        Cork.Pull();
        Assert.Empty(_flusher.Flushed);
    });

    private static MemoryTransport Transport() => new MemoryLink(new MemoryNetwork(), null!, null!).ClientEnd;

    private static Task OnThread(Action test) =>
        Task.Factory.StartNew(test, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private sealed class Flusher : ICorkFlusher
    {
        internal List<ITransport> Flushed { get; } = [];

        internal int Calls { get; private set; }

        internal Action WhenFlushed { get; set; } = static () => { };

        public void Flush(List<ITransport> transports)
        {
            Calls++;
            foreach (var transport in transports)
            {
                Flushed.Add(transport);
                WhenFlushed();
            }
        }
    }
}
