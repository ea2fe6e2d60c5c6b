namespace Switchboard.Browser;

public sealed class SpeechTests(Stage stage)
{
    private static readonly string LongestName = new('n', 40);

    private static readonly (string Frame, string? Name, string Text)[] Frames =
    [
        ("ada: Hello", "ada", "Hello"),
        ("ada: 12: 30", "ada", "12: 30"),
        ("ada: two\nlines", "ada", "two\nlines"),
        ("ada: ", "ada", ""),
        ("no speaker", null, "no speaker"),
        ("12:30", null, "12:30"),
        (": nobody", null, ": nobody"),
        ("two\nlines: here", null, "two\nlines: here"),
        ($"{LongestName}: yes", LongestName, "yes"),
        ($"{LongestName}n: no", null, $"{LongestName}n: no"),
    ];

    [Fact]
    public async Task A_frame_begins_with_its_speaker_or_has_none()
    {
        await using var visitor = await stage.VisitorAsync();
        await visitor.FollowLinkAsync(stage.Address, "lobby");

        var spoken = await visitor.Page.EvaluateAsync<string?[][]>("""
            async frames => {
              const { Speech } = await import("/page/Speech.js");
              return frames.map(frame => Speech.fromFrame(frame)).map(({ name, text }) => [name, text]);
            }
            """, Frames.Select(frame => frame.Frame));

        Assert.Equal(Frames.Select(frame => new[] { frame.Name, frame.Text }), spoken);
    }
}
