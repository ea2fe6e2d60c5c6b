using System.Globalization;
using static Microsoft.Playwright.Assertions;

namespace Switchboard.Browser;

public sealed class HistoryTests(Stage stage)
{
    private const int Many = 10_000;

    // Windows of 300 messages, of some ten elements each.
    private const int MostElements = 5_000;

    private readonly string _room = $"past-{Guid.NewGuid():N}";

    [Fact]
    public async Task Older_messages_come_as_one_scrolls_and_what_is_read_keeps_its_place()
    {
        await PublishAsync(180);
        await using var ada = await stage.VisitorAsync();
        await ada.EnterAsync(stage.Address, _room, "ada");
        await Expect(ada.Messages.Last).ToContainTextAsync("Message 180");
        await Expect(ada.Messages.Last).ToBeInViewportAsync();
        await Expect(ada.Messages.First).ToContainTextAsync("Message 131");

        var place = await ada.Log.EvaluateAsync<double[]>("""
            async log => {
              log.scrollTop = 100;
              const read = [...log.querySelectorAll(".message")].find(message => message.getBoundingClientRect().top > log.getBoundingClientRect().top);
              const before = read.getBoundingClientRect().top;
              while (!log.querySelector("[data-seq='100']")) await new Promise(requestAnimationFrame);
              return [before, read.getBoundingClientRect().top];
            }
            """);
        Assert.Equal(place[0], place[1], 2.0);

        await ada.Log.EvaluateAsync("""
            async log => {
              while (!log.querySelector("[data-seq='1']")) {
                log.scrollTop = 0;
                await new Promise(requestAnimationFrame);
              }
              log.scrollTop = 0;
            }
            """);
        await Expect(ada.Log.GetByText("The room begins here")).ToBeVisibleAsync();
        await ada.NewMessages.ClickAsync();
        await Expect(ada.Messages.Last).ToContainTextAsync("Message 180");
        await Expect(ada.Messages.Last).ToBeInViewportAsync();
    }

    [Fact]
    public async Task Ten_thousand_messages_stay_smooth()
    {
        await PublishAsync(Many);
        await using var ada = await stage.VisitorAsync();
        await ada.EnterAsync(stage.Address, _room, "ada");
        await Expect(ada.Messages.Last).ToContainTextAsync($"Message {Many}");

        // From the end to the beginning and back again, looking at each frame.
        var seen = await ada.Log.EvaluateAsync<double[]>("""
            async (log, many) => {
              const said = new Set();
              let most = 0, jumps = 0;
              const look = () => {
                const numbers = [...log.querySelectorAll(".said .message")].map(message => Number(message.dataset.seq));
                numbers.forEach(number => said.add(number));
                jumps += numbers.some((number, index) => index > 0 && number !== numbers[index - 1] + 1) ? 1 : 0;
                most = Math.max(most, document.querySelectorAll("*").length);
              };
              let longest = 0;
              new PerformanceObserver(list => {
                for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
              }).observe({ type: "longtask" });
              const frame = () => new Promise(requestAnimationFrame);
              while (!log.querySelector("[data-seq='1']")) {
                log.scrollTop = 0;
                await frame();
                look();
              }
              while (!log.querySelector(`[data-seq='${many}']`)) {
                log.scrollTop = log.scrollHeight;
                await frame();
                look();
              }
              return [said.size, jumps, most, longest];
            }
            """, Many);

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seen {seen[0]}, elements {seen[2]}, longest task {seen[3]} ms"));
        Assert.Equal(Many, seen[0]);
        Assert.Equal(0, seen[1]);
        Assert.InRange(seen[2], 1, MostElements);
        Assert.Empty(ada.Complaints);
    }

    private async Task PublishAsync(int count)
    {
        using var client = new HttpClient { BaseAddress = stage.Address };
        for (var i = 1; i <= count; i++)
        {
            using var answer = await client.PostAsync($"rooms/{_room}/messages?as=scribe", new StringContent($"Message {i}"), TestContext.Current.CancellationToken);
            Assert.Equal(201, (int)answer.StatusCode);
        }
    }
}
