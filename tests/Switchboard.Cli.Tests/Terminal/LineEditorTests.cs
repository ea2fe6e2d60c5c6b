using Switchboard.Cli.Terminal;

namespace Switchboard.Cli.Tests.Terminal;

public sealed class LineEditorTests
{
    private readonly LineEditor _editor = new();

    [Fact]
    public void Enter_ends_the_line_and_begins_the_next()
    {
        Type("hello");
        Assert.Equal("hello", Press(ConsoleKey.Enter));
        Assert.Equal(("", 0), (_editor.Text, _editor.Cursor));
    }

    [Fact]
    public void An_empty_line_is_a_line() => Assert.Equal("", Press(ConsoleKey.Enter));

    [Fact]
    public void What_is_typed_goes_where_the_cursor_is()
    {
        Type("ho");
        Press(ConsoleKey.LeftArrow);
        Type("ell");
        Assert.Equal(("hello", 4), (_editor.Text, _editor.Cursor));
    }

    [Fact]
    public void Home_and_end_and_both_ways_of_deleting()
    {
        Type("xhelloy");
        Press(ConsoleKey.Backspace);
        Press(ConsoleKey.Home);
        Press(ConsoleKey.Delete);
        Press(ConsoleKey.Backspace);
        Press(ConsoleKey.End);
        Press(ConsoleKey.Delete);
        Assert.Equal(("hello", 5), (_editor.Text, _editor.Cursor));
    }

    [Theory]
    [InlineData("a🙂", "a")]
    [InlineData("ae\u0301", "a")]
    [InlineData("a👨\u200D👩\u200D👧", "a")]
    public void Backspace_takes_what_people_take_for_one_character(string text, string left)
    {
        Type(text);
        Press(ConsoleKey.Backspace);
        Assert.Equal(left, _editor.Text);
    }

    [Theory]
    [InlineData(ConsoleKey.U, " three")]
    [InlineData(ConsoleKey.K, "one two")]
    [InlineData(ConsoleKey.W, "one  three")]
    [InlineData(ConsoleKey.A, "one two three")]
    public void Control_keys_cut(ConsoleKey key, string left)
    {
        Type("one two three");
        for (var i = 0; i < " three".Length; i++)
        {
            Press(ConsoleKey.LeftArrow);
        }

        Press(key, ConsoleModifiers.Control);
        Assert.Equal(left, _editor.Text);
    }

    [Fact]
    public void Arrows_walk_through_the_history_and_back_to_what_was_being_typed()
    {
        Say("one");
        Say("two");
        Say("two");
        Type("thr");

        Assert.Equal(["two", "one", "one", "two", "thr", "thr"], new[]
        {
            Recall(ConsoleKey.UpArrow), Recall(ConsoleKey.UpArrow), Recall(ConsoleKey.UpArrow), Recall(ConsoleKey.DownArrow),
            Recall(ConsoleKey.DownArrow), Recall(ConsoleKey.DownArrow),
        });
    }

    [Fact]
    public void Control_characters_are_not_typed()
    {
        Press(ConsoleKey.Escape, typed: '\e');
        Press(ConsoleKey.Tab, typed: '\t');
        Press(ConsoleKey.G, ConsoleModifiers.Control, '\a');
        Assert.Equal("", _editor.Text);
    }

    private void Say(string text)
    {
        Type(text);
        Press(ConsoleKey.Enter);
    }

    private string Recall(ConsoleKey key)
    {
        Press(key);
        return _editor.Text;
    }

    private void Type(string text)
    {
        foreach (var typed in text)
        {
            Press(ConsoleKey.None, typed: typed);
        }
    }

    private string? Press(ConsoleKey key, ConsoleModifiers modifiers = default, char typed = '\0') =>
        _editor.Press(new ConsoleKeyInfo(
            typed, key, shift: false, modifiers.HasFlag(ConsoleModifiers.Alt), modifiers.HasFlag(ConsoleModifiers.Control)));
}
