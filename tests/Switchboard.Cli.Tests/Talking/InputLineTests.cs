using Switchboard.Cli.Talking;

namespace Switchboard.Cli.Tests.Talking;

public sealed class InputLineTests
{
    public static TheoryData<string, object> Lines => new()
    {
        { "", new InputLine.Nothing() },
        { "hello world", new InputLine.Text("hello world") },
        { " /ping", new InputLine.Text(" /ping") },
        { "//ping", new InputLine.Text("/ping") },
        { "///", new InputLine.Text("//") },
        { "/text", new InputLine.Text("") },
        { "/text /ping me", new InputLine.Text("/ping me") },
        { "/ping", new InputLine.Ping("") },
        { "/ping are you there", new InputLine.Ping("are you there") },
        { "/binary some file.bin", new InputLine.Binary("some file.bin") },
        { "/close", new InputLine.Close(1000, "") },
        { "/close 3000", new InputLine.Close(3000, "") },
        { "/close 1000 bye bye", new InputLine.Close(1000, "bye bye") },
        { "/help", new InputLine.HelpWanted() },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void Is_read(string line, object expected) => Assert.Equal(expected, InputLine.Read(line));

    [Theory]
    [InlineData("/close bye", "'bye' is not a close code")]
    [InlineData("/close -1", "'-1' is not a close code")]
    [InlineData("/binary", "/binary FILE")]
    [InlineData("/pign", "did you mean /ping")]
    [InlineData("/clos", "did you mean /close")]
    [InlineData("/", "There is no command /. ")]
    [InlineData("/frobnicate", "There is no command /frobnicate. /help lists them; //frobnicate sends it as it is.")]
    public void A_mistake_says_what_to_do(string line, string sentence) =>
        Assert.Contains(sentence, Assert.IsType<InputLine.Mistake>(InputLine.Read(line)).Sentence, StringComparison.Ordinal);
}
