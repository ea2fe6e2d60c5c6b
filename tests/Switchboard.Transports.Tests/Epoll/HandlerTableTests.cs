using CsCheck;
using Switchboard.Transports.Linux.Epoll;

namespace Switchboard.Transports.Tests.Epoll;

public sealed class HandlerTableTests
{
    private readonly HandlerTable _table = new();

    [Fact]
    public void Finds_who_was_added()
    {
        var handlers = Enumerable.Range(0, 100).Select(_ => new Handler()).ToArray();

        var data = handlers.Select(_table.Add).ToArray();

        Assert.Equal(handlers, data.Select(_table.Find));
        Assert.Equal(100, data.Distinct().Count());
        Assert.Equal(100, _table.Count);
        Assert.Equal(handlers, _table.All());
    }

    [Fact]
    public void An_event_for_one_who_has_left_finds_nobody_though_the_place_is_taken_again()
    {
        var first = _table.Add(new Handler());
        _table.Remove(first);
        var second = new Handler();

        var data = _table.Add(second);

        Assert.Equal((uint)first, (uint)data);
        Assert.NotEqual(first, data);
        Assert.Null(_table.Find(first));
        Assert.Same(second, _table.Find(data));
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void Places_are_used_again_before_the_table_grows()
    {
        var data = Enumerable.Range(0, 16).Select(_ => _table.Add(new Handler())).ToList();
        data.ForEach(_table.Remove);

        var again = Enumerable.Range(0, 16).Select(_ => _table.Add(new Handler()));

        Assert.Equal(data.Select(d => (uint)d).Order(), again.Select(d => (uint)d).Order());
        Assert.Empty(data.Select(_table.Find).OfType<Handler>());
    }

    [Fact]
    public void Is_a_table_whatever_is_done_with_it() => Gen.Int[0, 1_000_000].List[0, 300].Sample(steps =>
    {
        var table = new HandlerTable();
        var there = new Dictionary<ulong, Handler>();
        var gone = new List<ulong>();
        foreach (var step in steps)
        {
            if (step % 5 < 2 && there.Count > 0)
            {
                var leaving = there.Keys.ElementAt(step % there.Count);
                table.Remove(leaving);
                there.Remove(leaving);
                gone.Add(leaving);
            }
            else
            {
                var handler = new Handler();
                there.Add(table.Add(handler), handler);
            }

            Assert.Equal(there.Count, table.Count);
        }

        Assert.All(there, entry => Assert.Same(entry.Value, table.Find(entry.Key)));
        Assert.All(gone, data => Assert.Null(table.Find(data)));
        Assert.Equal(there.Count, table.All().Length);
    }, iter: 100);

    private sealed class Handler : IEventHandler
    {
        public void OnEvents(uint events)
        {
        }
    }
}
