using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Addresses;
using Switchboard.Tests.Support;

namespace Switchboard.Tests.Addresses;

/// <summary>What one address may do.</summary>
public sealed class AddressLimitTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void An_address_has_so_many_connections_open()
    {
        var book = Book(new AddressLimits { MaxConnections = 2 });

        var first = Enter(book, "192.0.2.1");
        Enter(book, "192.0.2.1");
        Assert.Equal(AddressVerdict.TooManyConnections, book.Enter(At("192.0.2.1"), out _));
        Enter(book, "192.0.2.2");
        first.Leave();
        first.Leave();
        Enter(book, "192.0.2.1");
        Assert.Equal(AddressVerdict.TooManyConnections, book.Enter(At("192.0.2.1"), out _));
    }

    [Fact]
    public void Of_those_that_are_refused_only_some_are_told_why()
    {
        var book = Book(new AddressLimits { MaxConnections = 1 });
        Enter(book, "192.0.2.1");

        AddressBook.Place? told = null;
        for (var i = 0; i < 16; i++)
        {
            Assert.Equal(AddressVerdict.TooManyConnections, book.Enter(At("192.0.2.1"), out told));
        }

        Assert.Equal(AddressVerdict.Flood, book.Enter(At("192.0.2.1"), out var untold));
        Assert.Null(untold);
        told!.Leave();
        Assert.Equal(AddressVerdict.TooManyConnections, book.Enter(At("192.0.2.1"), out _));
    }

    [Fact]
    public async Task Who_knocks_in_a_hurry_is_not_let_in_beyond_the_limit()
    {
        // The request is there before the connection is looked at, and its loop is another than the listener's.
        var limits = new AddressLimits { MaxConnections = 1, MaxHandshakesPerSecond = 0, AppliesToLoopback = true };
        await using var server = new WebSocketServer(new WebSocketServerOptions { Host = "127.0.0.1", PerAddress = limits });
        var most = 0;
        server.OnConnection += (_, _) => most = Math.Max(most, server.Clients.Count);
        server.Start();
        using var only = BlockingClient.Open(server.Port);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                using var knocking = BlockingClient.Connect(server.Port);
                knocking.Send(Encoding.ASCII.GetBytes(RawPeer.Request()));
                knocking.ReceiveEnd();
            }
        })));

        Assert.Equal(1, most);
    }

    [Fact]
    public void An_address_begins_so_many_handshakes_in_a_second()
    {
        var book = Book(new AddressLimits { MaxHandshakesPerSecond = 10 });

        for (var i = 0; i < 10; i++)
        {
            Enter(book, "192.0.2.1").Leave();
        }

        Assert.Equal(AddressVerdict.TooManyHandshakes, book.Enter(At("192.0.2.1"), out _));
        Enter(book, "192.0.2.2");
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        Enter(book, "192.0.2.1");
        Assert.Equal(AddressVerdict.TooManyHandshakes, book.Enter(At("192.0.2.1"), out _));
        _clock.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 10; i++)
        {
            Enter(book, "192.0.2.1");
        }

        Assert.Equal(AddressVerdict.TooManyHandshakes, book.Enter(At("192.0.2.1"), out _));
    }

    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("0.0.0.1", "::1:0:0:1", false)]
    public void What_counts_as_one_address(string one, string other, bool isSame)
    {
        var book = Book(new AddressLimits { MaxConnections = 1 });

        Enter(book, one);
        Assert.Equal(isSame ? AddressVerdict.TooManyConnections : AddressVerdict.Welcome, book.Enter(At(other), out _));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public void Loopback_is_free_unless_it_is_said_otherwise(string address)
    {
        var limits = new AddressLimits { MaxConnections = 1, MaxHandshakesPerSecond = 1 };

        Assert.Equal(AddressVerdict.Welcome, Book(limits).Enter(At(address), out var place));
        Assert.Null(place);
        var strict = Book(limits with { AppliesToLoopback = true });
        Enter(strict, address);
        Assert.NotEqual(AddressVerdict.Welcome, strict.Enter(At(address), out _));
    }

    [Fact]
    public void Who_has_no_address_is_not_limited()
    {
        var book = Book(new AddressLimits { MaxConnections = 1 });

        Assert.Equal(AddressVerdict.Welcome, book.Enter(null, out _));
        Assert.Equal(AddressVerdict.Welcome, book.Enter(new UnixDomainSocketEndPoint("/tmp/socket"), out _));
    }

    [Fact]
    public void Zero_is_no_limit()
    {
        var book = Book(new AddressLimits { MaxConnections = 0, MaxHandshakesPerSecond = 0 });

        for (var i = 0; i < 20_000; i++)
        {
            Enter(book, "192.0.2.1");
        }
    }

    [Fact]
    public void Addresses_that_are_gone_are_forgotten()
    {
        var book = Book(AddressLimits.Default);
        var kept = Enter(book, "198.51.100.1");
        for (var i = 0; i < 50_000; i++)
        {
            Enter(book, new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]).ToString()).Leave();
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(book.Count, 1, 4096);
        kept.Leave();
    }

    [Theory]
    [InlineData(2, 0, "503 Service Unavailable")]
    [InlineData(0, 2, "429 Too Many Requests")]
    public async Task Who_is_one_too_many_is_told_so(int connections, int handshakes, string status)
    {
        var limits = new AddressLimits { MaxConnections = connections, MaxHandshakesPerSecond = handshakes, AppliesToLoopback = true };
        await using var server = new WebSocketServer(new WebSocketServerOptions { Host = "127.0.0.1", PerAddress = limits, TimeProvider = _clock });
        server.Start();
        using var first = BlockingClient.Open(server.Port);
        var second = BlockingClient.Open(server.Port);

        var answer = Ask(server.Port);
        Assert.StartsWith($"HTTP/1.1 {status}\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nRetry-After: ", answer, StringComparison.Ordinal);

        // A place that was left is free again.
        second.Dispose();
        await Eventually.IsTrue(() => server.Clients.Count == 1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        using var third = BlockingClient.Open(server.Port);
    }

    [Fact]
    public async Task A_handshake_that_fails_gives_its_place_back()
    {
        var limits = new AddressLimits { MaxConnections = 1, AppliesToLoopback = true };
        await using var server = new WebSocketServer(new WebSocketServerOptions { Host = "127.0.0.1", PerAddress = limits, Path = "/here" });
        server.Start();

        for (var i = 0; i < 20; i++)
        {
            // The one before may be on its way out.
            await Eventually.IsTrue(() => Ask(server.Port).StartsWith("HTTP/1.1 404 ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_limit_is_not_negative()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketServer(new WebSocketServerOptions { PerAddress = new AddressLimits { MaxConnections = -1 } }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketServer(new WebSocketServerOptions { PerAddress = new AddressLimits { MaxHandshakesPerSecond = -1 } }));
    }

    private AddressBook Book(AddressLimits limits) => new(limits, _clock);

    private static AddressBook.Place Enter(AddressBook book, string address)
    {
        Assert.Equal(AddressVerdict.Welcome, book.Enter(At(address), out var place));
        return place!;
    }

    private static IPEndPoint At(string address) => new(IPAddress.Parse(address), 50_000);

    private static string Ask(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, port);
        socket.Send(Encoding.ASCII.GetBytes(RawPeer.Request()));
        using var reader = new StreamReader(new NetworkStream(socket));
        return reader.ReadToEnd();
    }
}
