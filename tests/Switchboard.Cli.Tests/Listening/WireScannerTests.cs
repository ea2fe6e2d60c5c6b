using System.Text;
using CsCheck;
using Switchboard.Cli.Listening.Wire;

namespace Switchboard.Cli.Tests.Listening;

public sealed class WireScannerTests
{
    private const string Request = "GET /chat HTTP/1.1\r\nHost: example.com\r\n\r\n";

    [Fact]
    public void The_head_comes_first_line_by_line() => Assert.Equal(["GET /chat HTTP/1.1", "  Host: example.com"], Scan(Encoding.ASCII.GetBytes(Request)));

    [Theory]
    [InlineData("810548656c6c6f", "text FIN, 5 bytes: \"Hello\"")]
    [InlineData("818537fa213d7f9f4d5158", "text FIN mask 37fa213d, 5 bytes: \"Hello\"")]
    [InlineData("8200", "binary FIN, 0 bytes")]
    [InlineData("8203010203", "binary FIN, 3 bytes: 010203")]
    [InlineData("c1030a0b0c", "text FIN RSV1, 3 bytes: compressed 0a0b0c")]
    [InlineData("b101ff", "text FIN RSV2 RSV3, 1 byte: \"\uFFFD\"")]
    [InlineData("8300", "opcode 3 FIN, 0 bytes")]
    [InlineData("890548656c6c6f", "ping FIN, 5 bytes: \"Hello\"")]
    [InlineData("8a02ff00", "pong FIN, 2 bytes: ff00")]
    [InlineData("8800", "close FIN, 0 bytes")]
    [InlineData("880103", "close FIN, 1 byte: 03")]
    [InlineData("880203e8", "close FIN, 2 bytes: 1000")]
    [InlineData("880503e8627965", "close FIN, 5 bytes: 1000 \"bye\"")]
    [InlineData("81041b5b324a", "text FIN, 4 bytes: \"\\u001B[2J\"")]
    public void A_frame_is_a_line(string hex, string expected) => Assert.Equal([expected], ScanFrames(hex));

    [Fact]
    public void All_three_forms_of_the_length_are_read()
    {
        Assert.Equal(["binary FIN, 126 bytes: 0000…"], ScanFrames("827e007e" + new string('0', 252), preview: 2));
        Assert.Equal(["binary FIN, 65536 bytes: 0000…"], ScanFrames("827f0000000000010000" + new string('0', 131072), preview: 2));
    }

    [Fact]
    public void A_continuation_is_shown_as_what_it_continues()
    {
        Assert.Equal(
            ["text, 2 bytes: \"He\"", "ping FIN, 0 bytes", "continuation FIN, 3 bytes: \"llo\""], ScanFrames("01024865" + "8900" + "80036c6c6f"));
        Assert.Equal(["binary RSV1, 1 byte: compressed 01", "continuation FIN, 1 byte: compressed 02"], ScanFrames("420101" + "800102"));
    }

    [Fact]
    public void A_preview_is_cut_and_says_so() =>
        Assert.Equal(["text FIN, 5 bytes: \"H…\"", "ping FIN, 5 bytes: \"Hello\""], ScanFrames("810548c3bc6c6c" + "890548656c6c6f", preview: 2));

    [Fact]
    public void What_is_no_frame_is_shown_once_and_ends_the_scan() =>
        Assert.Equal(["? no frame: the highest bit of its length is set: 827f8000000000000000"], ScanFrames("827f8000000000000000" + "8100"));

    [Theory]
    [InlineData("81", "? cut off within a frame's header: 81")]
    [InlineData("810548", "? cut off within a frame, after 1 of 5 bytes of payload: 48")]
    public void What_is_not_whole_is_told_at_the_end(string hex, string expected) => Assert.Equal([expected], ScanFrames(hex, isEnded: true));

    [Fact]
    public void What_is_no_head_is_told_at_the_end() =>
        Assert.Equal(["? no HTTP head in 5 bytes: 1603010200"], Scan(Convert.FromHexString("1603010200"), isEnded: true));

    [Fact]
    public void A_head_without_an_end_is_given_up()
    {
        var lines = Scan([.. Enumerable.Repeat((byte)'a', 100_000)]);
        Assert.Equal(["? no HTTP head in 65536 bytes: 61616161616161616161616161616161"], lines);
    }

    [Fact]
    public void Any_bytes_in_any_pieces_are_read_without_a_fault_and_alike() => Gen
        .Select(Gen.Byte.Array[0, 300], Gen.Int[1, 20])
        .Sample((bytes, size) =>
        {
            byte[] all = [.. Encoding.ASCII.GetBytes(Request), .. bytes];
            Assert.Equal(Scan(all, isEnded: true), Scan(all, isEnded: true, pieces: size));
        });

    private static List<string> ScanFrames(string hex, int preview = 64, bool isEnded = false) =>
        Scan([.. Encoding.ASCII.GetBytes(Request), .. Convert.FromHexString(hex)], preview, isEnded)[2..];

    private static List<string> Scan(byte[] bytes, int preview = 64, bool isEnded = false, int pieces = int.MaxValue)
    {
        var lines = new List<string>();
        var scanner = new WireScanner(preview, seen => lines.AddRange(WireText.Describe(seen)));
        foreach (var piece in bytes.Chunk(Math.Min(pieces, Math.Max(1, bytes.Length))))
        {
            scanner.Read(piece);
        }

        if (isEnded)
        {
            scanner.End();
        }

        return lines;
    }
}
