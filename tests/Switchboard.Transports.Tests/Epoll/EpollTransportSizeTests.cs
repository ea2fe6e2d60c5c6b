using System.Runtime.Versioning;
using Switchboard.Transports.Linux.Epoll;
using Switchboard.Transports.Linux.Interop;

namespace Switchboard.Transports.Tests.Epoll;

/// <summary>What an idle connection takes, to the byte, so that nobody adds to it without noticing.</summary>
[SupportedOSPlatform("linux")]
public sealed class EpollTransportSizeTests
{
    // As the remark on EpollTransport has it: the object with its queue and its gate inside, on 64 bits.
    private const int Bytes = 176;

    [Fact]
    public void A_transport_is_one_object_of_a_known_size()
    {
        var loop = new EpollLoop(0);
        var transports = new object[1000];
        Make();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < transports.Length; i++)
        {
            transports[i] = Make();
        }

        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / transports.Length;
        loop.Stop();
        TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes.");
        Assert.True(each <= Bytes, $"An idle transport takes {each} bytes, and not {Bytes}: change the remark on EpollTransport, or the transport.");
        GC.KeepAlive(transports);

        EpollTransport Make() => new(loop, new Descriptor(-1), default, listenEndPoint: null);
    }
}
