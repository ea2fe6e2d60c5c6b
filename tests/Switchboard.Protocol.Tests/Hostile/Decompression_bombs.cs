using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Messages;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Hostile;

/// <summary>6 MB that would inflate to 1 GiB.</summary>
[Collection(nameof(Memory_is_quiet))]
public class Decompression_bombs
{
    private const int Limit = 8 * 1024 * 1024;
    private const int Piece = 64 * 1024;

    private static readonly MessageLimits Limits = new(Limit, 1000);

    [Theory]
    [CombinatorialRoles(0, 1000, 100_000)]
    public void CVE_2018_1000518_and_CVE_2026_1526_inflating_stops_at_the_limit_and_with_it_memory(string receiver, int fragment)
    {
        var role = Wire.RoleOf(receiver);
        using var deflate = Agreed.Of(role, Agreed.Shared);
        var endpoint = new Endpoint(role, Limits, deflate);
        var bytes = Frames(role, fragment);
        var (taken, most) = (0, 0L);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (; endpoint.Happenings.Count == 0; taken += Piece)
        {
            endpoint.Feed(bytes.AsSpan(taken, Piece));
            most = Math.Max(most, endpoint.Connection.PinnedBytes);
        }

        Assert.Equal([Happening.Failure(ProtocolError.MessageTooBig)], endpoint.Happenings);

        // Of a hundred and twenty pieces the limit is in the first few, and the rest is not inflated.
        Assert.InRange(taken, 1, 4 * Piece);
        Assert.InRange(most, 0, 2 * Limit);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4L * Limit);
        Assert.Equal(0, endpoint.Connection.PinnedBytes);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void CVE_2018_1000518_and_CVE_2026_1526_it_costs_no_more_than_an_honest_message_of_the_limit(string receiver)
    {
        var role = Wire.RoleOf(receiver);
        var bomb = Frames(role, 0);
        var honest = Wire.Frame(Wire.Other(role), 0xC2, Bomb.Compress(new byte[Limit]));
        CpuTime.IsNoMoreThan(() => Feed(role, honest), () => Feed(role, bomb));
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void CVE_2018_1000518_and_CVE_2026_1526_one_that_is_larger_than_the_limit_as_it_is_is_refused_by_its_header(string receiver)
    {
        var role = Wire.RoleOf(receiver);
        using var deflate = Agreed.Of(role, Agreed.Shared);
        var endpoint = new Endpoint(role, new MessageLimits(1024 * 1024, 1000), deflate);

        Assert.Equal([Happening.Failure(ProtocolError.MessageTooBig)], endpoint.ReceiveHeader(0xC2, Bomb.Payload.Length));
        Assert.Equal(0, endpoint.Connection.PinnedBytes);
    }

    private static void Feed(Role role, byte[] bytes)
    {
        using var deflate = Agreed.Of(role, Agreed.Shared);
        var endpoint = new Endpoint(role, Limits, deflate);
        for (var start = 0; start < bytes.Length; start += Piece)
        {
            endpoint.Feed(bytes.AsSpan(start, Math.Min(Piece, bytes.Length - start)));
        }

        Assert.Single(endpoint.Happenings);
    }

    // In one frame, or in fragments of this size.
    private static byte[] Frames(Role receiver, int fragment)
    {
        var sender = Wire.Other(receiver);
        if (fragment == 0)
        {
            return Wire.Frame(sender, 0xC2, Bomb.Payload);
        }

        var frames = new List<byte>(Wire.Frame(sender, 0x42, Bomb.Payload.AsSpan(0, fragment)));
        for (var start = fragment; start < Bomb.Payload.Length; start += fragment)
        {
            frames.AddRange(Wire.Frame(sender, 0x00, Bomb.Payload.AsSpan(start, Math.Min(fragment, Bomb.Payload.Length - start))));
        }

        return [.. frames];
    }
}
