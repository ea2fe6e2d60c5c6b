namespace Switchboard.Rooms.Tests.Access;

public class RoomNameGlobTests
{
    [Theory]
    [InlineData("lobby", "lobby", true)]
    [InlineData("lobby", "Lobby", false)]
    [InlineData("lobby", "lobby2", false)]
    [InlineData("lobby", "my-lobby", false)]
    [InlineData("*", "lobby", true)]
    [InlineData("**", "lobby", true)]
    [InlineData("game-*", "game-7", true)]
    [InlineData("game-*", "game-", true)]              // a star stands for nothing, too
    [InlineData("game-*", "game", false)]
    [InlineData("game-*", "a-game-7", false)]
    [InlineData("*-game", "a-game", true)]
    [InlineData("*-game", "a-game-7", false)]
    [InlineData("a*a", "a", false)]                    // the ends do not overlap
    [InlineData("a*a", "aa", true)]
    [InlineData("a*b*c", "a-b-c", true)]
    [InlineData("a*b*c", "a-c-b", false)]
    [InlineData("*ab*ab*", "xabab", true)]
    [InlineData("*ab*ab*", "xaba", false)]
    [InlineData("a*bc*bc", "abcbc", true)]
    [InlineData("a*bc*bc", "abc", false)]
    [InlineData("a.c", "abc", false)]                  // no regular expression
    [InlineData("a?c", "abc", false)]
    [InlineData("[ab]", "a", false)]
    [InlineData("caf*", "café 😀", true)]
    [InlineData("a*b", "a*b", true)]                   // a name with a star of its own
    public void A_star_stands_for_any_characters(string pattern, string name, bool matches)
    {
        Assert.True(RoomNameGlob.TryCreate(pattern, out var glob, out _));

        Assert.Equal(matches, glob.Matches(Say.Name(name)));
        Assert.Equal(pattern, glob.ToString());
    }

    [Fact]
    public void Invalid_patterns_are_refused_without_being_repeated()
    {
        foreach (var pattern in (string[])["", "marker\n", "marker\0*", "\ud83d", new string('*', 201), new string('é', 101)])
        {
            Assert.False(RoomNameGlob.TryCreate(pattern, out var glob, out var problem));
            Assert.Null(glob);
            Assert.Contains("A pattern of room names is 1 to 200 bytes of UTF-8", problem, StringComparison.Ordinal);
            Assert.DoesNotContain("marker", problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void It_matches_what_trying_every_way_matches()
    {
        var random = new Random(20_26);
        for (var i = 0; i < 20_000; i++)
        {
            var pattern = Word("ab*", random.Next(1, 9));
            var name = Word("ab", random.Next(1, 13));
            Assert.True(RoomNameGlob.TryCreate(pattern, out var glob, out _));
            Assert.True(TryEveryWay(pattern, name) == glob.Matches(Say.Name(name)), $"{pattern} and {name}");
        }

        string Word(string letters, int length) => string.Concat(Enumerable.Range(0, length).Select(_ => letters[random.Next(letters.Length)]));
    }

    // Who tries every way for each star would not come back from the first of them.
    [Theory]
    [InlineData("a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b")]
    [InlineData("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b*")]
    [InlineData("*aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab*")]
    public void A_hostile_pattern_costs_no_more_than_another(string pattern)
    {
        Assert.True(RoomNameGlob.TryCreate(pattern, out var glob, out _));
        Assert.False(glob.Matches(Say.Name(new string('a', 200))));
    }

    private static bool TryEveryWay(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name) =>
        pattern.IsEmpty ? name.IsEmpty
        : pattern[0] == '*' ? TryEveryWay(pattern[1..], name) || (!name.IsEmpty && TryEveryWay(pattern, name[1..]))
        : !name.IsEmpty && pattern[0] == name[0] && TryEveryWay(pattern[1..], name[1..]);
}
