using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Switchboard.LoadTest.Interop;

namespace Switchboard.LoadTest.Wire;

/// <summary>Owns an epoll descriptor, level-triggered, and the batch of events it last reported.</summary>
internal sealed unsafe class Poller : IDisposable
{
    private const int Capacity = 512;

    // struct epoll_event { uint32_t events; uint64_t data; } is packed to 12 bytes on x86-64 only.
    private static readonly int Stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = Stride - sizeof(ulong);

    private readonly byte[] _events = GC.AllocateArray<byte>(Capacity * 16, pinned: true);

    /// <summary>Can itself be watched by another poller.</summary>
    public int Descriptor { get; private set; } = LibC.epoll_create1(LibC.EPOLL_CLOEXEC);

    /// <summary>Watches a descriptor for bytes to receive; <paramref name="data"/> comes back with its events.</summary>
    public void Add(int descriptor, int data) => Control(LibC.EPOLL_CTL_ADD, descriptor, LibC.EPOLLIN, data);

    /// <summary>From now on watches for space to send as well, or no longer.</summary>
    public void WatchForSpace(int descriptor, int data, bool isOn) =>
        Control(LibC.EPOLL_CTL_MOD, descriptor, isOn ? LibC.EPOLLIN | LibC.EPOLLOUT : LibC.EPOLLIN, data);

    /// <summary>How many events there are, after at most <paramref name="timeoutMilliseconds"/>.</summary>
    public int Wait(int timeoutMilliseconds) =>
        Count(LibC.epoll_wait(Descriptor, EventAt(0), Capacity, timeoutMilliseconds), "epoll_wait");

    /// <summary>How many events there are, after at most <paramref name="timeout"/>, which the kernel keeps to the microsecond.</summary>
    public int Wait(TimeSpan timeout)
    {
        var seconds = (nint)timeout.TotalSeconds;
        var limit = new LibC.timespec { tv_sec = seconds, tv_nsec = (nint)(timeout - TimeSpan.FromSeconds(seconds)).TotalNanoseconds };
        return Count(LibC.epoll_pwait2(Descriptor, EventAt(0), Capacity, &limit, signalMask: null), "epoll_pwait2");
    }

    public int DataAt(int index) => (int)Unsafe.ReadUnaligned<ulong>(EventAt(index) + DataOffset);

    public bool HasSpaceAt(int index) => (Unsafe.ReadUnaligned<uint>(EventAt(index)) & LibC.EPOLLOUT) != 0;

    /// <summary>True also for errors and hang-ups: receiving tells which.</summary>
    public bool HasBytesAt(int index) => (Unsafe.ReadUnaligned<uint>(EventAt(index)) & ~LibC.EPOLLOUT) != 0;

    public void Dispose()
    {
        if (Descriptor >= 0)
        {
            _ = LibC.close(Descriptor);
            Descriptor = -1;
        }
    }

    private static int Count(int result, string call)
    {
        if (result < 0)
        {
            var errno = LibC.Errno;
            return errno == LibC.EINTR ? 0 : throw new RunFailedException($"{call}: {LibC.Describe(errno)}");
        }

        return result;
    }

    // The array is pinned for its whole life.
    private byte* EventAt(int index) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_events)) + (index * Stride);

    private void Control(int operation, int descriptor, uint events, int data)
    {
        var buffer = stackalloc byte[16];
        Unsafe.WriteUnaligned(buffer, events);
        Unsafe.WriteUnaligned(buffer + DataOffset, (ulong)data);
        if (LibC.epoll_ctl(Descriptor, operation, descriptor, buffer) < 0)
        {
            var errno = LibC.Errno;
            throw new RunFailedException($"epoll_ctl: {LibC.Describe(errno)}");
        }
    }
}
