using System.IO.Compression;
using Switchboard.Tests.Support;

namespace Switchboard.Tests.Hostile;

/// <summary>Messages that would fill the memory, over TCP, to our server and to our client.</summary>
[Collection(nameof(Alone))]
public sealed class HostileMemoryTests
{
    private const int Fragments = 131_072;
    private const int Mebibyte = 1024 * 1024;

    [Theory]
    [InlineData("server", 0)]
    [InlineData("server", 1)]
    [InlineData("client", 0)]
    [InlineData("client", 1)]
    public async Task CVE_2026_48779_and_Ws_2331_and_CVE_2026_12151_a_flood_of_fragments_that_never_end_is_1008_and_memory_flat(string role, int size)
    {
        await using var victim = await Victim.StartAsync(role);
        var flood = Flood(victim, size);
        var resident = Environment.WorkingSet;
        var most = 0L;

        foreach (var part in flood.Chunk(1000))
        {
            victim.Peer.Send([.. part.SelectMany(fragment => fragment)]);
            most = Math.Max(most, victim.Budget.PinnedBytes);
        }

        await victim.IsClosedWithAsync(CloseCode.PolicyViolation);
        Assert.InRange(most, 0, 8 * 16 * 1024);
        Assert.InRange(Environment.WorkingSet - resident, long.MinValue, 128 * Mebibyte);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public async Task CVE_2026_48779_and_Ws_2331_and_CVE_2026_12151_without_a_limit_of_fragments_the_process_has_its_budget(string role)
    {
        const int Budget = Mebibyte;
        await using var victim = await Victim.StartAsync(role, new Victim.Limits(MaxFragments: int.MaxValue, MaxPinnedBytes: Budget));
        var others = new List<(RawPeer Peer, WebSocketConnection Ours)>();
        for (var i = 0; i < 80; i++)
        {
            others.Add(await victim.OpenAsync());
        }

        // Each keeps within its own limits: together they would pin several times the budget.
        byte[] part = [.. victim.FrameOf(0x02, [1]), .. Enumerable.Repeat(victim.FrameOf(0x00, [1]), 20_000).SelectMany(fragment => fragment)];
        var most = 0L;
        foreach (var (peer, _) in others)
        {
            peer.Send(part);
            await Task.Yield();
            most = Math.Max(most, victim.Budget.PinnedBytes);
        }

        // Those that hold most are closed; until they have given back what they hold, others add some.
        await Eventually.IsTrue(() =>
        {
            most = Math.Max(most, victim.Budget.PinnedBytes);
            return victim.Log.Count(1007) > 0;
        });
        await Eventually.IsTrue(() => victim.Budget.PinnedBytes <= Budget);
        Assert.InRange(most, 1, 2 * Budget);
        await victim.OtherIsServedAsync();
        foreach (var (peer, ours) in others)
        {
            peer.Abort();
            await ours.Closed.InTime();
        }

        await Eventually.IsTrue(() => victim.Budget.PinnedBytes == 0);
    }

    [Theory]
    [InlineData("server", 0)]
    [InlineData("server", 100_000)]
    [InlineData("client", 0)]
    [InlineData("client", 100_000)]
    public async Task CVE_2018_1000518_and_CVE_2026_1526_a_bomb_of_1_GiB_is_stopped_at_the_limit_with_1009(string role, int fragment)
    {
        const int Limit = 8 * Mebibyte;
        var whole = CpuTime.Of(InflateAll);
        var least = TimeSpan.MaxValue;

        // Whoever comes first pays for the compiler, too.
        for (var round = 0; round < 2; round++)
        {
            await using var victim = await Victim.StartAsync(role, new Victim.Limits(MaxMessageBytes: Limit));
            var frames = fragment == 0 ? victim.FrameOf(0xC2, Bomb.Payload)
                : [.. Bomb.Payload.Chunk(fragment).SelectMany((part, i) => victim.FrameOf(i == 0 ? 0x42 : 0x00, part))];
            using var watch = new Watch(victim.Budget);
            var before = Environment.CpuUsage.TotalTime;

            victim.Peer.Send(frames);

            await victim.IsClosedWithAsync(CloseCode.MessageTooBig);
            var taken = Environment.CpuUsage.TotalTime - before;
            least = taken < least ? taken : least;
            watch.Dispose();
            Assert.InRange(watch.MostPinned, 0, 2 * Limit);
            Assert.InRange(watch.MostResident, long.MinValue, 200 * Mebibyte);
        }

        Assert.True(least < whole, $"It took {least.TotalMilliseconds} ms, and to inflate all of it takes {whole.TotalMilliseconds} ms.");
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public async Task CVE_2020_27813_and_CVE_2026_1528_an_announced_length_costs_nothing_before_its_bytes_come(string role)
    {
        await using var victim = await Victim.StartAsync(role, new Victim.Limits(MaxMessageBytes: int.MaxValue));
        var before = GC.GetTotalMemory(forceFullCollection: true);

        victim.Peer.Send([.. victim.HeaderOf(0x82, "7F000000007FFFFFFF"), 1]);

        await Eventually.IsTrue(() => victim.Budget.PinnedBytes > 0);
        Assert.InRange(victim.Budget.PinnedBytes, 1, 64 * 1024);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 8 * Mebibyte);
        victim.Peer.Abort();
        await Eventually.IsTrue(() => victim.Budget.PinnedBytes == 0);
    }

    private static void InflateAll()
    {
        using var inflating = new DeflateStream(new MemoryStream(Bomb.Payload), CompressionMode.Decompress);
        var buffer = new byte[64 * 1024];
        var length = 0L;
        for (int read; (read = inflating.Read(buffer)) > 0;)
        {
            length += read;
        }

        Assert.Equal(Bomb.InflatedBytes, length);
    }

    private static List<byte[]> Flood(Victim victim, int size) =>
        [victim.FrameOf(0x02, new byte[size]), .. Enumerable.Repeat(victim.FrameOf(0x00, new byte[size]), Fragments - 1)];

    /// <summary>Looks at the budget and at the process, again and again.</summary>
    private sealed class Watch : IDisposable
    {
        private readonly MemoryBudget _budget;
        private readonly Thread _thread;
        private readonly long _residentBefore = Environment.WorkingSet;
        private volatile bool _isOver;

        internal Watch(MemoryBudget budget)
        {
            _budget = budget;
            _thread = new Thread(Look);
            _thread.Start();
        }

        internal long MostPinned { get; private set; }

        internal long MostResident { get; private set; }

        public void Dispose()
        {
            _isOver = true;
            _thread.Join();
        }

        private void Look()
        {
            while (!_isOver)
            {
                MostPinned = Math.Max(MostPinned, _budget.PinnedBytes);
                MostResident = Math.Max(MostResident, Environment.WorkingSet - _residentBefore);
                Thread.Sleep(1);
            }
        }
    }
}
