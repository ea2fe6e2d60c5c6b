using System.Buffers;
using System.Text;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Handshake;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Handshake;

/// <summary>RFC 9112 §2.2, §5 and the injection advisories: what is ambiguous is refused when read, and never written.</summary>
public class Heads_that_two_parsers_read_in_two_ways
{
    public static TheoryData<string> Injections => ["a\r\nEvil: yes", "a\nEvil: yes", "a\rEvil: yes", "a\0b", "\r\n", "\n", "a\u0001", "a\u001B[2J", "a\u007F", "a\u010Ab", "\uFF0D", "\u2028", "😀"];

    [Theory]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\n\r\n")]
    [InlineData("GET / HTTP/1.1\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\n\n")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void A_bare_line_feed_is_answered_400(string request) => Assert.Equal(400, Heads.Judge(request)!.Status);

    [Theory]
    [InlineData("X: a\rb")]
    [InlineData("X: a\r")]
    [InlineData("X: a\0b")]
    [InlineData("X: a\u0001b")]
    [InlineData("X: a\u000Bb")]
    [InlineData("X: a\u001Bb")]
    [InlineData("X: a\u007Fb")]
    [InlineData("X\r: a")]
    [InlineData("X\0: a")]
    public void A_control_character_is_answered_400(string line) => Assert.Equal(400, Heads.Judge(Heads.Request.And(line))!.Status);

    [Theory]
    [InlineData(" folded")]
    [InlineData("\tfolded")]
    [InlineData(" Folded: value")]
    public void A_folded_line_is_answered_400(string line)
    {
        Assert.Equal(400, Heads.Judge(Heads.Request.And("X: a", line))!.Status);
        Assert.Equal(400, Heads.Judge(Heads.Request.With("Host", line, "Host: a"))!.Status);
    }

    [Theory]
    [InlineData("Transfer-Encoding : chunked")]
    [InlineData("Transfer-Encoding\t: chunked")]
    [InlineData("X Y: a")]
    [InlineData(": a")]
    [InlineData("no colon")]
    [InlineData("X(: a")]
    [InlineData("\"X\": a")]
    [InlineData("caf\u00E9: a")]
    public void A_name_that_is_no_token_is_answered_400(string line) => Assert.Equal(400, Heads.Judge(Heads.Request.And(line))!.Status);

    [Theory]
    [InlineData("X:", "")]
    [InlineData("X: ", "")]
    [InlineData("X:\t a b \t", "a b")]
    [InlineData("X: a\tb", "a\tb")]
    [InlineData("X: a:b", "a:b")]
    [InlineData("X: caf\u00E9", "caf\u00E9")]
    public void A_value_may_have_blanks_around_it_and_Latin_letters_in_it(string line, string expected) =>
        Assert.Equal(expected, Heads.Read(Heads.Request.And(line)).Head!.Headers.Find("x"));

    [Fact]
    public void The_rules_hold_for_answers_too()
    {
        foreach (var line in new[] { " folded", "X : a", "X: a\0b", "X: a\rb", "no colon" })
        {
            Assert.Equal(ReadStatus.Invalid, Heads.ReadResponse(Heads.Response.And(line)).Status);
        }

        Assert.Equal(ReadStatus.Invalid, Heads.ReadResponse(Heads.Response.Replace("\r\n", "\n", StringComparison.Ordinal)).Status);
    }

    [Fact]
    public void A_refusal_does_not_repeat_what_was_sent()
    {
        // What goes to the peer and to the log has no control characters of the peer's.
        foreach (var bad in new[] { "GET /\u001B[2J HTTP/1.1", "\u001B[2J" })
        {
            Assert.DoesNotContain(Heads.Judge(Heads.Request.With("GET", bad))!.Problem, c => char.IsControl(c));
        }

        Assert.DoesNotContain(Heads.Judge(Heads.Request.And("X\u001B: a"))!.Problem, c => char.IsControl(c));
        Assert.DoesNotContain(Heads.Judge(Heads.Request.And("X: \u001B"))!.Problem, c => char.IsControl(c));
    }

    [Fact]
    public void Headers_of_one_name_are_joined_and_counted_whatever_their_case()
    {
        var headers = Heads.Read("GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\na: 3\r\n\r\n").Head!.Headers;

        Assert.Equal("1, 3", headers.Find("A"));
        Assert.Equal(2, headers.Count("a"));
        Assert.Equal("2", headers.Find("b"));
        Assert.Null(headers.Find("c"));
        Assert.Equal(0, headers.Count("c"));
    }

    [Theory]
    [MemberData(nameof(Injections))]
    public void Nothing_is_injected_into_an_acceptance(string evil)
    {
        Assert.Throws<ArgumentException>(() => HeadWriter.WriteAcceptance(new ArrayBufferWriter<byte>(), Heads.Key, evil, null, []));
        Assert.Throws<ArgumentException>(() => HeadWriter.WriteAcceptance(new ArrayBufferWriter<byte>(), Heads.Key, null, evil, []));
        Assert.Throws<ArgumentException>(() => HeadWriter.WriteAcceptance(new ArrayBufferWriter<byte>(), Heads.Key, null, null, [new("X", evil)]));
        Assert.Throws<ArgumentException>(() => HeadWriter.WriteAcceptance(new ArrayBufferWriter<byte>(), Heads.Key, null, null, [new(evil, "x")]));
    }

    [Theory]
    [MemberData(nameof(Injections))]
    public void Nothing_is_injected_into_a_refusal(string evil)
    {
        Assert.Throws<ArgumentException>(() => HeadWriter.WriteRefusal(new ArrayBufferWriter<byte>(), 400, evil, "", []));
        Assert.Throws<ArgumentException>(() => HeadWriter.WriteRefusal(new ArrayBufferWriter<byte>(), 400, "Bad Request", "", [new("X", evil)]));
        Assert.Throws<ArgumentException>(() => HeadWriter.WriteRefusal(new ArrayBufferWriter<byte>(), 400, "Bad Request", "", [new(evil, "x")]));
    }

    [Theory]
    [MemberData(nameof(Injections))]
    public void Nothing_is_injected_into_a_request(string evil)
    {
        Assert.Throws<ArgumentException>(() => Write("/" + evil, "example.com", Heads.Key, [], []));
        Assert.Throws<ArgumentException>(() => Write("/", evil, Heads.Key, [], []));
        Assert.Throws<ArgumentException>(() => Write("/", "example.com", evil, [], []));
        Assert.Throws<ArgumentException>(() => Write("/", "example.com", Heads.Key, [evil], []));
        Assert.Throws<ArgumentException>(() => Write("/", "example.com", Heads.Key, [], [new("X", evil)]));
        Assert.Throws<ArgumentException>(() => Write("/", "example.com", Heads.Key, [], [new(evil, "x")]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a b")]
    [InlineData("/ HTTP/1.1\r\nEvil: yes\r\nX: ")]
    [InlineData("/caf\u00E9")]
    public void A_target_is_written_only_if_it_is_one(string target) =>
        Assert.Throws<ArgumentException>(() => Write(target, "example.com", Heads.Key, [], []));

    [Theory]
    [InlineData("")]
    [InlineData("X Y")]
    [InlineData("X:")]
    [InlineData("caf\u00E9")]
    public void A_name_is_written_only_if_it_is_a_token(string name) =>
        Assert.Throws<ArgumentException>(() => Write("/", "example.com", Heads.Key, [], [new(name, "x")]));

    [Fact]
    public void A_head_that_is_refused_writes_nothing()
    {
        var output = new ArrayBufferWriter<byte>();

        Assert.Throws<ArgumentException>(() => HeadWriter.WriteAcceptance(output, Heads.Key, null, null, [new("A", "1"), new("B", "\r\n")]));

        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void A_value_with_blanks_and_Latin_letters_is_written_byte_for_char()
    {
        var written = Write("/", "example.com", Heads.Key, [], [new("X", "caf\u00E9\t(a)")]);

        Assert.Contains("X: caf\u00E9\t(a)\r\n", written, StringComparison.Ordinal);
    }

    private static string Write(
        string target, string host, string key, IReadOnlyList<string> subprotocols, IEnumerable<KeyValuePair<string, string>> headers)
    {
        var output = new ArrayBufferWriter<byte>();
        HeadWriter.WriteRequest(output, target, host, key, subprotocols, null, headers);
        return Encoding.Latin1.GetString(output.WrittenSpan);
    }
}
