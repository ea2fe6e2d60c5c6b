namespace Switchboard.Rooms.Tests;

public class RoomNameTests
{
    [Theory]
    [InlineData("lobby", "lobby")]
    [InlineData("A-z_0.9~", "A-z_0.9~")]
    [InlineData("...", "...")]
    [InlineData(".hidden", ".hidden")]
    [InlineData("caf%C3%A9", "café")]
    [InlineData("%F0%9F%98%80", "😀")]
    [InlineData("a%20b", "a b")]
    [InlineData("%2A", "*")]
    [InlineData("%7Broom%7D", "{room}")]
    [InlineData("100%25", "100%")]
    [InlineData("%3Cscript%3E", "<script>")]
    [InlineData("%27%3B--", "';--")]
    public void Reads_letters_digits_four_marks_and_percent_encoding(string segment, string decoded)
    {
        Assert.True(RoomName.TryParse(segment, out var name, out var problem));

        Assert.Equal(decoded, name.ToString());
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData(".", "relative path")]
    [InlineData("..", "relative path")]
    [InlineData("%2e%2E", "relative path")]
    [InlineData("a/b", "U+002F")]
    [InlineData("a%2Fb", "slash")]
    [InlineData("a%2fb", "slash")]
    [InlineData("..%2F..%2Fetc%2Fpasswd", "slash")]
    [InlineData("a%252Fb", "slash")]             // what Kestrel's half-decoded paths would mix up with a%2Fb
    [InlineData("a%00b", "U+0000")]
    [InlineData("a%0Ab", "U+000A")]
    [InlineData("a%0D%0Ab", "U+000D")]
    [InlineData("%1B%5B2J", "U+001B")]
    [InlineData("%7F", "U+007F")]
    [InlineData("%C2%85", "U+0085")]             // C1: next line
    [InlineData("a\nb", "U+000A at position 1")]
    [InlineData("a b", "U+0020 at position 1")]
    [InlineData("a+b", "U+002B")]
    [InlineData("*", "U+002A")]
    [InlineData("{}", "U+007B")]
    [InlineData("a?b", "U+003F")]
    [InlineData("a#b", "U+0023")]
    [InlineData("a'b", "U+0027")]
    [InlineData("a\\b", "U+005C")]
    [InlineData("café", "U+00E9 at position 3")]
    [InlineData("😀", "U+D83D at position 0")]
    [InlineData("１", "U+FF11")]                 // a digit, but not an ASCII one
    [InlineData("%zz", "position 0 is not followed by two hexadecimal digits")]
    [InlineData("ab%", "position 2")]
    [InlineData("ab%4", "position 2")]
    [InlineData("% 4", "position 0")]
    [InlineData("%+4", "position 0")]
    [InlineData("%%34", "position 0")]
    [InlineData("%u0041", "position 0")]
    [InlineData("%C0%AF", "not valid UTF-8")]    // overlong '/'
    [InlineData("%C0%80", "not valid UTF-8")]    // overlong NUL
    [InlineData("%E0%80%AF", "not valid UTF-8")] // overlong '/', three bytes
    [InlineData("%ED%A0%80", "not valid UTF-8")] // half a surrogate pair
    [InlineData("%F4%90%80%80", "not valid UTF-8")] // beyond U+10FFFF
    [InlineData("%C3", "not valid UTF-8")]       // cut short
    [InlineData("%FF", "not valid UTF-8")]
    public void Refuses_everything_else_and_says_why(string segment, string why)
    {
        Assert.False(RoomName.TryParse(segment, out var name, out var problem));

        Assert.Null(name);
        Assert.Contains(why, problem, StringComparison.Ordinal);
        Assert.Contains("A room's name is 1 to 200 bytes of UTF-8", problem, StringComparison.Ordinal);
        Assert.All(problem, character => Assert.InRange(character, ' ', '~'));
    }

    [Theory]
    [InlineData("lobby", "lobby")]
    [InlineData("%6Cobb%79", "lobby")]
    [InlineData("caf%c3%a9", "caf%C3%A9")]
    [InlineData("%7e%2a", "~%2A")]
    [InlineData("a%20b", "a%20b")]
    public void Has_one_canonical_encoding(string segment, string encoded)
    {
        Assert.True(RoomName.TryParse(segment, out var name, out _));
        Assert.True(RoomName.TryParse(encoded, out var canonical, out _));

        Assert.Equal(encoded, name.Encoded);
        Assert.Equal(canonical, name);
        Assert.Equal(canonical.GetHashCode(), name.GetHashCode());
    }

    [Fact]
    public void Is_at_most_200_bytes_once_decoded()
    {
        Assert.True(RoomName.TryParse(new string('a', 200), out _, out _));
        Assert.True(RoomName.TryParse(string.Concat(Enumerable.Repeat("%F0%9F%98%80", 50)), out _, out _));

        Assert.False(RoomName.TryParse(new string('a', 201), out _, out var letters));
        Assert.False(RoomName.TryParse(string.Concat(Enumerable.Repeat("%F0%9F%98%80", 50)) + "a", out _, out var emoji));
        Assert.False(RoomName.TryParse(new string('a', 10_240), out _, out var tenKilobytes));
        Assert.All([letters, emoji, tenKilobytes], problem => Assert.Contains("longer than 200 bytes", problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Holds_no_control_character_however_it_is_written()
    {
        for (var code = 0; code < 0xA0; code = code == 0x1F ? 0x7F : code + 1)
        {
            var name = $"a{(char)code}b";
            Assert.False(RoomName.TryCreate(name, out _, out _), $"U+{code:X4}");
            Assert.False(RoomName.TryParse(name, out _, out _), $"U+{code:X4}");
            Assert.False(RoomName.TryParse(Uri.EscapeDataString(name), out _, out _), $"U+{code:X4}");
        }
    }

    [Theory]
    [InlineData("café 😀 *{}", true)]
    [InlineData("100%", true)]
    [InlineData("", false)]
    [InlineData("..", false)]
    [InlineData("a/b", false)]
    [InlineData("a%2fb", false)]
    public void Can_be_made_from_decoded_text(string decoded, bool isName)
    {
        Assert.Equal(isName, RoomName.TryCreate(decoded, out var name, out var problem));
        Assert.Equal(isName ? decoded : null, name?.ToString());
        Assert.Equal(isName, problem is null);
    }

    [Fact]
    public void Holds_no_half_of_a_surrogate_pair()
    {
        // Not InlineData: attributes are stored as UTF-8, which has no such thing.
        Assert.False(RoomName.TryCreate("\ud83d", out _, out var problem));
        Assert.False(RoomName.TryCreate("a\udc00b", out _, out _));
        Assert.Contains("surrogate", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Survives_encoding_and_parsing_whatever_it_is()
    {
        var random = new Random(20_26);
        for (var i = 0; i < 10_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => char.ConvertFromUtf32(random.Next(0x20, 0xD800))));
            if (RoomName.TryCreate(text, out var name, out _))
            {
                Assert.True(RoomName.TryParse(name.Encoded, out var again, out _));
                Assert.Equal(name, again);
            }
        }
    }

    [Fact]
    public void Tells_upper_case_from_lower_case() => Assert.NotEqual(Say.Name("Lobby"), Say.Name("lobby"));
}
