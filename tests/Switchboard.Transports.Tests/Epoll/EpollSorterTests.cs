using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Switchboard.Transports.Linux;
using Switchboard.Transports.Sockets;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests.Epoll;

/// <summary>A port that two servers share. Here what begins with "us:" is ours, and what cannot is theirs.</summary>
[SupportedOSPlatform("linux")]
public sealed class EpollSorterTests : IAsyncDisposable, IConnectionSorter
{
    private readonly BlockingCollection<(byte[] Head, ITransport Transport)> _ours = [];
    private readonly BlockingCollection<Socket> _theirs = [];
    private readonly Socket _listening = ListeningSocket.Open(new IPEndPoint(IPAddress.Loopback, 0), 16);
    private readonly EndPoint _address;
    private readonly IAsyncDisposable _sorting;

    public EpollSorterTests()
    {
        _address = _listening.LocalEndPoint!;
        _sorting = EpollTransportFactory.Shared.Sort(_listening, this);
    }

    [Fact]
    public async Task Of_ours_the_head_is_taken_and_what_follows_comes_from_the_transport()
    {
        using var client = Connect();
        client.Send("us:and more"u8);

        var (head, transport) = Take(_ours);
        var recorder = new Recorder();
        transport.Start(recorder);
        client.Send(", and more"u8);
        client.Shutdown(SocketShutdown.Send);
        await recorder.Closed.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal("us:"u8.ToArray(), head);
        Assert.Equal("and more, and more"u8.ToArray(), recorder.Bytes);
        Assert.Equal(((IPEndPoint)client.LocalEndPoint!).Port, ((IPEndPoint)transport.RemoteEndPoint!).Port);
        Assert.Empty(_theirs);
    }

    [Fact]
    public async Task From_theirs_nothing_is_taken()
    {
        using var client = Connect();
        client.Send("u"u8);
        await Task.Delay(20, TestContext.Current.CancellationToken);
        client.Send("them"u8);

        using var socket = Take(_theirs);
        var bytes = new byte[100];

        // The descriptor does not block, which a socket of the runtime copes with in its asynchronous calls.
        Assert.Equal(5, await socket.ReceiveAsync(bytes, TestContext.Current.CancellationToken));
        Assert.Equal("uthem"u8.ToArray(), bytes[..5]);
        Assert.Empty(_ours);
    }

    [Theory]
    [InlineData("")]
    [InlineData("us")]
    public void Who_says_too_little_for_two_seconds_is_theirs(string bytes)
    {
        using var client = Connect();
        client.Send(System.Text.Encoding.ASCII.GetBytes(bytes));

        using var socket = Take(_theirs);

        Assert.Equal(bytes.Length, socket.Available);
    }

    [Fact]
    public async Task Who_ends_with_too_little_is_theirs_at_once()
    {
        using var client = Connect();
        client.Send("us"u8);
        await Task.Delay(20, TestContext.Current.CancellationToken);
        client.Shutdown(SocketShutdown.Send);

        using var socket = Take(_theirs);

        Assert.Equal(2, socket.Available);
    }

    [Fact]
    public async Task Who_is_not_sorted_when_it_ends_is_closed()
    {
        using var client = Connect();
        client.Send("us"u8);
        await Task.Delay(50, TestContext.Current.CancellationToken);

        await _sorting.DisposeAsync();

        // A reset: what it said was not read.
        Assert.Throws<SocketException>(() => client.Receive(new byte[1]));
        Assert.Throws<SocketException>(Connect);
    }

    [Fact]
    public void A_thousand_are_sorted()
    {
        Parallel.For(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 20 }, i =>
        {
            using var client = Connect();
            client.Send(i % 2 == 0 ? "us:"u8 : "them"u8);
            if (i % 2 == 0)
            {
                Take(_ours).Transport.Abort();
            }
            else
            {
                Take(_theirs).Dispose();
            }
        });

        Assert.Empty(_ours);
        Assert.Empty(_theirs);
    }

    public ValueTask DisposeAsync() => _sorting.DisposeAsync();

    SortVerdict IConnectionSorter.Sort(ReadOnlySpan<byte> bytes, out int headLength)
    {
        var ours = "us:"u8;
        headLength = ours.Length;
        return bytes.StartsWith(ours) ? SortVerdict.Ours : ours.StartsWith(bytes) ? SortVerdict.NeedsMore : SortVerdict.Theirs;
    }

    void IConnectionSorter.TakeOurs(ReadOnlySpan<byte> head, ITransport transport) => _ours.Add((head.ToArray(), transport));

    void IConnectionSorter.TakeTheirs(SafeSocketHandle handle) => _theirs.Add(new Socket(handle));

    private static T Take<T>(BlockingCollection<T> arrivals)
    {
        Assert.True(arrivals.TryTake(out var arrival, TimeSpan.FromSeconds(30)));
        return arrival;
    }

    private Socket Connect()
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            client.Connect(_address);
            return client;
        }
        catch (SocketException)
        {
            client.Dispose();
            throw;
        }
    }
}
