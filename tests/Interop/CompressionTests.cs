using Switchboard.Interop.Parties;
using Switchboard.Interop.Reporting;

namespace Switchboard.Interop;

[Chapter(4, "Compression (permessage-deflate)")]
public sealed class CompressionTests(Results results) : InteropTests(results)
{
    private const string Verse = "The line is open, the line is clear, and whoever speaks on it all may hear. 👋🏽 ";

    private static readonly Saying LongSpeech = Saying.Text(Verse) with { Times = 500 };

    // Alike, so that a context that is kept shows; short and empty ones, which need not be compressed; and what does not get shorter.
    private static readonly Saying[] Talk =
    [
        Saying.Text(Verse) with { Times = 20 },
        Saying.Text(Verse) with { Times = 20 },
        Saying.Text(""),
        Saying.Text("Hello"),
        Saying.Counting(4_096) with { Times = 3 },
        Saying.Noise(100_000),
        Saying.Noise(100_000),
        LongSpeech,
        Saying.Counting(0),
        Saying.Text(Verse) with { Times = 20 },
    ];

    [Theory]
    [Scenario("Both ways, no context kept here")]
    public Task Shared_windows(Party with) => With(with, Agreeing(OurCompression.Shared), async talk =>
    {
        AssertAgreed(talk);
        await talk.ExchangeAsync(Talk);
    });

    [Theory]
    [Scenario("Both ways, contexts kept")]
    public Task Dedicated_windows(Party with) => With(with, Agreeing(OurCompression.Dedicated), async talk =>
    {
        AssertAgreed(talk);
        Assert.DoesNotContain("no_context_takeover", talk.Opened.Extensions, StringComparison.Ordinal);
        await talk.ExchangeAsync(Talk);
        await talk.ExchangeAsync(Talk);
    });

    [Theory]
    [Scenario("It is shorter on the wire, both ways")]
    public Task Shorter_on_the_wire(Party with) => With(with, Agreeing(OurCompression.Dedicated) with { CountsBytes = true }, async talk =>
    {
        AssertAgreed(talk);
        var (fromHere, fromThere) = await CountAsync(talk, LongSpeech);
        Assert.InRange(fromHere, 1, LongSpeech.Bytes.Length / 4);
        Assert.InRange(fromThere, 1, LongSpeech.Bytes.Length / 4);
    });

    [Theory]
    [Scenario("Both ways, they want windows of 1 KiB and no context", Abilities.ChoosesCompression)]
    public Task Narrow_windows(Party with) => With(
        with,
        new Terms { OurCompression = OurCompression.Dedicated, PeerCompression = PeerCompression.Narrow },
        async talk =>
        {
            AssertAgreed(talk);
            Assert.Contains("server_max_window_bits=10", talk.Opened.Extensions, StringComparison.Ordinal);
            Assert.Contains("server_no_context_takeover", talk.Opened.Extensions, StringComparison.Ordinal);
            await talk.ExchangeAsync(Talk);
        });

    [Theory]
    [Scenario("16 MiB")]
    public Task Sixteen_mebibytes(Party with) => With(with, Agreeing(OurCompression.Dedicated), async talk =>
    {
        AssertAgreed(talk);
        await talk.ExchangeAsync(
            Saying.Noise(64 * 1024) with { Times = 256 },
            Saying.Counting(64 * 1024) with { Times = 256 });
    });

    [Theory]
    [Scenario("Fragmented", Abilities.Fragments)]
    public Task Fragmented(Party with) => With(with, Agreeing(OurCompression.Dedicated), async talk =>
    {
        AssertAgreed(talk);
        Saying[] sayings =
        [
            Saying.Text(Verse, "", Verse, "Hello") with { Times = 50 },
            Saying.Binary(Saying.Noise(20_000).Bytes, [], Saying.Counting(40_000).Bytes),
            Saying.Text(Verse, Verse),
        ];
        foreach (var saying in sayings)
        {
            await talk.Theirs.SendFragmentedAsync(saying);
        }

        await talk.HearAsync(sayings);
    });

    [Theory]
    [Scenario("10,000 each way at the same time")]
    public Task Many_both_ways_at_once(Party with) => With(with, Agreeing(OurCompression.Dedicated), async talk =>
    {
        AssertAgreed(talk);
        Saying[] numbers = [.. Enumerable.Range(0, 10_000).Select(number => Saying.Text($"{number}"))];
        var counting = talk.Theirs.CountAsync(numbers.Length);
        foreach (var number in numbers)
        {
            Assert.True(await talk.Ours.SendAsync(new Message(number.Type, number.Bytes), TestContext.Current.CancellationToken));
        }

        await counting;
        await Task.WhenAll(talk.TheyHearAsync(numbers), talk.HearAsync(numbers));
    });

    [Theory]
    [Scenario("Closed after compressed messages")]
    public Task Closed(Party with) => With(with, Agreeing(OurCompression.Shared), async talk =>
    {
        AssertAgreed(talk);
        await talk.ExchangeAsync(Talk[0]);
        talk.Ours.Close(CloseCode.NormalClosure, "Enough");
        await talk.TheyAreClosedAsync(CloseCode.NormalClosure, "Enough");
        await talk.IsClosedAsync(CloseCode.NormalClosure, "Enough", wasClean: true);
    });

    [Theory]
    [Scenario("They would, and we do not: nothing is compressed")]
    public Task Only_they(Party with) => With(with, new Terms { PeerCompression = PeerCompression.Usual, CountsBytes = true }, async talk =>
    {
        Assert.Equal("", talk.Opened.Extensions);
        await talk.ExchangeAsync(Talk);
        var (fromHere, fromThere) = await CountAsync(talk, LongSpeech);
        Assert.InRange(fromHere, LongSpeech.Bytes.Length, int.MaxValue);
        Assert.InRange(fromThere, LongSpeech.Bytes.Length, int.MaxValue);
    });

    [Theory]
    [Scenario("We would, and they do not: nothing is compressed", Abilities.ChoosesCompression)]
    public Task Only_we(Party with) => With(with, new Terms { OurCompression = OurCompression.Dedicated }, async talk =>
    {
        Assert.Equal("", talk.Opened.Extensions);
        await talk.ExchangeAsync(Talk);
    });

    /// <returns>How many bytes each end needs for it.</returns>
    private static async Task<(long FromHere, long FromThere)> CountAsync(Conversation talk, Saying saying)
    {
        var before = talk.Bytes;
        await talk.ExchangeAsync(saying);
        var after = talk.Bytes;
        return (after.FromHere - before.FromHere, after.FromThere - before.FromThere);
    }

    private static Terms Agreeing(OurCompression ours) => new() { OurCompression = ours, PeerCompression = PeerCompression.Usual };

    private static void AssertAgreed(Conversation talk) =>
        Assert.StartsWith("permessage-deflate", talk.Opened.Extensions, StringComparison.Ordinal);
}
