using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Messages;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Hostile;

/// <summary>Messages in very many fragments, which each are nothing.</summary>
[Collection(nameof(Memory_is_quiet))]
public class Floods_of_fragments
{
    private const int Fragments = 131_072;

    [Theory]
    [CombinatorialRoles(0, 1)]
    public void CVE_2026_48779_and_Ws_2331_and_CVE_2026_12151_tiny_fragments_that_never_end_are_1008_at_the_limit(string receiver, int size)
    {
        var role = Wire.RoleOf(receiver);
        var endpoint = new Endpoint(role);
        var most = 0L;
        foreach (var fragment in Flood(role, size))
        {
            endpoint.Feed(fragment);
            most = Math.Max(most, endpoint.Connection.PinnedBytes);
        }

        Assert.Equal([Happening.Failure(ProtocolError.TooManyFragments)], endpoint.Happenings);
        Assert.InRange(most, 0, 8 * MessageLimits.Default.MaxFragments);
        Assert.Equal(0, endpoint.Connection.PinnedBytes);
    }

    [Theory]
    [CombinatorialRoles(0, 1)]
    public void CVE_2026_48779_and_Ws_2331_and_CVE_2026_12151_a_fragment_allocates_nothing_of_its_own(string receiver, int size)
    {
        // The budget counts bytes and not fragments, so nothing may be kept for a fragment but its bytes.
        var role = Wire.RoleOf(receiver);
        var connection = new ProtocolConnection(role, new MessageLimits(1024 * 1024, int.MaxValue));
        var flood = Flood(role, size).SelectMany(fragment => fragment).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var input = flood.AsSpan();
        Assert.False(connection.TryRead(ref input, out _));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * Fragments);
        Assert.InRange(connection.PinnedBytes, 0, 8 * Fragments);
        connection.Release();
        Assert.Equal(0, connection.PinnedBytes);
    }

    [Theory]
    [CombinatorialRoles(0, 1)]
    public void CVE_2026_48779_and_Ws_2331_and_CVE_2026_12151_the_cost_grows_with_their_number_only(string receiver, int size)
    {
        var role = Wire.RoleOf(receiver);
        var limits = new MessageLimits(16 * 1024 * 1024, int.MaxValue);
        var flood = Flood(role, size).SelectMany(fragment => fragment).ToArray();
        CpuTime.IsLinear(
            count =>
            {
                var endpoint = new Endpoint(role, limits);
                endpoint.Feed(flood.AsSpan(0, (int)((long)flood.Length * count / Fragments)));
                Assert.Empty(endpoint.Happenings);
                endpoint.Connection.Release();
            },
            size: Fragments / 10);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void CVE_2026_48779_and_Ws_2331_and_CVE_2026_12151_empty_compressed_fragments_end_at_the_limit_too(string receiver)
    {
        var role = Wire.RoleOf(receiver);
        using var deflate = Agreed.Of(role, Agreed.Shared);
        var endpoint = new Endpoint(role, deflate: deflate);
        endpoint.Receive(0x42, []);
        for (var i = 0; i < Fragments && endpoint.Happenings.Count == 0; i++)
        {
            endpoint.Receive(0x00, []);
        }

        Assert.Equal([Happening.Failure(ProtocolError.TooManyFragments)], endpoint.Happenings);
        Assert.Equal(0, endpoint.Connection.PinnedBytes);
    }

    private static IEnumerable<byte[]> Flood(Role receiver, int size)
    {
        var first = Wire.Frame(Wire.Other(receiver), 0x02, new byte[size]);
        var next = Wire.Frame(Wire.Other(receiver), 0x00, new byte[size]);
        return Enumerable.Repeat(next, Fragments - 1).Prepend(first);
    }
}
