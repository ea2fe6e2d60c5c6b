using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Handshake;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Handshake;

/// <summary>RFC 9112 §2: TCP keeps bytes in order, not in pieces.</summary>
public class Heads_in_any_split
{
    private const string Behind = "\u0081\u0085frames";

    [Fact]
    public void A_request_may_be_cut_anywhere()
    {
        var bytes = Heads.Bytes(Heads.Request + Behind);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var reader = new RequestReader(HeadLimits.Default);
            ReadOnlySpan<byte> first = bytes.AsSpan(0, cut);
            ReadOnlySpan<byte> second = bytes.AsSpan(cut);
            var status = reader.TryRead(ref first, out var head, out var refusal);
            if (cut < Heads.Request.Length)
            {
                Assert.Equal(ReadStatus.NeedsMore, status);
                Assert.True(first.IsEmpty);
                status = reader.TryRead(ref second, out head, out refusal);
            }

            Assert.Equal(ReadStatus.Done, status);
            Assert.Null(refusal);
            Assert.Equal(Heads.Request, Print(head!));
            Assert.Equal(Behind.Length, first.Length + second.Length);
        }
    }

    [Fact]
    public void A_response_may_be_cut_anywhere()
    {
        var bytes = Heads.Bytes(Heads.Response + Behind);
        for (var cut = 0; cut < Heads.Response.Length; cut++)
        {
            var reader = new ResponseReader(HeadLimits.Default);
            ReadOnlySpan<byte> first = bytes.AsSpan(0, cut);
            ReadOnlySpan<byte> second = bytes.AsSpan(cut);
            Assert.Equal(ReadStatus.NeedsMore, reader.TryRead(ref first, out _, out _));
            Assert.Equal(ReadStatus.Done, reader.TryRead(ref second, out var head, out var problem));
            Assert.Null(problem);
            Assert.Null(ClientHandshake.Judge(head!, Heads.Key, ["chat"], null, out _, out _));
            Assert.Equal(Behind.Length, second.Length);
        }
    }

    [Fact]
    public void A_request_may_come_byte_by_byte()
    {
        var bytes = Heads.Bytes(Heads.Request);
        var reader = new RequestReader(HeadLimits.Default);
        RequestHead? head = null;
        for (var i = 0; i < bytes.Length; i++)
        {
            ReadOnlySpan<byte> one = bytes.AsSpan(i, 1);
            Assert.Equal(i < bytes.Length - 1 ? ReadStatus.NeedsMore : ReadStatus.Done, reader.TryRead(ref one, out head, out _));
            Assert.True(one.IsEmpty);
        }

        Assert.Equal(Heads.Request, Print(head!));
    }

    [Fact]
    public void A_request_may_come_in_three_pieces_cut_anywhere()
    {
        const string Request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        var bytes = Heads.Bytes(Request);
        for (var first = 0; first < bytes.Length; first++)
        {
            for (var second = first; second < bytes.Length; second++)
            {
                var reader = new RequestReader(HeadLimits.Default);
                ReadOnlySpan<byte> a = bytes.AsSpan(0, first), b = bytes.AsSpan(first, second - first), c = bytes.AsSpan(second);
                Assert.Equal(ReadStatus.NeedsMore, reader.TryRead(ref a, out _, out _));
                Assert.Equal(ReadStatus.NeedsMore, reader.TryRead(ref b, out _, out _));
                Assert.Equal(ReadStatus.Done, reader.TryRead(ref c, out var head, out _));
                Assert.Equal(Request, Print(head!));
            }
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]         // taken
    [InlineData("GET / HTTP/1.1\r\nHost : a\r\n\r\n")]        // refused for its form
    [InlineData("A: a\r\nA: a\r\nA: a\r\nA: a\r\nA: a\r\n")]  // refused for its size
    public void A_reader_reads_one_head(string first)
    {
        // What follows a refused request must not be taken for another (request smuggling).
        foreach (var isDripped in new[] { false, true })
        {
            var reader = new RequestReader(new HeadLimits(1000, 1000, 3));
            var status = ReadStatus.NeedsMore;
            foreach (var piece in isDripped ? Heads.Bytes(first).Chunk(1) : [Heads.Bytes(first)])
            {
                ReadOnlySpan<byte> input = piece;
                status = status == ReadStatus.NeedsMore ? reader.TryRead(ref input, out _, out _) : status;
            }

            Assert.NotEqual(ReadStatus.NeedsMore, status);
            foreach (var more in new[] { "G", "\n", "\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n" })
            {
                ReadOnlySpan<byte> input = Heads.Bytes(more);
                Assert.Equal(ReadStatus.Invalid, reader.TryRead(ref input, out var head, out var refusal));
                Assert.Null(head);
                Assert.NotNull(refusal);
            }
        }
    }

    [Fact]
    public void Nothing_is_nothing()
    {
        var reader = new RequestReader(HeadLimits.Default);
        ReadOnlySpan<byte> empty = [];

        Assert.Equal(ReadStatus.NeedsMore, reader.TryRead(ref empty, out _, out _));
        reader.Release();
        reader.Release();
    }

    private static string Print(RequestHead head) =>
        $"{head.Method} {head.Target} HTTP/1.{head.MinorVersion}\r\n" +
        string.Concat(head.Headers.Fields.Select(field => $"{field.Key}: {field.Value}\r\n")) + "\r\n";
}
