using Switchboard.Transports.Linux.Interop;

namespace Switchboard.Transports.Linux.Epoll;

/// <summary>
/// Owns the eventfd that gets a loop out of its sleep. Edge-triggered, so it is never read: each write is a change. Closed when nobody can
/// write to it any more, for the number may be another's by then.
/// </summary>
internal sealed unsafe class Wakeup : IEventHandler
{
    internal int Number { get; } = Failure.Check(LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK), "eventfd");

    internal void Wake()
    {
        var one = 1UL;
        _ = LibC.write(Number, &one, sizeof(ulong));
    }

    public void OnEvents(uint events)
    {
        // The loop looks at its queue in every turn.
    }

    ~Wakeup() => _ = LibC.close(Number);
}
