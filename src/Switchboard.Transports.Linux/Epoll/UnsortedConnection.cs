using Switchboard.Transports.Linux.Interop;

namespace Switchboard.Transports.Linux.Epoll;

/// <summary>A connection of which the first bytes do not tell yet whose it is.</summary>
internal sealed class UnsortedConnection : IEventHandler
{
    private const uint Ending = LibC.EPOLLRDHUP | LibC.EPOLLHUP | LibC.EPOLLERR;

    private readonly EpollSorter _sorter;

    internal UnsortedConnection(EpollSorter sorter, Descriptor descriptor, in NativeAddress remote)
    {
        _sorter = sorter;
        Descriptor = descriptor;
        Remote = remote;
        Place = new LinkedListNode<UnsortedConnection>(this);
    }

    internal Descriptor Descriptor { get; }

    internal NativeAddress Remote { get; }

    /// <summary>What stands for it in its loop's events.</summary>
    internal ulong Watch { get; set; }

    /// <summary>When it was accepted, by the sorter's clock.</summary>
    internal required long Since { get; init; }

    /// <summary>Its place among those who wait.</summary>
    internal LinkedListNode<UnsortedConnection> Place { get; }

    public void OnEvents(uint events) => _sorter.Continue(this, isEnding: (events & Ending) != 0);

    public void OnLoopEnds() => _sorter.Abandon(this);
}
