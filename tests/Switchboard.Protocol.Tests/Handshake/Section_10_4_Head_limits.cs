using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Handshake;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Handshake;

public class Section_10_4_Head_limits
{
    private static readonly HeadLimits Small = new(MaxBytes: 200, MaxLineBytes: 100, MaxHeaders: 3);

    [Theory]
    [InlineData(100, false)]
    [InlineData(101, true)]
    public void A_line_may_have_the_limits_length(int length, bool isRefused)
    {
        // As request line, and as header; the line's end counts.
        var line = "GET /" + new string('a', length - 16) + " HTTP/1.1\r\n";
        Assert.Equal(length, line.Length);
        ExpectRefusal(line + "\r\n", isRefused);

        var header = "X: " + new string('a', length - 5) + "\r\n";
        Assert.Equal(length, header.Length);
        ExpectRefusal("GET / HTTP/1.1\r\n" + header + "\r\n", isRefused);
    }

    [Theory]
    [InlineData(200, false)]
    [InlineData(201, true)]
    public void A_head_may_have_the_limits_size(int length, bool isRefused)
    {
        const string Begin = "GET / HTTP/1.1\r\n";
        var first = "A: " + new string('a', 95) + "\r\n";
        var second = "B: " + new string('b', length - Begin.Length - first.Length - 7) + "\r\n";
        var request = Begin + first + second + "\r\n";
        Assert.Equal(length, request.Length);
        ExpectRefusal(request, isRefused);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void A_head_may_have_the_limits_number_of_headers(int count, bool isRefused) =>
        ExpectRefusal("GET / HTTP/1.1\r\n" + string.Concat(Enumerable.Repeat("A: a\r\n", count)) + "\r\n", isRefused);

    [Fact]
    public void Frames_behind_the_head_do_not_count() =>
        Assert.Equal(ReadStatus.Done, Heads.Read("GET / HTTP/1.1\r\n\r\n" + new string('\n', 1000), Small).Status);

    [Fact]
    public void Two_thousand_headers_are_answered_431()
    {
        // CVE-2024-37890
        var headers = Enumerable.Range(0, 2000).Select(i => $"X{i}: a").ToArray();

        Assert.Equal(431, Heads.Judge(Heads.Request.And(headers))!.Status);
        Assert.Equal(431, Heads.Judge("GET / HTTP/1.1\r\n" + string.Concat(Enumerable.Repeat("A:\r\n", 2000)) + "\r\n")!.Status);
    }

    [Fact]
    public void A_refusal_names_the_limits()
    {
        var problem = Heads.Read(Heads.Request, new HeadLimits(201, 102, 3)).Refusal!.Problem;

        Assert.Contains("201", problem, StringComparison.Ordinal);
        Assert.Contains("102", problem, StringComparison.Ordinal);
        Assert.Contains("3 headers", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(64 * 1024)]
    public void Twenty_megabytes_dripped_are_refused_at_the_limit(int piece)
    {
        // CVE-2023-43669: a head that never ends, in drips; each drip made the whole be parsed again.
        foreach (var drip in new[] { "a", "a: b\r\n", "\r", "\0" })
        {
            var bytes = Heads.Bytes(string.Concat(Enumerable.Repeat(drip, piece)))[..piece];
            var reader = new RequestReader(HeadLimits.Default);
            ReadOnlySpan<byte> line = "GET / HTTP/1.1\r\n"u8;
            var status = reader.TryRead(ref line, out _, out var refusal);
            var taken = 0;
            while (status == ReadStatus.NeedsMore && taken < 20_000_000)
            {
                ReadOnlySpan<byte> input = bytes;
                taken += piece;
                status = reader.TryRead(ref input, out _, out refusal);
            }

            Assert.Equal(ReadStatus.Invalid, status);
            Assert.Equal(431, refusal!.Status);
            Assert.InRange(taken, 1, HeadLimits.Default.MaxBytes + piece);
        }
    }

    [Fact]
    public void A_dripped_head_costs_its_length()
    {
        // Linear is counted, not timed: a parse of the whole at each drip would leave terabytes behind.
        var limits = new HeadLimits(8_000_000, 8_000_000, 100);
        var reader = new RequestReader(limits);
        var drip = new byte[1];
        drip[0] = (byte)'a';
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 4_000_000; i++)
        {
            ReadOnlySpan<byte> input = drip;
            if (reader.TryRead(ref input, out _, out _) != ReadStatus.NeedsMore)
            {
                Assert.Fail("The limit is not reached.");
            }
        }

        // Buffers of 1 KiB, then of twice what is needed: together about four times the head's length.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * 4_000_000L);
        reader.Release();
    }

    [Fact]
    public void An_answer_has_limits_too()
    {
        var (status, _, problem) = Heads.ReadResponse("HTTP/1.1 101 " + new string('a', 100_000));

        Assert.Equal(ReadStatus.Invalid, status);
        Assert.Contains("16384", problem, StringComparison.Ordinal);
        Assert.Equal(ReadStatus.Invalid, Heads.ReadResponse(Heads.Response.And([.. Enumerable.Repeat("A: a", 2000)])).Status);
    }

    private static void ExpectRefusal(string request, bool isRefused)
    {
        Assert.Equal(isRefused ? ReadStatus.Invalid : ReadStatus.Done, Heads.Read(request, Small).Status);
        Assert.Equal(isRefused ? 431 : null, Heads.Read(request, Small).Refusal?.Status);

        var reader = new RequestReader(Small);
        var status = ReadStatus.NeedsMore;
        foreach (var value in Heads.Bytes(request))
        {
            ReadOnlySpan<byte> one = [value];
            status = reader.TryRead(ref one, out _, out _);
            if (status != ReadStatus.NeedsMore)
            {
                break;
            }
        }

        Assert.Equal(isRefused ? ReadStatus.Invalid : ReadStatus.Done, status);
        reader.Release();
    }
}
