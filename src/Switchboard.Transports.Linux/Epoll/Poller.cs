using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Switchboard.Transports.Linux.Interop;

namespace Switchboard.Transports.Linux.Epoll;

/// <summary>Owns an epoll descriptor, and the events that it last told of. Everything is edge-triggered: a change is told once.</summary>
internal sealed unsafe class Poller : IDisposable
{
    private const int Capacity = 512;

    // struct epoll_event { uint32_t events; uint64_t data; } is packed to 12 bytes on x86-64 only.
    private static readonly int Stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = Stride - sizeof(ulong);

    private readonly byte[] _events = GC.AllocateArray<byte>(Capacity * 16, pinned: true);
    private readonly int _descriptor = Failure.Check(LibC.epoll_create1(LibC.EPOLL_CLOEXEC), "epoll_create1");

    /// <summary>Watches a descriptor until it is closed or removed.</summary>
    /// <param name="descriptor">What is watched.</param>
    /// <param name="data">Comes back with each event.</param>
    /// <param name="events">Which changes are told, besides errors and the end.</param>
    /// <returns>False if the system has no room for it.</returns>
    internal bool TryAdd(int descriptor, ulong data, uint events)
    {
        var buffer = stackalloc byte[16];
        Unsafe.WriteUnaligned(buffer, events | LibC.EPOLLET);
        Unsafe.WriteUnaligned(buffer + DataOffset, data);
        return LibC.epoll_ctl(_descriptor, LibC.EPOLL_CTL_ADD, descriptor, buffer) == 0;
    }

    internal void Remove(int descriptor)
    {
        var buffer = stackalloc byte[16];
        _ = LibC.epoll_ctl(_descriptor, LibC.EPOLL_CTL_DEL, descriptor, buffer);
    }

    /// <returns>How many events there are.</returns>
    internal int Wait(int timeoutMilliseconds)
    {
        var count = LibC.epoll_wait(_descriptor, EventAt(0), Capacity, timeoutMilliseconds);
        return count >= 0 || LibC.Errno == LibC.EINTR ? Math.Max(count, 0) : Failure.Check(count, "epoll_wait");
    }

    internal ulong DataAt(int index) => Unsafe.ReadUnaligned<ulong>(EventAt(index) + DataOffset);

    internal uint EventsAt(int index) => Unsafe.ReadUnaligned<uint>(EventAt(index));

    public void Dispose() => _ = LibC.close(_descriptor);

    // The array is pinned for its whole life.
    private byte* EventAt(int index) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_events)) + (index * Stride);
}
