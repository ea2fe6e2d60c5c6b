using System.Globalization;
using Switchboard.Interop.Parties;
using Switchboard.Interop.Reporting;

namespace Switchboard.Interop;

[Chapter(1, "Messages")]
public sealed class MessageTests(Results results) : InteropTests(results)
{
    private const int Many = 10_000;

    [Theory]
    [Scenario("Text, the empty one and any script included")]
    public Task Text(Party with) => With(with, talk => talk.ExchangeAsync(
        Saying.Text("Hello"),
        Saying.Text(""),
        Saying.Text("Grüße, мир, 世界, 👋🏽, \u0000 and \uFFFF"),
        Saying.Text(new string('x', 125)),
        Saying.Text(new string('é', 63)),
        Saying.Text(new string('世', 21_846))));

    [Theory]
    [Scenario("Binary: all 256 values, and each form of the length")]
    public Task Binary(Party with) => With(with, talk => talk.ExchangeAsync(
        [.. new[] { 256, 0, 1, 125, 126, 127, 65_535, 65_536, 65_537 }.Select(Saying.Counting)]));

    [Theory]
    [Scenario("16 MiB, binary and text")]
    public Task Sixteen_mebibytes(Party with) => With(with, talk => talk.ExchangeAsync(
        Saying.Noise(64 * 1024) with { Times = 256 },
        Saying.Text("0123456789 Grüße 👋🏽\n", new string('世', 12)) with { Times = 16 * 1024 * 1024 / 64 }));

    [Theory]
    [Scenario("Fragmented, empty fragments included", Abilities.Fragments)]
    public Task Fragmented(Party with) => With(with, async talk =>
    {
        var text = Saying.Text("A ", "", "message in ", "fragments 👋🏽", "");
        var binary = Saying.Binary([1, 2, 3], [], [4], Saying.Counting(70_000).Bytes);
        var many = Saying.Binary([.. Enumerable.Range(0, 1_000).Select(index => new[] { (byte)index })]);
        Saying[] all = [text, binary, many];
        foreach (var saying in all)
        {
            await talk.Theirs.SendFragmentedAsync(saying);
        }

        await talk.HearAsync(all);
    });

    [Theory]
    [Scenario("Fragmented inside of a character", Abilities.Fragments | Abilities.CutsCharacters)]
    public Task Fragmented_inside_of_a_character(Party with) => With(with, async talk =>
    {
        var text = new Saying(MessageType.Text, [[0xF0], [0x9F, 0x91], [0x8B], [0xC3], [0xA9]]);
        await talk.Theirs.SendFragmentedAsync(text);
        await talk.HearAsync(text);
    });

    [Theory]
    [Scenario("10,000 in a row arrive in their order")]
    public Task Many_in_order(Party with) => With(with, async talk =>
    {
        Saying[] numbers = [.. Enumerable.Range(0, Many).Select(number => Saying.Text(number.ToString(CultureInfo.InvariantCulture)))];
        foreach (var number in numbers)
        {
            Assert.True(await talk.Ours.SendAsync(new Message(number.Type, number.Bytes), TestContext.Current.CancellationToken));
        }

        await talk.TheyHearAsync(numbers);
        await talk.Theirs.CountAsync(Many);
        await talk.HearAsync(numbers);
    });

    [Theory]
    [Scenario("10,000 each way at the same time")]
    public Task Many_both_ways_at_once(Party with) => With(with, async talk =>
    {
        Saying[] numbers = [.. Enumerable.Range(0, Many).Select(number => Saying.Text(number.ToString(CultureInfo.InvariantCulture)))];
        var counting = talk.Theirs.CountAsync(Many);
        foreach (var number in numbers)
        {
            Assert.True(await talk.Ours.SendAsync(new Message(number.Type, number.Bytes), TestContext.Current.CancellationToken));
        }

        await counting;
        await Task.WhenAll(talk.TheyHearAsync(numbers), talk.HearAsync(numbers));
    });
}
