using System.Buffers;
using Switchboard.Protocol.Extensions;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Handshake;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Hostile;

/// <summary>Opening handshakes that would cost much, be read in two ways, or smuggle something in.</summary>
[Collection(nameof(Memory_is_quiet))]
public class Heads_that_mean_harm
{
    private const string ProtocolHeader = "Sec-WebSocket-Protocol";

    [Fact]
    public void CVE_2024_37890_over_many_headers_are_431_wherever_the_upgrade_stands()
    {
        var many = Enumerable.Range(0, 2000).Select(i => $"X{i}: a").ToArray();
        Assert.Equal(431, Heads.Judge(Heads.Request.And(many))!.Status);
        Assert.Equal(431, Heads.Judge(Heads.Request.With("Host", [.. many, "Host: a"]))!.Status);

        // The client, of a server that does so.
        var (status, _, problem) = Heads.ReadResponse(Heads.Response.And(many));
        Assert.Equal(ReadStatus.Invalid, status);
        Assert.NotEmpty(problem!);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1460)]
    public void CVE_2023_43669_20_MB_of_head_dripped_are_refused_at_the_limit(int drip)
    {
        foreach (var isRequest in new[] { true, false })
        {
            var taken = Drip(isRequest, HeadLimits.Default, drip, 20_000_000, out var pinned);
            Assert.InRange(taken, 1, HeadLimits.Default.MaxBytes + drip);
            Assert.InRange(pinned, 0, 4 * HeadLimits.Default.MaxBytes);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CVE_2023_43669_a_dripped_head_costs_time_in_line_with_its_length(bool isRequest)
    {
        // Were the limit 20 MB: with all of it parsed again at each drip, this would take until tomorrow.
        var limits = new HeadLimits(40_000_000, 40_000_000, 10_000_000);
        CpuTime.IsLinear(size => Drip(isRequest, limits, 1, size, out _), size: 200_000);
        CpuTime.IsLinear(size => Drip(isRequest, limits, 10, size, out _), size: 1_000_000);
    }

    [Fact]
    public void CVE_2021_32640_32000_spaces_cost_time_in_line_with_their_number()
    {
        foreach (var (before, after) in new[] { ("a", "b"), ("a,", "b"), ("", ""), ("a", ""), ("", ",") })
        {
            CpuTime.IsLinear(
                size =>
                {
                    var header = before + new string(' ', size) + after;
                    for (var i = 0; i < 100; i++)
                    {
                        SubprotocolChoice.ParseOffers(header);
                        ExtensionHeader.Parse(header);
                    }
                },
                size: 32_000);
        }
    }

    [Fact]
    public void CVE_2021_32640_32000_spaces_in_a_request_are_over_the_limit_of_a_line() =>
        Assert.Equal(431, Heads.Judge(Heads.Request.With(ProtocolHeader, $"{ProtocolHeader}: a{new string(' ', 32_000)}b"))!.Status);

    [Theory]
    [InlineData("constructor")]
    [InlineData("__proto__")]
    [InlineData("toString")]
    [InlineData("constructor; constructor=1")]
    [InlineData("permessage-deflate; constructor")]
    [InlineData("permessage-deflate; __proto__=x")]
    [InlineData("permessage-deflate; hasOwnProperty; valueOf")]
    [InlineData("permessage-deflate; unknown=1")]
    [InlineData("permessage-deflate; server_no_context_takeover; server_no_context_takeover")]
    [InlineData("permessage-deflate; server_no_context_takeover=\"true\"")]
    [InlineData("permessage-deflate; client_max_window_bits=\"10\"; client_max_window_bits=10")]
    [InlineData("permessage-deflate; Server_No_Context_Takeover")]
    public void Ws_3_3_1_strange_parameters_are_declined_by_a_server_and_fail_a_client(string header)
    {
        Assert.Null(Heads.Judge(Heads.Request.And($"Sec-WebSocket-Extensions: {header}"), out var valid));
        Assert.Null(new DeflateAcceptor(Agreed.Settings()).Accept(valid!.Extensions));
        Assert.NotNull(JudgedByAClient(header));
    }

    [Theory]
    [InlineData("permessage-deflate; a=\"")]
    [InlineData("permessage-deflate; a=\"\"")]
    [InlineData("permessage-deflate; a=\"\\")]
    [InlineData("permessage-deflate; a=\"b c\"")]
    [InlineData("permessage-deflate; a=\"b\"c")]
    [InlineData("permessage-deflate; =1")]
    [InlineData("permessage-deflate;;")]
    [InlineData(";")]
    [InlineData(",")]
    [InlineData("permessage-deflate,")]
    [InlineData("\"permessage-deflate\"")]
    public void Ws_3_3_1_what_is_no_list_of_extensions_is_400_and_fails_a_client(string header)
    {
        Assert.Equal(400, Heads.Judge(Heads.Request.And($"Sec-WebSocket-Extensions: {header}"))!.Status);
        Assert.NotNull(JudgedByAClient(header));
    }

    [Fact]
    public void Ws_3_3_1_a_quoted_value_counts_as_what_it_says()
    {
        Assert.Null(Heads.Judge(Heads.Request.And("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=\"1\\0\""), out var valid));
        using var agreed = new DeflateAcceptor(Agreed.Settings()).Accept(valid!.Extensions);
        Assert.NotNull(agreed);
    }

    [Theory]
    [InlineData("server_max_window_bits=7")]
    [InlineData("server_max_window_bits=16")]
    [InlineData("server_max_window_bits")]
    [InlineData("server_max_window_bits=08")]
    [InlineData("server_max_window_bits=0")]
    [InlineData("server_max_window_bits=-9")]
    [InlineData("server_max_window_bits=+9")]
    [InlineData("server_max_window_bits=9.0")]
    [InlineData("server_max_window_bits=0x9")]
    [InlineData("server_max_window_bits=99999999999999999999")]
    [InlineData("server_max_window_bits=10; server_max_window_bits=10")]
    [InlineData("server_max_window_bits=10; server_max_window_bits=12")]
    [InlineData("client_max_window_bits=7")]
    [InlineData("client_max_window_bits=16")]
    [InlineData("client_max_window_bits=08")]
    [InlineData("client_max_window_bits=10; client_max_window_bits=10")]
    public void CVE_2026_2229_windows_out_of_range_are_declined_by_a_server_and_fail_a_client(string parameter)
    {
        var header = $"permessage-deflate; server_no_context_takeover; client_no_context_takeover; {parameter}";
        Assert.Null(Heads.Judge(Heads.Request.And($"Sec-WebSocket-Extensions: {header}"), out var valid));
        Assert.Null(new DeflateAcceptor(Agreed.Settings()).Accept(valid!.Extensions));
        Assert.Contains("permessage-deflate", JudgedByAClient(header), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("server_max_window_bits=")]
    [InlineData("server_max_window_bits=\"\"")]
    [InlineData("client_max_window_bits=")]
    public void CVE_2026_2229_an_empty_window_is_400_and_fails_a_client(string parameter)
    {
        Assert.Equal(400, Heads.Judge(Heads.Request.And($"Sec-WebSocket-Extensions: permessage-deflate; {parameter}"))!.Status);
        Assert.NotNull(JudgedByAClient($"permessage-deflate; {parameter}"));
    }

    [Fact]
    public void Granian_advisory_a_subprotocol_beyond_ASCII_is_400()
    {
        for (var value = '\x80'; value <= '\xFF'; value++)
        {
            foreach (var offer in new[] { $"{value}", $"a{value}b", $"a, {value}", $"chat{value}" })
            {
                Assert.Equal(400, Heads.Judge(Heads.Request.With(ProtocolHeader, $"{ProtocolHeader}: {offer}"))!.Status);
            }

            // The client, of a server that chooses it.
            Assert.NotNull(JudgedByAClient(Heads.Response.With(ProtocolHeader, $"{ProtocolHeader}: chat{value}"), compression: null));
        }
    }

    [Theory]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\0")]
    [InlineData("\u000b")]
    [InlineData("\u007f")]
    public void CVE_2026_1527_a_control_character_is_neither_read_nor_written(string evil)
    {
        // Read: amid a value, a name, the target, a subprotocol.
        foreach (var head in new[]
        {
            Heads.Request.And($"X: a{evil}b"),
            Heads.Request.And($"X{evil}Y: a"),
            Heads.Request.With("GET", $"GET /a{evil}b HTTP/1.1"),
            Heads.Request.With(ProtocolHeader, $"{ProtocolHeader}: a{evil}b"),
        })
        {
            Assert.Equal(400, Heads.Judge(head)!.Status);
        }

        Assert.Equal(ReadStatus.Invalid, Heads.ReadResponse(Heads.Response.And($"X: a{evil}b")).Status);
        Assert.NotNull(JudgedByAClient(Heads.Response.With("HTTP/1.1", $"HTTP/1.1 101 a{evil}b"), compression: null));

        // Written: nothing at all, not even what is good of it.
        foreach (var write in new Action<IBufferWriter<byte>>[]
        {
            output => HeadWriter.WriteAcceptance(output, Heads.Key, $"a{evil}b", null, []),
            output => HeadWriter.WriteAcceptance(output, Heads.Key, null, null, [new($"X{evil}", "a")]),
            output => HeadWriter.WriteAcceptance(output, Heads.Key, null, null, [new("X", $"a{evil}b")]),
            output => HeadWriter.WriteRefusal(output, 400, $"a{evil}b", "", []),
            output => HeadWriter.WriteRefusal(output, 400, "a", "", [new("X", $"a{evil}b")]),
            output => HeadWriter.WriteRequest(output, $"/a{evil}b", "host", Heads.Key, [], null, []),
            output => HeadWriter.WriteRequest(output, "/", $"a{evil}b", Heads.Key, [], null, []),
            output => HeadWriter.WriteRequest(output, "/", "host", Heads.Key, [$"a{evil}b"], null, []),
            output => HeadWriter.WriteRequest(output, "/", "host", Heads.Key, [], null, [new($"X{evil}", "a")]),
            output => HeadWriter.WriteRequest(output, "/", "host", Heads.Key, [], null, [new("X", $"a{evil}b")]),
        })
        {
            var output = new ArrayBufferWriter<byte>();
            Assert.Throws<ArgumentException>(() => write(output));
            Assert.Equal(0, output.WrittenCount);
        }
    }

    [Theory]
    [InlineData("Content-Length: 5")]
    [InlineData("Content-Length: 5", "Content-Length: 6")]
    [InlineData("Content-Length: 0", "Content-Length: 5")]
    [InlineData("Content-Length: 0", "Transfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: chunked, identity")]
    [InlineData("Transfer-Encoding: \tchunked")]
    [InlineData("Transfer-Encoding : chunked")]
    [InlineData(" Transfer-Encoding: chunked")]
    [InlineData("X: a\r\n Transfer-Encoding: chunked")]
    [InlineData("Content-Length: +0")]
    [InlineData("Content-Length: 00")]
    [InlineData("Content-Length: 0x0")]
    [InlineData("Content-Length: -0")]
    [InlineData("Content-Length: 0, 0")]
    public void CVE_2025_55315_lengths_that_conflict_or_can_be_read_in_two_ways_are_400(params string[] lines)
    {
        Assert.Equal(400, Heads.Judge(Heads.Request.And(lines))!.Status);

        // Whatever is behind it is not read as another request.
        var reader = new RequestReader(HeadLimits.Default);
        ReadOnlySpan<byte> input = Heads.Bytes(Heads.Request.And(lines) + Heads.Request);
        var status = reader.TryRead(ref input, out _, out _);
        Assert.NotEqual(ReadStatus.NeedsMore, status);
        Assert.Equal(ReadStatus.Invalid, reader.TryRead(ref input, out _, out _));
    }

    [Theory]
    [InlineData("GET", "POST /chat HTTP/1.1", 405)]
    [InlineData("GET", "HEAD /chat HTTP/1.1", 405)]
    [InlineData("GET", "CONNECT /chat HTTP/1.1", 405)]
    [InlineData("GET", "get /chat HTTP/1.1", 405)]
    [InlineData("GET", "GET /chat HTTP/1.0", 400)]
    [InlineData("GET", "GET /chat HTTP/2.0", 400)]
    [InlineData("GET", "GET /chat", 400)]
    [InlineData("Sec-WebSocket-Key", null, 400)]
    [InlineData("Sec-WebSocket-Key", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA", 400)]      // 15 bytes
    [InlineData("Sec-WebSocket-Key", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAA=", 400)]  // 17 bytes
    [InlineData("Sec-WebSocket-Key", "Sec-WebSocket-Key: ", 400)]
    [InlineData("Sec-WebSocket-Version", "Sec-WebSocket-Version: 7", 426)]
    [InlineData("Sec-WebSocket-Version", "Sec-WebSocket-Version: 8", 426)]
    [InlineData("Sec-WebSocket-Version", "Sec-WebSocket-Version: 14", 426)]
    [InlineData("Sec-WebSocket-Version", null, 426)]
    public void Wrong_method_version_or_key_gets_its_status(string header, string? line, int status)
    {
        var refusal = Heads.Judge(Heads.Request.With(header, line is null ? [] : [line]))!;

        Assert.Equal(status, refusal.Status);
        Assert.Equal(
            status switch { 426 => ("Sec-WebSocket-Version", "13"), 405 => ("Allow", "GET"), _ => (null, null) },
            (refusal.HeaderName, refusal.HeaderValue));
    }

    /// <returns>How much was taken until it was refused; all of it if it was not.</returns>
    private static int Drip(bool isRequest, HeadLimits limits, int drip, int most, out int pinned)
    {
        var bytes = new byte[drip];
        bytes.AsSpan().Fill((byte)'a');
        var requests = new RequestReader(limits);
        var responses = new ResponseReader(limits);
        ReadOnlySpan<byte> line = isRequest ? "GET / HTTP/1.1\r\nX: "u8 : "HTTP/1.1 101 Hello\r\nX: "u8;
        var status = isRequest ? requests.TryRead(ref line, out _, out _) : responses.TryRead(ref line, out _, out _);
        var taken = 0;
        pinned = 0;
        while (status == ReadStatus.NeedsMore && taken < most)
        {
            ReadOnlySpan<byte> input = bytes;
            taken += drip;
            status = isRequest ? requests.TryRead(ref input, out _, out _) : responses.TryRead(ref input, out _, out _);
            pinned = Math.Max(pinned, requests.PinnedBytes);
        }

        requests.Release();
        responses.Release();
        return taken;
    }

    private static string? JudgedByAClient(string extensions)
    {
        using var offer = new DeflateOffer(Agreed.Settings());
        return JudgedByAClient(Heads.Response.And($"Sec-WebSocket-Extensions: {extensions}"), offer);
    }

    private static string? JudgedByAClient(string response, DeflateOffer? compression)
    {
        var (_, head, problem) = Heads.ReadResponse(response);
        return problem ?? ClientHandshake.Judge(head!, Heads.Key, ["chat"], compression, out _, out _);
    }
}
